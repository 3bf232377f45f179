"""What the page of an application shows: its facts, its answers in order, where it stands."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from markupsafe import Markup

from grantengine.history import StatusEvent
from grantengine.money import Money
from grantengine.programme.models import Municipality, Region
from grantengine.reviews.attached_models import Attachment
from grantengine.reviews.card_record import answers_given
from grantengine.reviews.experiment_card import BudgetRow
from grantengine.reviews.lifecycle import ApplicationStatus
from grantengine.reviews.models import Application
from grantengine.reviews.questions.answering import Answers, Unreadable, is_answered
from grantengine.reviews.questions.asking import CHOICE_KINDS, Question, QuestionKind
from grantengine.web.database import reader
from grantengine.web.formatting import day, money, number
from grantengine.web.i18n import LazyText, _, lazy
from grantengine.web.labels.reviews import APPLICANT_KINDS, COST_CLASSES
from grantengine.web.names import name_in_language

_WAY: tuple[tuple[ApplicationStatus, LazyText], ...] = (
    (ApplicationStatus.DRAFT, lazy("Draft")),
    (ApplicationStatus.SUBMITTED, lazy("Submitted")),
    (ApplicationStatus.IN_REVIEW, lazy("In review")),
    (ApplicationStatus.DECIDED, lazy("Decided")),
)
# What stands among the facts of an application is not said again among its answers.
_AMONG_FACTS = frozenset({"title", "region_code", "municipality_code"})
# Asks for people's names, so it stays closed where a call hides them.
_NAMING = frozenset({"team"})

Step = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class AnswerShown:
    """One question with its answer.

    Attributes:
        heading: the question in the reader's language.
        kind: which tells how the answer is shown.
        value: text of the applicant, words of ours, or a list of either; empty if unanswered.
    """

    heading: str
    kind: QuestionKind
    value: Any


@dataclass(slots=True)
class SectionShown:
    """A heading with the answers below it; the first one may have no heading."""

    heading: str
    answers: list[AnswerShown] = field(default_factory=list)


def unnamed_facts_of(application: Application) -> list[tuple[str, str]]:
    """List the short facts of a submitted application that do not say who applies."""
    hidden = {_("Who applies"), _("Business ID")}
    return [each for each in facts_of(application) if each[0] not in hidden]


def facts_of(application: Application) -> list[tuple[str, str]]:
    """List the short facts of a submitted application as (name, value)."""
    kind = application.organisation_kind
    places = [place for place in (application.municipality, application.region) if place]
    return [
        (_("Case number"), application.case_number or "–"),
        (_("Who applies"), application.organisation_name or "–"),
        (_("Kind of applicant"), str(APPLICANT_KINDS[kind]) if kind else "–"),
        (_("Business ID"), application.business_id or "–"),
        (_("Grant applied for"), money(application.applied) if application.applied else "–"),
        (_("Your own and other money"), money(application.self_financing)),
        (_("All costs"), money(application.costs)),
        (_("Place"), " · ".join(name_in_language(place.names) for place in places) or "–"),
        (_("Goals"), _lines(name_in_language(goal.names) for goal in application.goals) or "–"),
    ]


def _lines(texts: Iterable[str]) -> str:
    # A goal is half a sentence and may have commas of its own.
    return Markup("<br>").join(texts)


def answers_shown(application: Application) -> list[SectionShown]:
    """List what a submitted application answered, in the version of the questions it answered."""
    asked = [each for each in application.questions if each.key not in _AMONG_FACTS]
    found = sections_of(asked, answers_given(application), application.attachments)
    return [each for each in found if each.answers]


def unnamed_answers_shown(application: Application) -> list[SectionShown]:
    """List what was answered without the question of who does it; the rest as it was written."""
    asked = [each for each in application.questions if each.key not in _AMONG_FACTS | _NAMING]
    found = sections_of(asked, answers_given(application), application.attachments)
    return [each for each in found if each.answers]


def sections_of(
    questions: Sequence[Question],
    answers: Answers,
    files: Sequence[Attachment],
    *,
    with_empty: bool = False,
) -> list[SectionShown]:
    """Put answers below the headings of their questions.

    Args:
        questions: in their order.
        answers: by key.
        files: of the application.
        with_empty: whether to show what is not answered, as in a preview.
    """
    sections = [SectionShown("")]
    for question in questions:
        if question.kind == QuestionKind.SECTION:
            sections.append(SectionShown(name_in_language(question.names)))
            continue
        value = _shown(question, answers, files)
        if value or with_empty:
            shown = AnswerShown(name_in_language(question.names), question.kind, value)
            sections[-1].answers.append(shown)
    return sections


def steps_of(application: Application, history: Sequence[StatusEvent]) -> list[Step]:
    """Tell where an application stands as steps: (label, state, date)."""
    reached = {event.status: day(event.at) for event in history}
    if application.status == ApplicationStatus.WITHDRAWN:
        way = [step for step in _WAY if step[0] in reached]
        steps = [(str(label), "done", reached[status]) for status, label in way]
        stopped = reached[ApplicationStatus.WITHDRAWN]
        return [*steps, (_("Withdrawn"), "stopped", stopped)]
    current = max(index for index, (status, _label) in enumerate(_WAY) if status in reached)
    return [
        (str(label), _state(index, current), reached.get(status, ""))
        for index, (status, label) in enumerate(_WAY)
    ]


def _shown(question: Question, answers: Answers, files: Sequence[Attachment]) -> Any:
    answer = answers.get(question.key)
    if question.kind == QuestionKind.FILE:
        return [each for each in files if each.question_key == question.key]
    if not is_answered(answer):
        return None
    if question.kind in CHOICE_KINDS:
        return list(_chosen(question, [answer] if isinstance(answer, str) else answer))
    if question.kind in (QuestionKind.REGION, QuestionKind.MUNICIPALITY):
        return _place(question.kind, answer)
    if question.kind == QuestionKind.BUDGET:
        return _costs(answer)
    return _plain(answer)


def _place(kind: QuestionKind, code: Any) -> str | None:
    place: Region | Municipality | None = (
        reader().get(Region, code)
        if kind == QuestionKind.REGION
        else reader().get(Municipality, code)
    )
    return name_in_language(place.names) if place else None


def _plain(answer: Any) -> str:
    if isinstance(answer, Unreadable):
        return answer.text
    if isinstance(answer, Money):
        return money(answer)
    if isinstance(answer, Decimal):
        return number(answer)
    return day(answer) if isinstance(answer, date) else str(answer)


def _chosen(question: Question, codes: Any) -> Iterator[str]:
    names: Mapping[str, str] = {
        each.code: name_in_language(each.names) for each in question.choices
    }
    yield from (names[code] for code in codes if code in names)


def _costs(rows: Any) -> list[tuple[str, Money, str]]:
    """List the costs as (class, amount, note)."""
    found: Sequence[BudgetRow] = rows
    return [(str(COST_CLASSES[row.cost_class]), row.amount, row.note) for row in found]


def _state(index: int, current: int) -> str:
    if index == current:
        return "current"
    return "done" if index < current else "todo"
