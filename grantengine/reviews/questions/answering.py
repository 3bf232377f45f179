"""What is wrong with answers, question by question: values in, problems out."""

import dataclasses
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, TypeAlias

from grantengine.money import Money
from grantengine.reviews.experiment_card import BudgetRow, is_blank
from grantengine.reviews.questions.asking import Question, QuestionKind


@dataclass(frozen=True, slots=True)
class Unreadable:
    """Something was typed that is no number, amount or day; what it was, to be shown again."""

    text: str


Answer: TypeAlias = (
    str | Decimal | Money | date | Sequence[str] | Sequence[BudgetRow] | Unreadable | None
)
Answers: TypeAlias = Mapping[str, Answer]
# Which codes there are, by the kind of question that asks for one.
Places: TypeAlias = Mapping[QuestionKind, Collection[str]]

_TEXTS = frozenset({QuestionKind.SHORT_TEXT, QuestionKind.LONG_TEXT})
_LISTS = frozenset({QuestionKind.SEVERAL_CHOICES, QuestionKind.FILE, QuestionKind.BUDGET})


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing to mend: the field, a stable reason, and what the sentence about it needs."""

    field: str
    reason: str
    facts: dict[str, Any] = dataclasses.field(default_factory=dict)


def problems_in(
    questions: Sequence[Question], answers: Answers, places: Places | None = None
) -> list[Problem]:
    """List all that is wrong with answers, in the order of the questions.

    Args:
        questions: a version of a call's questions.
        answers: by key: text as `str`, a number as `Decimal`, an amount as `Money`, a day as
            `date`, one choice or place as its code, several as codes, files as their names, a
            budget as rows. What is left empty may be missing, None or empty.
        places: the codes of regions and municipalities; a kind that is missing is not checked.
    """
    return [
        problem
        for question in questions
        if question.kind != QuestionKind.SECTION
        for problem in _problems_of(question, answers, places or {})
    ]


def is_answered(answer: Answer) -> bool:
    """Tell whether anything was answered at all; something unreadable was typed, at least."""
    if isinstance(answer, str):
        return not is_blank(answer)
    return answer is not None and (not isinstance(answer, Sequence) or len(answer) > 0)


def is_needed(question: Question, answers: Answers) -> bool:
    """Tell whether an application needs an answer to a question, given its other answers."""
    if question.is_required:
        return True
    return question.needed_with is not None and is_answered(answers.get(question.needed_with))


def _problems_of(question: Question, answers: Answers, places: Places) -> Iterator[Problem]:
    answer = answers.get(question.key)
    if not is_answered(answer):
        if is_needed(question, answers):
            yield Problem(question.key, "missing")
        return
    if isinstance(answer, Unreadable):
        yield Problem(question.key, f"unreadable_{question.kind}")
    elif isinstance(answer, str):
        yield from _wrong_words(question, answer, places)
    elif isinstance(answer, Decimal | Money):
        yield from _wrong_amount(question, answer)
    elif isinstance(answer, Sequence):
        yield from _wrong_list(question, answer)


def _wrong_words(question: Question, answer: str, places: Places) -> Iterator[Problem]:
    if question.kind in _TEXTS:
        yield from _wrong_length(question, answer)
    elif question.kind == QuestionKind.ONE_CHOICE:
        if answer not in {each.code for each in question.choices}:
            yield Problem(question.key, "unknown_choice")
    elif question.kind in places and answer not in places[question.kind]:
        yield Problem(question.key, "unknown_choice")


def _wrong_length(question: Question, answer: str) -> Iterator[Problem]:
    length, most, least = len(answer), question.ceiling, question.least
    if most is not None and length > most:
        yield Problem(question.key, "too_long", {"limit": most, "length": length})
    if least is not None and length < least:
        yield Problem(question.key, "too_short", {"limit": least, "length": length})


def _wrong_amount(question: Question, answer: Decimal | Money) -> Iterator[Problem]:
    counted = answer.cents if isinstance(answer, Money) else answer
    if question.most is not None and counted > question.most:
        yield Problem(question.key, "too_large", {"limit": _as_asked(question, question.most)})
    if question.least is not None and counted < question.least:
        yield Problem(question.key, "too_small", {"limit": _as_asked(question, question.least)})


def _as_asked(question: Question, limit: int) -> Money | int:
    return Money(limit) if question.kind == QuestionKind.MONEY else limit


def _wrong_list(question: Question, answer: Sequence[Any]) -> Iterator[Problem]:
    most = question.ceiling
    if most is not None and len(answer) > most:
        yield Problem(question.key, "too_many", {"limit": most})
    if question.least is not None and len(answer) < question.least:
        yield Problem(question.key, "too_few", {"limit": question.least})
    if question.kind == QuestionKind.SEVERAL_CHOICES:
        if not set(answer) <= {each.code for each in question.choices}:
            yield Problem(question.key, "unknown_choice")
    elif question.kind == QuestionKind.BUDGET:
        yield from _wrong_rows(question, answer)


def _wrong_rows(question: Question, rows: Sequence[BudgetRow]) -> Iterator[Problem]:
    if any(not row.amount for row in rows):
        yield Problem(question.key, "zero")
    classes = set(question.cost_classes)
    if classes and not {str(row.cost_class) for row in rows} <= classes:
        yield Problem(question.key, "unknown_choice")
