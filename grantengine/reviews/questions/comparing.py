"""What differs between two versions of a call's questions, and which answers outlive the change."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from grantengine.reviews.questions.asking import (
    KEY_PREFIX,
    KNOWN_KEYS,
    Question,
    QuestionKind,
    by_key,
)

Typed = TypeVar("Typed")


@dataclass(frozen=True, slots=True)
class Difference:
    """What an applicant has to look at again: questions asked anew, no longer, in other words."""

    new: Sequence[Question]
    gone: Sequence[Question]
    changed: Sequence[Question]

    def __bool__(self) -> bool:
        """Tell whether anything differs but the order."""
        return bool(self.new or self.gone or self.changed)


def difference(before: Sequence[Question], after: Sequence[Question]) -> Difference:
    """Compare two versions; a heading is no question."""
    old, new = _asked(before), _asked(after)
    return Difference(
        new=[each for key, each in new.items() if key not in old],
        gone=[each for key, each in old.items() if key not in new],
        changed=[each for key, each in new.items() if key in old and old[key] != each],
    )


def kept_answers(
    saved: Mapping[str, Typed], typed: Mapping[str, Typed], questions: Sequence[Question]
) -> dict[str, Typed]:
    """Lay what was typed over what was saved, so that no answer goes with its question.

    Args:
        saved: every field as it was typed before, some to questions of an earlier version.
        typed: every field of the form as it was typed now.
        questions: those that the form asks.

    Returns:
        What was typed, and what was saved under questions that this form does not ask.
    """
    return {**left_over(saved, questions), **typed}


def left_over(saved: Mapping[str, Typed], questions: Sequence[Question]) -> dict[str, Typed]:
    """Give the saved answers whose questions are no longer asked."""
    asked = by_key(questions)
    return {
        name: answer
        for name, answer in saved.items()
        if _is_answer(question_of(name)) and question_of(name) not in asked
    }


def question_of(name: str) -> str:
    """Tell which question a field answers: the fields of a table are `budget-0-amount`."""
    return name.partition("-")[0]


def _is_answer(key: str) -> bool:
    return key in KNOWN_KEYS or key.startswith(KEY_PREFIX)


def _asked(questions: Sequence[Question]) -> dict[str, Question]:
    return by_key([each for each in questions if each.kind != QuestionKind.SECTION])
