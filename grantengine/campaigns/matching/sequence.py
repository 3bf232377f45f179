"""Promises for a whole list of pledges, one after another, as they were made."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from grantengine.campaigns.matching.promise import Promise, Situation, promise
from grantengine.campaigns.matching.terms import MatchTerms
from grantengine.money import Money


@dataclass(frozen=True, slots=True)
class MadePledge:
    """A pledge as a promise rule sees it."""

    id: str
    backer: str
    campaign: str
    amount: Money
    at: datetime


@dataclass(slots=True)
class _SoFar:
    """What has been promised, in cents, and to whom."""

    pot: int
    matched: Counter[str] = field(default_factory=Counter)
    counted: Counter[str] = field(default_factory=Counter)
    counted_at: Counter[tuple[str, str]] = field(default_factory=Counter)
    pledges_at: Counter[tuple[str, str]] = field(default_factory=Counter)

    def before(self, pledge: MadePledge, goal: Money) -> Situation:
        pair = (pledge.backer, pledge.campaign)
        return Situation(
            goal=goal,
            matched=Money(self.matched[pledge.campaign]),
            counted=Money(self.counted_at[pair]),
            counted_of_backer=Money(self.counted[pledge.backer]),
            pledges_counted=self.pledges_at[pair],
            pot=Money(self.pot),
        )

    def add(self, pledge: MadePledge, promised: Promise) -> None:
        pair = (pledge.backer, pledge.campaign)
        self.pot -= promised.amount.cents
        self.matched[pledge.campaign] += promised.amount.cents
        self.counted[pledge.backer] += promised.counted.cents
        self.counted_at[pair] += promised.counted.cents
        self.pledges_at[pair] += 1


def promise_all(
    terms: MatchTerms, *, pot: Money, goals: Mapping[str, Money], pledges: Iterable[MadePledge]
) -> dict[str, Promise]:
    """Reckon the promises of pledges in the order in which they were made.

    Args:
        terms: the rule, in force all the time.
        pot: what the pot held before the first.
        goals: of every campaign.
        pledges: in any order; of two made at the same instant the lower id goes first.

    Returns:
        The promise of each, by id of the pledge.
    """
    so_far = _SoFar(pot.cents)
    promises = {}
    for pledge in sorted(pledges, key=lambda each: (each.at, each.id)):
        situation = so_far.before(pledge, goals[pledge.campaign])
        promised = promise(terms, pledge=pledge.amount, situation=situation)
        so_far.add(pledge, promised)
        promises[pledge.id] = promised
    return promises
