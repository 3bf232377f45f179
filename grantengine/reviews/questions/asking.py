"""The questions of a call: what is asked, in which order, and what a set of them has to keep to."""

import dataclasses
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from grantengine.reviews.errors import QuestionsError

QUESTIONS_MAX: Final = 60
CHOICES_MAX: Final = 20
LABEL_LENGTH_MAX: Final = 200
HINT_LENGTH_MAX: Final = 1_000
# The state asks everybody in its two languages; English is a courtesy.
NATIONAL_LANGUAGES: Final = ("fi", "sv")


class QuestionKind(StrEnum):
    """What an answer is; a section is no question but a heading over those that follow."""

    SECTION = "section"
    SHORT_TEXT = "short_text"
    LONG_TEXT = "long_text"
    NUMBER = "number"
    MONEY = "money"
    ONE_CHOICE = "one_choice"
    SEVERAL_CHOICES = "several_choices"
    DATE = "date"
    FILE = "file"
    BUDGET = "budget"
    REGION = "region"
    MUNICIPALITY = "municipality"


CHOICE_KINDS: Final = frozenset({QuestionKind.ONE_CHOICE, QuestionKind.SEVERAL_CHOICES})

# The answers that the rest of the engine knows by name: what a decision prints, what an experiment
# begins with. A question under one of these keys is of this kind; every other key begins with q_.
KNOWN_KEYS: Final[Mapping[str, QuestionKind]] = {
    "title": QuestionKind.SHORT_TEXT,
    **dict.fromkeys(
        ("summary", "problem", "solution", "testing", "learning_aim", "team", "resources"),
        QuestionKind.LONG_TEXT,
    ),
    "region_code": QuestionKind.REGION,
    "municipality_code": QuestionKind.MUNICIPALITY,
    "budget": QuestionKind.BUDGET,
    "ethics": QuestionKind.SEVERAL_CHOICES,
    "ethics_note": QuestionKind.LONG_TEXT,
    "attachments": QuestionKind.FILE,
}
KEY_PREFIX: Final = "q_"
# Without these no decision could be written, so that no form does without them.
INDISPENSABLE: Final = ("title", "summary", "budget")

# The most that an answer may be, by kind: characters, choices, files or rows. A form may ask for
# less, never for more.
CEILINGS: Final[Mapping[QuestionKind, int]] = {
    QuestionKind.SHORT_TEXT: 200,
    QuestionKind.LONG_TEXT: 20_000,
    QuestionKind.SEVERAL_CHOICES: CHOICES_MAX,
    QuestionKind.FILE: 10,
    QuestionKind.BUDGET: 12,
}


@dataclass(frozen=True, slots=True)
class Choice:
    """One answer to choose: its code, which stays, and its words by language."""

    code: str
    names: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Question:
    """One question, or a heading.

    Attributes:
        key: its name for good; an answer is found again by it in the next version.
        names: the question by language.
        hints: help by language.
        is_required: whether an application needs an answer.
        needed_with: key of a question whose answer makes this one needed; None for no such.
        least: the fewest characters, the smallest number, or the smallest amount in cents.
        most: the most characters, choices, files or rows, the largest number or cents.
        choices: what can be chosen.
        cost_classes: codes of the cost classes of a budget; all of them when empty.
    """

    key: str
    kind: QuestionKind
    names: Mapping[str, str]
    hints: Mapping[str, str] = dataclasses.field(default_factory=dict)
    is_required: bool = False
    needed_with: str | None = None
    least: int | None = None
    most: int | None = None
    choices: Sequence[Choice] = ()
    cost_classes: Sequence[str] = ()

    @property
    def ceiling(self) -> int | None:
        """The most that an answer may be, by this question and by its kind."""
        highest = CEILINGS.get(self.kind)
        return min(each for each in (self.most, highest) if each is not None) if highest else None


def read_questions(data: Mapping[str, Any]) -> tuple[Question, ...]:
    """Read a set of questions from a call's data: `{"questions": [{key, kind, names, …}]}`."""
    return tuple(_question(each) for each in data["questions"])


