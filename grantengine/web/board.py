"""The board of the programme's promise: one mark for each experiment that it set out to start."""

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

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
    """The marks of one tier, as many as were aimed at or begun, whichever is more."""

    tier: Tier
    target: int
    marks: Sequence[Mark]

    @property
    def begun(self) -> int:
        """How many experiments have begun, those that have ended in a learning too."""
        return sum(1 for mark in self.marks if mark.status in _BEGUN)

    @property
    def learned(self) -> int:
        """How many have told what they learned."""
        return sum(1 for mark in self.marks if mark.status == ExperimentStatus.LEARNED)


def board(session: Session, programme: Programme) -> list[Row]:
    """Read the board: the tiers that have an envelope of their own with a number aimed at.

    An envelope that carries the name of a tier pays for the experiments of that tier.
    """
    query = sa.select(Experiment.tier, Experiment.status, Experiment.title, Experiment.slug)
    query = query.where(Experiment.status.in_(_BEGUN)).order_by(Experiment.id)
    found: dict[str, list[Mark]] = {}
    for tier, status, title, slug in session.execute(query):
        found.setdefault(tier, []).append(Mark(ExperimentStatus(status), title, slug))
    targets = {each.code: each.grants_target for each in programme.envelopes}
    return [_row(tier, targets.get(tier) or 0, found.get(tier, [])) for tier in _SHOWN]


_SHOWN = (Tier.SMALL, Tier.STRONG)


def _row(tier: Tier, target: int, begun: list[Mark]) -> Row:
    return Row(tier, target, [*begun, *[Mark(None)] * (target - len(begun))])
