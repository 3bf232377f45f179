"""The questions of a call: what may be asked, what is wrong with answers, what a change keeps."""

import dataclasses
from datetime import date
from decimal import Decimal

import pytest

from grantengine.errors import NotFoundError
from grantengine.money import eur
from grantengine.reviews.errors import QuestionsError
from grantengine.reviews.experiment_card import BudgetRow, CostClass
from grantengine.reviews.questions import comparing, editing
from grantengine.reviews.questions.answering import Problem, Unreadable, problems_in
from grantengine.reviews.questions.asking import (
    INDISPENSABLE,
    KNOWN_KEYS,
    QUESTIONS_MAX,
    Choice,
    Question,
    QuestionKind,
    check,
    read_questions,
    written,
)
from grantengine.reviews.questions.editing import Direction
from grantengine.reviews.questions.usual import usual_questions

NAMES = {"fi": "Kysymys", "sv": "Fråga"}
YES_OR_NO = (Choice("yes", {"fi": "Kyllä", "sv": "Ja"}), Choice("no", {"fi": "Ei", "sv": "Nej"}))
PLACES = {QuestionKind.REGION: {"01"}, QuestionKind.MUNICIPALITY: {"091"}}


def a_question(kind, key="q_one", **wishes):
    """Ask something that may be left unanswered; a choice is between yes and no."""
    kind = QuestionKind(kind)
    choices = YES_OR_NO if "choice" in kind else ()
    return Question(key, kind, NAMES, **({"choices": choices} | wishes))


def reasons(question, answer, **others):
    answers = {question.key: answer} | others
    return [problem.reason for problem in problems_in([question], answers, PLACES)]


def refusal(questions):
    with pytest.raises(QuestionsError) as refused:
        check(questions)
    return refused.value.details["key"], refused.value.details["reason"]


def test_the_usual_questions_are_the_experiment_card_and_can_be_asked():
    usual = usual_questions()

    check(usual)
    assert [each.key for each in usual if each.key in KNOWN_KEYS] == list(KNOWN_KEYS)
    assert all(set(each.names) == {"fi", "sv", "en"} for each in usual)


def test_questions_come_back_from_their_data_as_they_were():
    asked = (
        *usual_questions(),
        a_question("money", least=100, most=50_000, needed_with="ethics", hints={"fi": "Euroja."}),
        a_question("one_choice", "q_two", is_required=True),
    )

    assert read_questions(written(asked)) == asked


@pytest.mark.parametrize(
    ("kind", "answer"),
    [
        ("short_text", "Kylä"),
        ("long_text", "ä" * 20_000),
        ("number", Decimal(0)),
        ("number", Decimal("-12.5")),
        ("money", eur("0")),
        ("one_choice", "yes"),
        ("several_choices", ["yes", "no"]),
        ("date", date(2026, 12, 31)),
        ("file", ["liite.pdf"]),
        ("region", "01"),
        ("municipality", "091"),
        ("budget", [BudgetRow(CostClass.STAFF, eur("1"))]),
    ],
)
def test_an_answer_of_each_kind_is_taken_and_counts_as_one(kind, answer):
    assert reasons(a_question(kind), answer) == []
    assert reasons(a_question(kind, is_required=True), answer) == []


@pytest.mark.parametrize("kind", [each for each in QuestionKind if each != QuestionKind.SECTION])
@pytest.mark.parametrize("nothing", [None, "", " \t\n", "\x00", [], ()])
def test_nothing_is_no_answer(kind, nothing):
    assert reasons(a_question(kind), nothing) == []
    assert reasons(a_question(kind, is_required=True), nothing) == ["missing"]


@pytest.mark.parametrize(
    ("question", "answer", "problem"),
    [
        (a_question("short_text"), "ä" * 201, ("too_long", {"limit": 200, "length": 201})),
        (a_question("long_text", most=5), "kuusi!", ("too_long", {"limit": 5, "length": 6})),
        (a_question("long_text", least=5), "ei", ("too_short", {"limit": 5, "length": 2})),
        (a_question("number", least=1), Decimal("0.99"), ("too_small", {"limit": 1})),
        (a_question("number", most=9), Decimal("9.01"), ("too_large", {"limit": 9})),
        (a_question("money", most=100), eur("1.01"), ("too_large", {"limit": eur("1")})),
        (a_question("money", least=100), eur("0.99"), ("too_small", {"limit": eur("1")})),
        (a_question("one_choice"), "maybe", ("unknown_choice", {})),
        (a_question("several_choices"), ["yes", "maybe"], ("unknown_choice", {})),
        (a_question("several_choices", most=1), ["yes", "no"], ("too_many", {"limit": 1})),
        (a_question("several_choices", least=2), ["yes"], ("too_few", {"limit": 2})),
        (a_question("file", most=1), ["a.pdf", "b.pdf"], ("too_many", {"limit": 1})),
        (a_question("file"), ["a.pdf"] * 11, ("too_many", {"limit": 10})),
        (a_question("region"), "21", ("unknown_choice", {})),
        (a_question("municipality"), "01", ("unknown_choice", {})),
        (a_question("budget"), [BudgetRow(CostClass.STAFF, eur("0"))], ("zero", {})),
        (
            a_question("budget", cost_classes=["travel"]),
            [BudgetRow(CostClass.STAFF, eur("1"))],
            ("unknown_choice", {}),
        ),
        (a_question("number"), Unreadable("noin kymmenen"), ("unreadable_number", {})),
        (a_question("date"), Unreadable("ensi viikolla"), ("unreadable_date", {})),
    ],
)
def test_what_is_wrong_is_said_with_its_limit(question, answer, problem):
    found = problems_in([question], {question.key: answer}, PLACES)

    assert found == [Problem(question.key, *problem)]


