"""Changing a set of questions: each change gives a new set and leaves the old one as it is."""

import dataclasses
from collections.abc import Collection, Iterable, Sequence
from enum import StrEnum

from grantengine.errors import NotFoundError
from grantengine.reviews.errors import QuestionsError
from grantengine.reviews.questions.asking import (
    INDISPENSABLE,
    KEY_PREFIX,
    Question,
    by_key,
    check,
)
from grantengine.reviews.questions.usual import usual_questions

Questions = tuple[Question, ...]


class Direction(StrEnum):
    """Which way a question goes in its order."""

    UP = "up"
    DOWN = "down"


def with_question(questions: Sequence[Question], question: Question) -> Questions:
    """Put a question in the place of the one with its key, or at the end.

    A kind that changes under a key would make old answers into something else, so it does not.

    Raises:
        QuestionsError: the set cannot be asked with it.
    """
    known = by_key(questions)
    before = known.get(question.key)
    if before is not None and before.kind != question.kind:
        raise QuestionsError(key=question.key, reason="other_kind")
    changed = {**known, question.key: question}
    return _checked(changed.values())


def without_question(questions: Sequence[Question], key: str) -> Questions:
    """Ask a question no longer; what was needed with it is needed for nothing else.

    Raises:
        NotFoundError: there is no such question.
        QuestionsError: no form does without it.
    """
    _find(questions, key)
    if key in INDISPENSABLE:
        raise QuestionsError(key=key, reason="indispensable")
    left = (each for each in questions if each.key != key)
    return _checked(
        dataclasses.replace(each, needed_with=None) if each.needed_with == key else each
        for each in left
    )


def moved(questions: Sequence[Question], key: str, direction: Direction) -> Questions:
    """Move a question by one place; at the end of its way it stays.

    Raises:
        NotFoundError: there is no such question.
    """
    place = _find(questions, key)
    target = place + (1 if direction == Direction.DOWN else -1)
    order = list(questions)
    if 0 <= target < len(order):
        order[place], order[target] = order[target], order[place]
    return tuple(order)


def unused_usual(questions: Sequence[Question]) -> list[Question]:
    """List the usual questions that a set does not ask, to be taken up again."""
    asked = by_key(questions)
    return [each for each in usual_questions() if each.key not in asked]


def free_key(stem: str, taken: Collection[str]) -> str:
    """Make a key that no question has or had; only the engine's own keys begin otherwise.

    Args:
        stem: ASCII words with hyphens, made of the question.
        taken: every key in any version of the call's questions.
    """
    base = f"{KEY_PREFIX}{stem.replace('-', '_')[:30].strip('_') or 'question'}"
    candidates = (base if number == 1 else f"{base}_{number}" for number in range(1, 10_000))
    return next(each for each in candidates if each not in taken)


def _find(questions: Sequence[Question], key: str) -> int:
    for place, question in enumerate(questions):
        if question.key == key:
            return place
    raise NotFoundError(kind="question", key=key)


def _checked(questions: Iterable[Question]) -> Questions:
    found = tuple(questions)
    check(found)
    return found
