"""How long the close of a large round takes: 100,000 pledges over 500 campaigns, in memory.

Measured from lists of pledges as a query gives them to the match of every campaign, adding up
per backer included. The crowd comes of a fixed seed: few large campaigns and many small ones,
amounts spread as those of real crowds are.
"""

import random
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from statistics import median

from grantengine.campaigns.matching.closing import close
from grantengine.campaigns.matching.crowd import Crowd, Entrant, gather
from grantengine.campaigns.matching.terms import MatchKind, MatchTerms
from grantengine.campaigns.matching.trace import Closing
from grantengine.money import Money, eur

PLEDGES = 100_000
CAMPAIGNS = 500
BACKERS = 20_000
POT = eur("340000")
_SEED = 2017

# The rules whose time counts, with the caps that a programme would set.
RULES = {
    "quadratic": (
        MatchTerms(kind=MatchKind.QUADRATIC, cap_per_campaign=eur("17000")),
        50.0,
    ),
    "round": (
        MatchTerms(
            kind=MatchKind.ROUND,
            cap_per_backer_campaign=eur("250"),
            cap_per_backer=eur("1000"),
            cap_per_campaign=eur("6800"),
            cap_share_of_goal=Fraction(1, 2),
            min_backers=20,
        ),
        100.0,
    ),
}


@dataclass(frozen=True, slots=True)
class Pledges:
    """A crowd as a query gives it: one list for each column."""

    backers: list[str]
    campaigns: list[str]
    cents: list[int]

    def shuffled(self) -> "Pledges":
        """Put the same pledges into another order."""
        order = list(range(len(self.cents)))
        random.Random(_SEED).shuffle(order)  # noqa: S311  # chance here guards nothing
        return Pledges(
            [self.backers[index] for index in order],
            [self.campaigns[index] for index in order],
            [self.cents[index] for index in order],
        )


@dataclass(frozen=True, slots=True)
class Times:
    """What was measured of one rule.

    Attributes:
        rule: its name.
        gathering_ms, reckoning_ms: of each run: adding up per backer, and all after it.
        target_ms: what both together should stay below.
        is_exact: matches and rest are the pot to the cent.
        is_independent_of_order: shuffled pledges gave the same matches and traces.
    """

    rule: str
    target_ms: float
    is_exact: bool
    is_independent_of_order: bool
    gathering_ms: list[float] = field(default_factory=list)
    reckoning_ms: list[float] = field(default_factory=list)

    @property
    def median_ms(self) -> float:
        """The median of whole runs."""
        pairs = zip(self.gathering_ms, self.reckoning_ms, strict=True)
        return median(gathering + reckoning for gathering, reckoning in pairs)


def a_large_round() -> tuple[list[Entrant], Pledges]:
    """Make up the campaigns and their pledges, the same every time."""
    chance = random.Random(_SEED)  # noqa: S311  # chance here guards nothing
    entrants = [
        Entrant(f"cmp_{number:03d}", Money(chance.randrange(100_000, 2_000_000)))
        for number in range(CAMPAIGNS)
    ]
    # A few campaigns draw most of the crowd.
    weights = [1 / (number + 10) for number in range(CAMPAIGNS)]
    names = [entrant.id for entrant in entrants]
    return entrants, Pledges(
        backers=[f"backer_{chance.randrange(BACKERS):05d}" for _ in range(PLEDGES)],
        campaigns=chance.choices(names, weights, k=PLEDGES),
        cents=[max(100, int(chance.lognormvariate(8, 1))) for _ in range(PLEDGES)],
    )


def measure(name: str, entrants: Sequence[Entrant], pledges: Pledges, *, repetitions: int) -> Times:
    """Close the round under a rule of `RULES`, several times."""
    terms, target_ms = RULES[name]
    closing = _close(terms, _gather(entrants, pledges))
    given = sum(match.cents for match in closing.matches)
    times = Times(
        rule=name,
        target_ms=target_ms,
        is_exact=given + closing.left_cents == POT.cents,
        is_independent_of_order=_close(terms, _gather(entrants, pledges.shuffled())) == closing,
    )
    for _ in range(repetitions):
        begun = time.perf_counter()
        crowd = _gather(entrants, pledges)
        gathered = time.perf_counter()
        _close(terms, crowd)
        times.gathering_ms.append((gathered - begun) * 1_000)
        times.reckoning_ms.append((time.perf_counter() - gathered) * 1_000)
    return times


def _gather(entrants: Sequence[Entrant], pledges: Pledges) -> Crowd:
    return gather(
        entrants,
        backers=pledges.backers,
        campaigns=pledges.campaigns,
        cents=pledges.cents,
    )


def _close(terms: MatchTerms, crowd: Crowd) -> Closing:
    return close(terms, pot_cents=POT.cents, crowd=crowd)
