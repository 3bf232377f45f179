"""What the page of an application shows: its facts in order, and where it stands."""

from collections.abc import Sequence

from grantengine.history import StatusEvent
from grantengine.money import Money
from grantengine.reviews.experiment_card import CostClass, EthicsQuestion
from grantengine.reviews.lifecycle import ApplicationStatus
from grantengine.reviews.models import Application
from grantengine.web.formatting import day, money
from grantengine.web.i18n import LazyText, _, lazy
from grantengine.web.labels.reviews import APPLICANT_KINDS, COST_CLASSES, ETHICS_QUESTIONS
from grantengine.web.names import name_in_language

# The texts of the experiment card, in its order.
CARD_TEXTS: dict[str, LazyText] = {
    "summary": lazy("Summary"),
    "problem": lazy("The problem"),
    "solution": lazy("How the idea solves it"),
    "testing": lazy("How it is tested"),
    "learning_aim": lazy("What you want to learn"),
    "team": lazy("Who does it"),
    "resources": lazy("What you have already"),
}
_WAY: tuple[tuple[ApplicationStatus, LazyText], ...] = (
    (ApplicationStatus.DRAFT, lazy("Draft")),
    (ApplicationStatus.SUBMITTED, lazy("Submitted")),
    (ApplicationStatus.IN_REVIEW, lazy("In review")),
    (ApplicationStatus.DECIDED, lazy("Decided")),
)

Step = tuple[str, str, str]


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
        (_("Goals"), ", ".join(name_in_language(goal.names) for goal in application.goals) or "–"),
    ]


def card_texts(application: Application) -> list[tuple[str, str]]:
    """List the texts of the experiment card as (heading, text)."""
    return [(str(heading), getattr(application, name)) for name, heading in CARD_TEXTS.items()]


def budget_rows(application: Application) -> list[tuple[str, Money, str]]:
    """List the costs as (class, amount, note)."""
    return [
        (
            str(COST_CLASSES[CostClass(row["cost_class"])]),
            Money(row["amount_cents"], application.currency),
            row["note"],
        )
        for row in application.budget.get("rows", ())
    ]


def ethics_answers(application: Application) -> list[str]:
    """List what the applicant said is true, in words."""
    return [
        str(ETHICS_QUESTIONS[EthicsQuestion(each)]) for each in application.ethics.get("yes", ())
    ]


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


def _state(index: int, current: int) -> str:
    if index == current:
        return "current"
    return "done" if index < current else "todo"
