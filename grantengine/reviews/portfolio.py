"""Which applications are funded when regions have floors: reserved by rank, then filled by rank.

With grants of fixed sizes the sets that can be funded form a matroid, and this greedy order is
as good as any optimiser's. It can also be explained in a letter: whoever is funded is the best of
all, or among the best of a region that has a floor.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from grantengine.money import Money
from grantengine.programme.lifecycle import Tier
from grantengine.reviews.selection import WhenShort


@dataclass(frozen=True, slots=True)
class Entrant:
    """An application that could be funded.

    Attributes:
        region: its region's code; None for the whole country.
        tier: decides which number of grants it counts against.
        amount: the grant; where sizes differ, `Limits.when_short` says what that means.
    """

    application_id: str
    region: str | None
    tier: Tier
    amount: Money


@dataclass(frozen=True, slots=True)
class Limits:
    """What may never be exceeded, and what regions are to have at least.

    Attributes:
        grants: the largest number of grants by tier; a tier left out gets none.
        envelope: the largest sum of all grants.
        floors: the smallest number of grants by region, as far as there are applications.
        when_short: what happens at the first grant of a tier that no longer fits.
    """

    grants: Mapping[Tier, int]
    envelope: Money
    floors: Mapping[str, int]
    when_short: WhenShort = WhenShort.STOP


@dataclass(frozen=True, slots=True)
class Portfolio:
    """What is funded.

    Attributes:
        funded: ids in rank order.
        reserved: those of them that hold a place of their region's floor.
        left: what remains of the envelope.
    """

    funded: Sequence[str]
    reserved: frozenset[str]
    left: Money


def choose_portfolio(ranked: Sequence[Entrant], limits: Limits) -> Portfolio:
    """Fund the best of each region up to its floor, then the best of all.

    Under `STOP` the first application of a tier that the envelope no longer covers ends that tier:
    a smaller grant further down never passes one that was placed higher. Under `SKIP` it may.

    Args:
        ranked: best first.
        limits: numbers of grants, envelope and floors.
    """
    reserved = _taken(_first_of_regions(ranked, limits.floors), limits, before=())
    rest = [each for each in ranked if each not in reserved]
    filled = _taken(rest, limits, before=reserved)
    funded = {each.application_id for each in (*reserved, *filled)}
    left = limits.envelope
    for each in (*reserved, *filled):
        left -= each.amount
    return Portfolio(
        funded=[each.application_id for each in ranked if each.application_id in funded],
        reserved=frozenset(each.application_id for each in reserved),
        left=left,
    )


def _first_of_regions(ranked: Sequence[Entrant], floors: Mapping[str, int]) -> list[Entrant]:
    counts: Counter[str] = Counter()
    first: list[Entrant] = []
    for each in ranked:
        if each.region is not None and counts[each.region] < floors.get(each.region, 0):
            counts[each.region] += 1
            first.append(each)
    return first


def _taken(
    ranked: Sequence[Entrant], limits: Limits, *, before: Sequence[Entrant]
) -> list[Entrant]:
    """Take in rank order what numbers and envelope allow, besides what was taken before."""
    counts = Counter(each.tier for each in before)
    left = limits.envelope
    for each in before:
        left -= each.amount
    ended: set[Tier] = set()
    taken: list[Entrant] = []
    for each in ranked:
        if each.tier in ended or counts[each.tier] >= limits.grants.get(each.tier, 0):
            continue
        if each.amount > left:
            if limits.when_short is WhenShort.STOP:
                ended.add(each.tier)
            continue
        counts[each.tier] += 1
        left -= each.amount
        taken.append(each)
    return taken
