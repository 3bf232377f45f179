"""A crowd: what each backer gave to each campaign in all, as columns of whole cents.

Whatever is reckoned at the close begins with these sums, so no order of pledges and no way of
splitting one into several can matter to it.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import count

import numpy as np
from numpy.typing import NDArray

from grantengine.money import LARGEST_CENTS, Money

Column = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Entrant:
    """A campaign that takes part: its id and its goal."""

    id: str
    goal: Money


@dataclass(frozen=True, slots=True, eq=False)
class Crowd:
    """One line for each backer and campaign; lines stand in the order of the campaigns.

    Attributes:
        entrants: the campaigns, by id; the columns name them by their place here.
        names: the backers; the columns name them by their place here.
        backers: places in `names`.
        campaigns: places in `entrants`, rising.
        cents: what the backer gave to the campaign in all, positive.
    """

    entrants: tuple[Entrant, ...]
    names: tuple[str, ...]
    backers: Column
    campaigns: Column
    cents: Column

    def per_campaign(self, column: Column) -> list[int]:
        """Add up a column for each campaign."""
        sums = np.zeros(len(self.entrants), np.int64)
        np.add.at(sums, self.campaigns, column)
        return [int(each) for each in sums]

    def backers_per_campaign(self) -> list[int]:
        """Count the different backers of each campaign."""
        return [int(n) for n in np.bincount(self.campaigns, minlength=len(self.entrants))]


def gather(
    entrants: Iterable[Entrant],
    *,
    backers: Sequence[str],
    campaigns: Sequence[str],
    cents: Sequence[int],
) -> Crowd:
    """Add up pledges for each backer and campaign.

    Args:
        entrants: the campaigns that take part.
        backers: of each pledge, in any order.
        campaigns: of each pledge the id of the campaign; every one is an entrant.
        cents: of each pledge.

    Raises:
        KeyError: a pledge is to no entrant.
        ValueError: an amount is not positive, or all together are past 10 trillion euros,
            beyond which sums would no longer be exact.
    """
    if min(cents, default=1) <= 0 or sum(cents) > LARGEST_CENTS:
        raise ValueError("amounts must be positive and not add up to more than is exact")
    in_order = tuple(sorted(entrants, key=lambda each: each.id))
    places = {entrant.id: place for place, entrant in enumerate(in_order)}
    # Whoever is met first gets the next number, in one pass over the backers.
    numbers: defaultdict[str, int] = defaultdict(count().__next__)
    who = _column(map(numbers.__getitem__, backers), len(backers))
    # One number for each pair, so that a single sort brings all of a pair together.
    width = max(len(numbers), 1)
    pairs = _column(map(places.__getitem__, campaigns), len(campaigns)) * width + who
    order = np.argsort(pairs)
    pairs = pairs[order]
    starts = np.flatnonzero(np.diff(pairs, prepend=-1))
    amounts = _column(iter(cents), len(cents))[order]
    sums = np.add.reduceat(amounts, starts) if len(starts) else amounts
    pairs = pairs[starts]
    return Crowd(
        in_order,
        tuple(numbers),
        backers=pairs % width,
        campaigns=pairs // width,
        cents=sums,
    )


def _column(numbers: Iterator[int], length: int) -> Column:
    return np.fromiter(numbers, np.int64, length)
