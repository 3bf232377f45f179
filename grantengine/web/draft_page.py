"""Two texts of one draft beside each other, and what was chosen of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask import request

from grantengine.reviews.models import Application
from grantengine.reviews.questions.asking import Question, by_key
from grantengine.reviews.questions.comparing import left_over, question_of
from grantengine.web.forms.applications import answers_sent
from grantengine.web.names import name_in_language

MINE, PICK = "mine.", "pick."
Answers = Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True)
class BothTexts:
    """One field, or one table, whose two texts differ.

    Attributes:
        name: of the field.
        label: what it asks for.
        mine: what this tab says; what it hides lies in `sent`.
        saved: what is saved.
        sent: name and value of every field of this tab's text.
    """

    name: str
    label: str
    mine: str
    saved: str
    sent: Sequence[tuple[str, str]]


def both_texts(saved: Answers, typed: Answers, labels: Mapping[str, str]) -> list[BothTexts]:
    """List the fields that differ between what was typed here and what is saved."""
    fields = dict.fromkeys(question_of(name) for name in [*saved, *typed])
    return [
        BothTexts(
            name=name,
            label=labels.get(name, name),
            mine=_read(typed, name),
            saved=_read(saved, name),
            sent=[(f"{MINE}{key}", value) for key, values in _of(typed, name) for value in values],
        )
        for name in fields
        if _of(typed, name) != _of(saved, name) and name in labels
    ]


def chosen_answers(application: Application) -> dict[str, list[str]]:
    """Take of each field that differed the text that was picked; of the others, what is saved."""
    sent = answers_sent()
    answers = {name: list(values) for name, values in application.answers.items()}
    for field in [name.removeprefix(PICK) for name in sent if name.startswith(PICK)]:
        if request.form.get(f"{PICK}{field}") != "mine":
            continue
        answers = {name: it for name, it in answers.items() if question_of(name) != field}
        for name, values in sent.items():
            own = name.removeprefix(MINE)
            if own != name and question_of(own) == field:
                answers[own] = values
    return answers


def left_over_answers(
    application: Application, questions: Sequence[Question]
) -> list[tuple[str, str]]:
    """List the answers whose questions are no longer asked, as (question, answer)."""
    asked_before = by_key(application.questions)
    found = left_over(application.answers, questions)
    names = dict.fromkeys(question_of(name) for name in found)
    return [
        (
            name_in_language(asked_before[name].names) if name in asked_before else name,
            _read(found, name),
        )
        for name in names
        if _read(found, name)
    ]


def _of(answers: Answers, field: str) -> list[tuple[str, list[str]]]:
    return [
        (name, list(values))
        for name, values in sorted(answers.items())
        if question_of(name) == field and any(values)
    ]


def _read(answers: Answers, field: str) -> str:
    return "\n".join(value for _name, values in _of(answers, field) for value in values if value)
