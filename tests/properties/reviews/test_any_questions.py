"""Whatever a call asks and whatever is typed: kept as it was typed, or one clear sentence."""

import json
from decimal import Decimal
from functools import cache

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from wtforms.fields import SelectChoice

from grantengine.money import Money
from grantengine.programme.lifecycle import OrganisationKind
from grantengine.reviews import card_record
from grantengine.reviews.experiment_card import BudgetRow, CostClass, clean_text
from grantengine.reviews.models import Application, Call
from grantengine.reviews.question_models import QuestionSet
from grantengine.reviews.questions.answering import Unreadable, is_answered, problems_in
from grantengine.reviews.questions.asking import (
    CEILINGS,
    CHOICE_KINDS,
    Choice,
    Question,
    QuestionKind,
    check,
    written,
)
from grantengine.reviews.questions.usual import usual_questions
from grantengine.web.forms import applications as forms
from grantengine.web.labels.reviews import problem_sentence
from grantengine.web.places import PlaceChoices
from tests.support.cases import case_path

GITCOIN = "gitcoin-applications/alpha-round-applications.json"
NAMES = {"fi": "Kysymys", "sv": "Fråga", "en": "Question"}
PLACES = PlaceChoices([SelectChoice("01", "Uusimaa")], [SelectChoice("091", "Helsinki")])
KNOWN_PLACES = {QuestionKind.REGION: {"01"}, QuestionKind.MUNICIPALITY: {"091"}}
OWN_KINDS = sorted(set(QuestionKind) - {QuestionKind.BUDGET, QuestionKind.SECTION})
# No call does without these; what more it asks is drawn.
USUAL = {each.key: each for each in usual_questions()}
INDISPENSABLE = (USUAL["title"], USUAL["summary"], USUAL["budget"])


@cache
def hostile_strings():
    """List strings that have broken programs: of every kind, with nothing taken out."""
    strings = json.loads(case_path("nasty-strings/blns.json").read_text("utf-8"))
    for path in sorted(case_path("attack-payloads").glob("*.txt")):
        strings += path.read_text("utf-8", "replace").splitlines()[::7]
    return strings


def typed_texts():
    """Draw what people type: hostile, plausible, or anything at all."""
    plausible = ["12,5", "-3", "1 250,00", "31.12.2026", "2026-02-30", "a", "01", "091", "1e400"]
    return st.one_of(
        st.sampled_from(hostile_strings()), st.sampled_from(plausible), st.text(max_size=60)
    )


@st.composite
def own_questions(draw):
    """Draw up to six questions of a call's own, of every kind and with limits that can be."""
    found = []
    for number in range(draw(st.integers(1, 6))):
        kind = draw(st.sampled_from(OWN_KINDS))
        ceiling = CEILINGS.get(kind, 1_000)
        least = draw(st.none() | st.integers(0, min(ceiling, 20)))
        most = draw(st.none() | st.integers(max(least or 0, 1), ceiling))
        codes = ["a", "b", "c"][: draw(st.integers(1, 3))] if kind in CHOICE_KINDS else []
        limited = kind not in (QuestionKind.DATE, QuestionKind.ONE_CHOICE)
        found.append(
            Question(
                key=f"q_{number}",
                kind=kind,
                names=NAMES,
                is_required=draw(st.booleans()),
                needed_with=draw(st.none() | st.just("title")),
                least=least if limited else None,
                most=most if limited else None,
                choices=tuple(Choice(code, NAMES) for code in codes),
            )
        )
    return tuple(found)


def an_application(questions):
    """An application that answers these questions, in no database."""
    call = Call(applicant_kinds=list(OrganisationKind), goals=[])
    asked = QuestionSet(data=json.loads(json.dumps(written(questions))))
    return Application(
        call=call, question_set=asked, language="fi", currency="EUR", attachments=[], answers={}
    )


def answered(questions, typed):
    """Type into the form of a call; give the form and what the engine reads of it."""
    application = an_application(questions)
    form = forms.form_of(application, questions, PLACES, version=1, answers=typed)
    answers = forms.answers_in(form, questions)
    for question in questions:
        if question.kind == QuestionKind.FILE:
            answers[question.key] = []
    return application, form, answers