def test_an_answer_can_make_another_one_needed():
    first = a_question("several_choices", "q_first")
    then = a_question("long_text", "q_then", needed_with="q_first")

    assert problems_in([first, then], {}) == []
    assert problems_in([first, then], {"q_first": ["no"]}) == [Problem("q_then", "missing")]
    assert problems_in([first, then], {"q_first": ["no"], "q_then": "Siksi."}) == []


@pytest.mark.parametrize("key", INDISPENSABLE)
def test_what_a_decision_is_written_from_is_always_asked(key):
    usual = usual_questions()
    made_voluntary = [
        dataclasses.replace(each, is_required=False) if each.key == key else each for each in usual
    ]

    assert refusal([each for each in usual if each.key != key]) == (key, "indispensable")
    assert refusal(made_voluntary) == (key, "indispensable")
    with pytest.raises(QuestionsError):
        editing.without_question(usual, key)


@pytest.mark.parametrize(
    ("question", "reason"),
    [
        (Question("q_one", QuestionKind.NUMBER, {"fi": "Luku"}), "unnamed"),
        (Question("q_one", QuestionKind.NUMBER, {"fi": "Luku", "sv": " "}), "unnamed"),
        (Question("q", QuestionKind.DATE, NAMES), "other_kind"),
        (a_question("number", "problem"), "other_kind"),
        (a_question("budget"), "second_budget"),
        (a_question("long_text", needed_with="q_nothing"), "needed_with_nothing"),
        (a_question("long_text", needed_with="q_one"), "needed_with_nothing"),
        (a_question("long_text", least=10, most=9), "limits_cross"),
        (a_question("short_text", most=0), "limits_cross"),
        (a_question("short_text", most=201), "beyond_ceiling"),
        (a_question("file", most=11), "beyond_ceiling"),
        (a_question("one_choice", choices=()), "choices"),
        (a_question("one_choice", choices=YES_OR_NO * 2), "choices"),
        (a_question("one_choice", choices=[Choice("yes", {"fi": "Kyllä"})]), "choices"),
        (Question("q_one", QuestionKind.DATE, {"fi": "ä" * 201, "sv": "s"}), "too_long"),
    ],
)
def test_what_cannot_be_asked_is_named(question, reason):
    others = [each for each in usual_questions() if each.key != question.key]

    assert refusal([*others, question]) == (question.key, reason)


def test_a_form_has_an_end_and_no_key_twice():
    more = [a_question("date", f"q_{number}") for number in range(QUESTIONS_MAX)]

    assert refusal([*usual_questions(), *more])[1] == "too_many"
    assert refusal([*usual_questions(), more[0], more[0]]) == ("q_0", "twice")


def test_a_question_moves_by_one_place_and_stays_at_the_end_of_its_way():
    usual = usual_questions()
    last = usual[-1].key

    up = editing.moved(usual, last, Direction.UP)

    assert [each.key for each in up[-2:]] == [last, usual[-2].key]
    assert editing.moved(up, last, Direction.DOWN) == usual
    assert editing.moved(usual, last, Direction.DOWN) == usual
    with pytest.raises(NotFoundError):
        editing.moved(usual, "q_nothing", Direction.UP)


def test_a_question_that_goes_leaves_nothing_needed_with_it():
    left = editing.without_question(usual_questions(), "ethics")

    note = next(each for each in left if each.key == "ethics_note")
    assert note.needed_with is None
    assert [each.key for each in editing.unused_usual(left)] == ["ethics"]


def test_a_question_keeps_its_place_and_its_kind_when_it_is_changed():
    usual = usual_questions()
    reworded = dataclasses.replace(usual[3], names=NAMES)

    assert editing.with_question(usual, reworded)[3] == reworded
    with pytest.raises(QuestionsError) as refused:
        editing.with_question(usual, dataclasses.replace(usual[3], kind=QuestionKind.SHORT_TEXT))
    assert refused.value.details["reason"] == "other_kind"


def test_a_new_key_is_free_and_never_one_of_the_engine():
    assert editing.free_key("montako-ihmista", ()) == "q_montako_ihmista"
    assert editing.free_key("summary", {"q_summary", "q_summary_2"}) == "q_summary_3"
    assert editing.free_key("", ()) == "q_question"


def test_the_next_version_says_what_is_new_gone_and_changed():
    before = (*usual_questions(), a_question("date"))
    after = editing.with_question(
        editing.without_question(before, "q_one"), a_question("money", "q_two")
    )
    after = editing.with_question(after, dataclasses.replace(after[3], names=NAMES))

    found = comparing.difference(before, after)

    assert [each.key for each in found.new] == ["q_two"]
    assert [each.key for each in found.gone] == ["q_one"]
    assert [each.key for each in found.changed] == ["problem"]
    assert not comparing.difference(before, editing.moved(before, "title", Direction.DOWN))


def test_an_answer_outlives_its_question():
    saved = {"q_gone": ["Tallessa"], "title": ["Vanha"], "budget-0-amount": ["1"], "goals": ["g"]}

    kept = comparing.kept_answers(saved, {"title": ["Uusi"]}, usual_questions())

    # What is asked was emptied by the form; what is not asked, no form could have emptied.
    assert kept == {"q_gone": ["Tallessa"], "title": ["Uusi"]}
    assert comparing.left_over(saved, usual_questions()) == {"q_gone": ["Tallessa"]}
