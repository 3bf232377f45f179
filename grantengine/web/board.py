"""The board of the programme's promise: one mark for each grant that it set out to give."""

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from grantengine.disbursements.models import Grant
from grantengine.programme.lifecycle import ExperimentStatus, Tier
from grantengine.programme.models import Experiment, Programme

_BEGUN = (ExperimentStatus.RUNNING, ExperimentStatus.LEARNED)


@dataclass(frozen=True, slots=True)
class Mark:
    """One place on the board; without an experiment it is still to come."""

    status: ExperimentStatus | None
    title: str = ""
    slug: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """The marks of one envelope, as many as were aimed at or granted, whichever is more."""

    tier: Tier
    target: int
    marks: Sequence[Mark]

    @property
    def granted(self) -> int:
        """How many experiments have their grant, those that have ended in a learning too."""
        return sum(1 for mark in self.marks if mark.status is not None)

    @property
    def learned(self) -> int:
        """How many have told what they learned."""
        return sum(1 for mark in self.marks if mark.status == ExperimentStatus.LEARNED)


def board(session: Session, programme: Programme) -> list[Row]:
    """Read the board: the tiers that have an envelope of their own with a number aimed at.

    An envelope that carries the name of a tier pays for the experiments of that tier; one that
    runs on other money, or waits for its grant, is no part of what was promised.
    """
    query = sa.select(Grant.envelope, Experiment.status, Experiment.title, Experiment.slug)
    query = query.join(Grant.experiment).where(
        Grant.envelope.in_(_SHOWN), Experiment.status.in_(_BEGUN)
    )
    # Two grants of one envelope are still one experiment.
    query = query.distinct().order_by(Experiment.slug)
    found: dict[str | None, list[Mark]] = {}
    for envelope, status, title, slug in session.execute(query):
        found.setdefault(envelope, []).append(Mark(ExperimentStatus(status), title, slug))
    targets = {each.code: each.grants_target for each in programme.envelopes}
    return [_row(tier, targets.get(tier) or 0, found.get(tier, [])) for tier in _SHOWN]


_SHOWN = (Tier.SMALL, Tier.STRONG)


def _row(tier: Tier, target: int, granted: list[Mark]) -> Row:
    return Row(tier, target, [*granted, *[Mark(None)] * (target - len(granted))])