def written(questions: Sequence[Question]) -> dict[str, Any]:
    """Give a set of questions as a call keeps it; what is not said is left out."""
    rows = (dataclasses.asdict(each) for each in questions)
    return {"questions": [{name: it for name, it in row.items() if _says(it)} for row in rows]}


def by_key(questions: Sequence[Question]) -> dict[str, Question]:
    """Find questions by their keys."""
    return {each.key: each for each in questions}


def check(questions: Sequence[Question]) -> None:
    """Let a set of questions pass that applicants can be asked.

    Raises:
        QuestionsError: names the question (key) and the reason: one that is indispensable is
            missing or made voluntary, a label in Finnish or Swedish, choices, limits that meet.
    """
    if len(questions) > QUESTIONS_MAX:
        raise QuestionsError(key="", reason="too_many", limit=QUESTIONS_MAX)
    for key, count in Counter(each.key for each in questions).items():
        if count > 1:
            raise QuestionsError(key=key, reason="twice")
    found = by_key(questions)
    for key in INDISPENSABLE:
        if key not in found or not found[key].is_required:
            raise QuestionsError(key=key, reason="indispensable")
    for question in questions:
        for reason in _wrong_with(question, found):
            raise QuestionsError(key=question.key, reason=reason)


def _wrong_with(question: Question, found: Mapping[str, Question]) -> Iterator[str]:
    if not all(question.names.get(code, "").strip() for code in NATIONAL_LANGUAGES):
        yield "unnamed"
    if any(len(text) > LABEL_LENGTH_MAX for text in question.names.values()):
        yield "too_long"
    if any(len(text) > HINT_LENGTH_MAX for text in question.hints.values()):
        yield "too_long"
    known = KNOWN_KEYS.get(question.key)
    if known != question.kind and (known is not None or not question.key.startswith(KEY_PREFIX)):
        yield "other_kind"
    # Two budgets would be two sums of all costs.
    if question.kind == QuestionKind.BUDGET and question.key != "budget":
        yield "second_budget"
    if question.needed_with is not None and question.needed_with not in found:
        yield "needed_with_nothing"
    if question.needed_with == question.key:
        yield "needed_with_nothing"
    yield from _wrong_limits(question)
    yield from _wrong_choices(question)


def _wrong_limits(question: Question) -> Iterator[str]:
    least, most = question.least, question.most
    highest = CEILINGS.get(question.kind)
    if highest is not None and not all(0 <= each <= highest for each in _given(least, most)):
        yield "beyond_ceiling"
    if most is not None and most < max(least or 0, 1) and question.kind != QuestionKind.NUMBER:
        yield "limits_cross"
    if least is not None and most is not None and most < least:
        yield "limits_cross"


def _wrong_choices(question: Question) -> Iterator[str]:
    if question.kind not in CHOICE_KINDS:
        return
    if not 1 <= len(question.choices) <= CHOICES_MAX:
        yield "choices"
    if len({each.code for each in question.choices}) < len(question.choices):
        yield "choices"
    for each in question.choices:
        if not all(each.names.get(code, "").strip() for code in NATIONAL_LANGUAGES):
            yield "choices"
        if any(len(text) > LABEL_LENGTH_MAX for text in each.names.values()):
            yield "too_long"


def _given(*limits: int | None) -> list[int]:
    return [each for each in limits if each is not None]


def _says(value: Any) -> bool:
    return value not in (None, "", False, (), [], {})


def _question(data: Mapping[str, Any]) -> Question:
    choices = tuple(Choice(each["code"], each["names"]) for each in data.get("choices", ()))
    plain = {
        name: data[name] for name in ("key", "names", "hints", "least", "most") if name in data
    }
    return Question(
        **plain,
        kind=QuestionKind(data["kind"]),
        is_required=data.get("is_required", False),
        needed_with=data.get("needed_with"),
        choices=choices,
        cost_classes=tuple(data.get("cost_classes", ())),
    )
