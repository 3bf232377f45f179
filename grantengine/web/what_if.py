"""Where the funding line could lie: the same ranking with another number of grants or euros."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from grantengine.money import Money, total
from grantengine.reviews import selecting, standings
from grantengine.reviews.call_models import Call
from grantengine.reviews.lifecycle import ApplicationStatus
from grantengine.reviews.models import Application
from grantengine.reviews.ranking.groups import Group
from grantengine.web.decision_page import Row
from grantengine.web.i18n import _
from grantengine.web.labels.reviews import APPLICANT_KINDS
from grantengine.web.names import name_in_language
from grantengine.web.proposing import entrant_of


@dataclass(frozen=True, slots=True)
class WhatIf:
    """What would be funded, as if nothing of the call were proposed or decided yet.

    Attributes:
        places: how many grants there would be.
        envelope: how much money.
        funded: ids of the applications.
        reserved: those of them that hold a place of their region.
        left: what would remain of the money.
        undecided: how many the reviews could not tell apart at that line.
        line: the expected rank of the last that could be funded; None if all could.
        regions: name, applications, and grants of it.
        actors: kind of applicant, applications, and grants of it.
    """

    places: int
    envelope: Money
    funded: frozenset[str]
    reserved: frozenset[str]
    left: Money
    undecided: int
    line: float | None
    regions: Sequence[tuple[str, int, int]]
    actors: Sequence[tuple[str, int, int]]

    @property
    def spent(self) -> Money:
        """What the grants would cost."""
        return self.envelope - self.left


def what_if(
    session: Session, call: Call, rows: Sequence[Row], *, places: int, envelope: Money
) -> WhatIf:
    """Fund by the rules of a call with other numbers; nothing is changed by asking.

    Lots that have fallen keep their order. Without them, those at the line go in the order of
    the ranking, and `undecided` says how many they are.
    """
    ranked = [row for row in rows if row.ranked is not None and row.ranked.estimate is not None]
    portfolio = selecting.portfolio_of(
        call,
        [entrant_of(row, row.application.applied) for row in ranked],
        selecting.rules_of(session, call.id),
        places=places,
        envelope=envelope,
    )
    again = standings.rank_applications(call, [row.application for row in ranked], places=places)
    ranks = sorted(each.estimate.expected_rank for each in again if each.estimate)
    funded = frozenset(portfolio.funded)
    return WhatIf(
        places=places,
        envelope=envelope,
        funded=funded,
        reserved=portfolio.reserved,
        left=portfolio.left,
        undecided=sum(each.group is Group.DRAW for each in again),
        line=ranks[places - 1] if 0 < places < len(ranks) else None,
        regions=spread(ranked, funded, region_of),
        actors=spread(ranked, funded, actor_of),
    )


def spread(
    rows: Sequence[Row], funded: frozenset[str], name_of: Callable[[Application], str]
) -> list[tuple[str, int, int]]:
    """Count by name: applications, and those of them that are funded."""
    applied = Counter(name_of(row.application) for row in rows)
    got = Counter(name_of(row.application) for row in rows if row.application.id in funded)
    return [(name, count, got[name]) for name, count in sorted(applied.items())]


def region_of(application: Application) -> str:
    """Name the region of an application."""
    region = application.region
    return name_in_language(region.names) if region else _("The whole country")


def actor_of(application: Application) -> str:
    """Name what kind of applicant it is."""
    kind = application.organisation_kind
    return str(APPLICANT_KINDS[kind]) if kind else "–"


def granted(rows: Sequence[Row]) -> frozenset[str]:
    """List the applications that have a grant, or would if every proposal were signed."""
    return frozenset(
        row.application.id for row in rows if row.decision is not None and row.decision.amount
    )


def all_money(available: Money, rows: Sequence[Row]) -> Money:
    """Give what the envelope had for the call before anything of it was signed."""
    signed = (
        row.decision.amount
        for row in rows
        if row.decision is not None
        and row.decision.amount is not None
        and row.application.status == ApplicationStatus.DECIDED
    )
    return available + total(signed)
