"""The rules of an application: each broken alone, and what is kept of a text."""

import json

import pytest

from grantengine.money import eur
from grantengine.programme.lifecycle import OrganisationKind
from grantengine.reviews.card_rules import CardRules, problems_of
from grantengine.reviews.experiment_card import (
    TEXT_FIELDS,
    BudgetRow,
    CostClass,
    EthicsQuestion,
    clean_text,
)
from grantengine.reviews.questions.answering import Problem
from grantengine.reviews.questions.asking import CEILINGS, QuestionKind
from tests.support.cases import case_path
from tests.support.reviews import a_card

BUDGET_ROWS_MAX = CEILINGS[QuestionKind.BUDGET]
TEXT_LENGTH_MAX = CEILINGS[QuestionKind.LONG_TEXT]
RULES = CardRules(
    grant_min=eur("1000"),
    grant_max=eur("5000"),
    cost_share_max_percent=90,
    applicant_kinds=[str(OrganisationKind.ASSOCIATION), str(OrganisationKind.WORKING_GROUP)],
    goal_ids=["gol_1", "gol_2"],
)


def rows(*amounts):
    return [BudgetRow(CostClass.OTHER, eur(amount)) for amount in amounts]


def found(**wishes):
    return problems_of(a_card(**wishes), RULES)


def reasons(**wishes):
    return [(each.field, each.reason) for each in found(**wishes)]


def test_a_card_that_meets_every_rule_has_no_problem():
    assert found() == []


@pytest.mark.parametrize("field", ["title", "organisation_name", *TEXT_FIELDS])
@pytest.mark.parametrize("text", ["", "  \n\t", "\x00\x07", "\u0085 \u009f"])
def test_every_text_is_needed(field, text):
    assert reasons(**{field: text}) == [(field, "missing")]


@pytest.mark.parametrize(
    ("field", "limit"),
    [("title", 200), ("organisation_name", 200), ("summary", 20_000), ("resources", 20_000)],
)
def test_a_text_may_be_exactly_as_long_as_its_limit(field, limit):
    assert found(**{field: "ä" * limit}) == []
    assert found(**{field: "ä" * (limit + 1)}) == [
        Problem(field, "too_long", {"limit": limit, "length": limit + 1})
    ]


@pytest.mark.parametrize(
    ("wishes", "problems"),
    [
        (
            {"organisation_kind": OrganisationKind.MUNICIPALITY},
            [("organisation_kind", "kind_excluded")],
        ),
        ({"business_id": None}, [("business_id", "missing")]),
        ({"business_id": ""}, [("business_id", "missing")]),
        ({"business_id": None, "organisation_kind": OrganisationKind.WORKING_GROUP}, []),
        (
            {"business_id": None, "organisation_kind": OrganisationKind.PRIVATE_PERSON},
            [("organisation_kind", "kind_excluded")],
        ),
        ({"goal_ids": []}, [("goals", "missing")]),
        ({"goal_ids": ["gol_1", "gol_3"]}, [("goals", "unknown")]),
        ({"goal_ids": ["gol_2"]}, []),
    ],
)
def test_who_applies_and_what_for(wishes, problems):
    assert reasons(**wishes) == problems


@pytest.mark.parametrize(
    ("costs", "applied", "own", "problems"),
    [
        ([], "4500", "500", [("budget", "missing")]),
        (["5000", "0"], "4500", "500", [("budget", "zero")]),
        (["1111.12"], "1000", "111.12", []),
        (["1111.11"], "999.99", "111.12", [("applied", "below_smallest")]),
        (["5555.56"], "5000", "555.56", []),
        (["6000"], "5000.01", "999.99", [("applied", "above_largest")]),
        (["5000"], "4500.01", "499.99", [("applied", "share_too_large")]),
        (["5000"], "4500", "499.99", [("self_financing", "does_not_add_up")]),
        (["5000"], "4500", "500.01", [("self_financing", "does_not_add_up")]),
        (
            ["100"],
            "0",
            "100",
            [("applied", "below_smallest")],
        ),
    ],
)
def test_money_adds_up_to_the_cent(costs, applied, own, problems):
    wishes = {"budget": rows(*costs), "applied": eur(applied), "self_financing": eur(own)}

    assert reasons(**wishes) == problems


def test_a_budget_has_a_largest_number_of_rows():
    whole = {"applied": eur("1080"), "self_financing": eur("120")}

    assert found(budget=rows(*["100"] * BUDGET_ROWS_MAX), **whole) == []
    more = rows(*["100"] * (BUDGET_ROWS_MAX - 1), "50", "50")
    assert found(budget=more, **whole) == [Problem("budget", "too_many", {"limit": 12})]


def test_a_yes_on_ethics_asks_for_words():
    asked = {"ethics": [EthicsQuestion.PERSONAL_DATA]}

    assert reasons(**asked) == [("ethics_note", "missing")]
    assert reasons(**asked, ethics_note=" \x00") == [("ethics_note", "missing")]
    assert reasons(**asked, ethics_note="Lupa kysytään.") == []
    assert reasons(ethics_note="a" * (TEXT_LENGTH_MAX + 1)) == [("ethics_note", "too_long")]


def test_every_problem_is_named_at_once_in_the_order_of_the_form():
    empty = a_card(
        **dict.fromkeys(("title", "organisation_name", *TEXT_FIELDS), ""),
        business_id=None,
        goal_ids=[],
        budget=[],
        ethics=[EthicsQuestion.HARM],
    )

    assert [each.field for each in problems_of(empty, RULES)] == [
        "title",
        *TEXT_FIELDS,
        "budget",
        "ethics_note",
        "goals",
        "organisation_name",
        "business_id",
    ]


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("yksi\r\nkaksi\rkolme\n", "yksi\nkaksi\nkolme\n"),
        ("sar\tkain", "sar\tkain"),
        ("nol\x00la \x1b[31mpun\x7fainen\x9f", "nolla [31mpunainen"),
        ("\ud800 yksin", " yksin"),
        ("👩‍👩‍👧 \u202eעברית ﷽ Z̤͔a", "👩‍👩‍👧 \u202eעברית ﷽ Z̤͔a"),
        ("", ""),
    ],
)
def test_a_text_is_kept_but_for_what_no_text_holds(text, kept):
    assert clean_text(text) == kept


def test_cleaning_a_nasty_string_again_changes_nothing():
    for text in json.loads(case_path("nasty-strings/blns.json").read_text("utf-8")):
        once = clean_text(text)

        assert clean_text(once) == once
        assert once.encode().decode() == once
