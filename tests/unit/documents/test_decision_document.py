"""A decision that contradicts itself cannot be made, and its data say what it says."""

import json
from dataclasses import replace

import pytest

from grantengine.money import eur
from grantengine.web.documents.decision import decision_data, decision_html
from grantengine.web.documents.decision_parts import Funding, Outcome
from tests.support.documents import TERMS, a_rejection, an_award, an_unexamined


def test_award_without_terms_is_refused():
    with pytest.raises(ValueError, match="terms"):
        an_award(award=None)


def test_rejection_with_terms_is_refused():
    with pytest.raises(ValueError, match="terms"):
        an_award(outcome=Outcome.REJECTED)


def test_one_person_in_both_offices_is_refused():
    award = an_award()

    with pytest.raises(ValueError, match="present and decide"):
        replace(award, presenter=award.decision_maker)


def test_instalments_one_cent_off_are_refused():
    with pytest.raises(ValueError, match="instalments"):
        replace(TERMS, amount=eur("6000.01"))


def test_negative_decision_cites_nothing_about_payment():
    sections = {provision.act: provision.sections for provision in a_rejection().provisions_applied}

    assert sections == {"688/2001": ("7", "34"), "434/2003": ("44", "46")}


@pytest.mark.parametrize("made", [a_rejection, an_award])
def test_a_corrected_decision_cites_what_lets_it_be_corrected(made):
    corrected = made(version=2, corrects="OLD1-CODE", correction="Laskuvirhe.")

    (sections,) = [x.sections for x in corrected.provisions_applied if x.act == "434/2003"]
    assert sections == ("44", "46", "50", "51")


FUNDING = Funding("Oulun kaupunki", "Oulun kokeiluraha")


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("fi", "Avustuksen rahoittaa Oulun kaupunki"),
        ("sv", "Understödet finansieras av Oulun kaupunki"),
        ("en", "The money comes from Oulun kaupunki"),
    ],
)
def test_an_award_of_another_funder_s_money_names_it_and_no_budget_account_of_ours(
    language, sentence
):
    said = decision_html(an_award(language, funding=FUNDING))

    assert sentence in said
    assert "Oulun kaupunki: Oulun kokeiluraha" in said
    assert TERMS.payment.budget_account not in said
    assert TERMS.payment.budget_account in decision_html(an_award(language))


@pytest.mark.parametrize("made", [a_rejection, an_unexamined])
def test_a_decision_without_a_grant_names_the_funder_of_the_call_too(made):
    said = decision_html(made("en", funding=FUNDING))

    assert "Funded by" in said
    assert "Oulun kaupunki" in said
    assert "Funded by" not in decision_html(made("en"))


def test_data_hold_amounts_in_cents_and_days_as_dates():
    data = json.loads(decision_data(an_award("sv")))

    decision = data["decision"]
    assert data["format"] == "grantengine-decision/1"
    assert decision["outcome"] == "awarded"
    assert decision["language"] == "sv"
    assert decision["award"]["amount"] == {"amount_cents": 600000, "currency": "EUR"}
    assert decision["award"]["payment"]["instalments"][1] == {
        "amount": {"amount_cents": 180000, "currency": "EUR"},
        "due_on": "2027-08-31",
        "opens_on": "learning",
    }
    assert decision["review"]["last_on"] == "2026-12-28"


def test_data_survive_half_a_surrogate_pair():
    data = json.loads(decision_data(a_rejection(project_name="Kylä \ud83d!")))

    assert data["decision"]["project_name"] == "Kylä \ud83d!"