def assert_each_has_one_sentence(problems):
    for problem in problems:
        sentence = problem_sentence(problem)
        assert sentence.strip()
        assert "%(" not in sentence
        assert "\n" not in sentence


def assert_nothing_unreadable_is_lost(form, answers, typed):
    for key, answer in answers.items():
        if isinstance(answer, Unreadable):
            assert answer.text == typed[key][0]
            assert form[key]._value() == typed[key][0]


def assert_kept_as_read(app, application, form, questions, answers, keys):
    """Keep the card and read it back through JSON, as a database would."""
    database = app.extensions["grantengine"].database
    with database.reading() as session:
        card_record.keep_card(session, application, forms.card_of(form, questions))
    application.more = json.loads(json.dumps(application.more))
    kept = card_record.answers_given(application)
    for key in keys:
        if is_answered(answers[key]):
            assert as_kept(answers[key]) == kept[key]


def as_kept(answer):
    if isinstance(answer, str):
        return clean_text(answer)
    return answer if isinstance(answer, Decimal) or not isinstance(answer, tuple) else list(answer)


@pytest.fixture
def page(app):
    """The inside of a request, in which forms are made."""
    with app.test_request_context("/fi/"):
        yield app


@hypothesis_settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_any_answers_to_any_questions_are_kept_or_answered_in_one_sentence(page, data):
    own = data.draw(own_questions())
    questions = (*INDISPENSABLE, *own)
    check(questions)
    keys = [each.key for each in questions if each.kind != QuestionKind.BUDGET]
    lists = st.lists(typed_texts(), min_size=0, max_size=3)
    typed = {key: data.draw(lists) for key in keys}
    typed |= {f"budget-0-{name}": [data.draw(typed_texts())] for name in ("cost_class", "amount")}

    application, form, answers = answered(questions, typed)
    problems = problems_in(questions, answers, KNOWN_PLACES)

    assert_each_has_one_sentence(problems)
    assert_nothing_unreadable_is_lost(form, answers, typed)
    assert len({each.field for each in problems}) <= len(questions)
    wrong = {each.field for each in problems}
    if not wrong & {each.key for each in own}:
        files = {each.key for each in own if each.kind == QuestionKind.FILE}
        keys = [each.key for each in own if each.key not in files]
        assert_kept_as_read(page, application, form, questions, answers, keys)


def test_every_real_application_goes_through_the_form_of_questions(page):
    """Texts of a funding round as they were written, emoji, links, 10,000 characters and all."""
    rows = json.loads(case_path(GITCOIN).read_text("utf-8"))
    long = Question("q_long", QuestionKind.LONG_TEXT, NAMES, is_required=True)
    short = Question("q_short", QuestionKind.SHORT_TEXT, NAMES, most=40)
    questions = (*INDISPENSABLE, long, short)

    for row in rows:
        title, text = row["title"] or "", row["description"] or ""
        typed = {"title": [title], "summary": [text], "q_long": [text], "q_short": [title]}
        application, form, answers = answered(questions, typed)
        problems = problems_in(questions, answers, KNOWN_PLACES)

        assert_each_has_one_sentence(problems)
        assert {each.field for each in problems} <= {"title", "budget", *typed}
        reasons = {(each.field, each.reason) for each in problems}
        assert (("q_long", "too_long") in reasons) == (len(text) > long.ceiling)
        assert (("q_short", "too_long") in reasons) == (len(title) > 40)
        assert_kept_as_read(page, application, form, questions, answers, ["q_long", "q_short"])


def test_a_budget_filled_in_by_half_is_a_budget_that_is_answered_and_wrong(page):
    typed = {"title": ["Kyyti"], "summary": ["Kyyti."], "budget-0-note": ["vain huomautus"]}

    _application, _form, answers = answered(INDISPENSABLE, typed)

    assert answers["budget"] == [BudgetRow(CostClass.OTHER, Money(0), "vain huomautus")]
    assert [each.reason for each in problems_in(INDISPENSABLE, answers)] == ["zero"]
