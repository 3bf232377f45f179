"""Screening: the points that are checked of every application, and what a finding needs."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from importlib import resources
from typing import Any

from grantengine.reviews.errors import ScreeningError
from grantengine.reviews.experiment_card import is_blank
from grantengine.reviews.lifecycle import SCREENING_OUTCOMES, ApplicationStatus

NOTE_LENGTH_MAX = 5_000


class Answer(StrEnum):
    """What the presenter found of one point."""

    YES = "yes"
    NO = "no"
    NOT_APPLICABLE = "not_applicable"


class TurnedAwayFor(StrEnum):
    """Why an application is not examined."""

    APPLICANT = "applicant"
    NO_EXPERIMENT = "no_experiment"
    GOALS = "goals"
    COSTS = "costs"
    FUNDED_TWICE = "funded_twice"
    SANCTIONS = "sanctions"
    UNANSWERED = "unanswered"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Item:
    """One point of a checklist, with what it says by language."""

    code: str
    names: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Finding:
    """What screening an application has come to.

    Attributes:
        outcome: eligible, inadmissible, or a supplement is asked for.
        answers: by the code of the point.
        reason: why the application is turned away; None unless it is.
        note: what the applicant reads: the question of a supplement, more on the reason.
        due_at: until when a supplement is asked for; None unless it is.
    """

    outcome: ApplicationStatus
    answers: Mapping[str, Answer] = field(default_factory=dict)
    reason: TurnedAwayFor | None = None
    note: str = ""
    due_at: datetime | None = None


def read_checklist(data: Mapping[str, Any]) -> list[Item]:
    """Read a checklist from a call's data: `{"items": [{code, names}]}`."""
    return [Item(each["code"], each["names"]) for each in data["items"]]


def default_checklist() -> dict[str, Any]:
    """Give the data of the checklist that a call has unless it brings its own."""
    text = resources.files("grantengine.reviews").joinpath("facts", "checklist.json")
    data: dict[str, Any] = json.loads(text.read_text("utf-8"))
    return data


def everything_holds(items: Sequence[Item]) -> Finding:
    """Find an application eligible, each point answered with yes."""
    return Finding(ApplicationStatus.ELIGIBLE, {item.code: Answer.YES for item in items})


def check_finding(items: Sequence[Item], finding: Finding, *, now: datetime) -> None:
    """Let a finding pass that says all that its outcome needs.

    Raises:
        ScreeningError: names the field and what is wrong with it: an eligible application has
            a point open or not met; one is turned away without a reason, or for another
            reason without words; a supplement is asked for without a question or too late.
    """
    if finding.outcome not in SCREENING_OUTCOMES:
        raise ScreeningError(field="outcome", reason="unknown")
    if len(finding.note) > NOTE_LENGTH_MAX:
        raise ScreeningError(field="note", reason="too_long")
    if finding.outcome == ApplicationStatus.ELIGIBLE:
        _check_eligible(items, finding)
    elif finding.outcome == ApplicationStatus.INADMISSIBLE:
        _check_inadmissible(finding)
    else:
        _check_supplement(finding, now=now)


def _check_eligible(items: Sequence[Item], finding: Finding) -> None:
    for item in items:
        answer = finding.answers.get(item.code)
        if answer is None:
            raise ScreeningError(field=item.code, reason="unanswered")
        if answer == Answer.NO:
            raise ScreeningError(field=item.code, reason="not_met")


def _check_inadmissible(finding: Finding) -> None:
    if finding.reason is None:
        raise ScreeningError(field="reason", reason="missing")
    if finding.reason == TurnedAwayFor.OTHER and is_blank(finding.note):
        raise ScreeningError(field="note", reason="words_needed")


def _check_supplement(finding: Finding, *, now: datetime) -> None:
    if is_blank(finding.note):
        raise ScreeningError(field="note", reason="question_needed")
    if finding.due_at is None or finding.due_at <= now:
        raise ScreeningError(field="due_on", reason="past")
