"""Whose pledge brought how much of a match that was reckoned for a campaign as a whole."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from grantengine.money import Money, split_by_weights


@dataclass(frozen=True, slots=True)
class GivenPledge:
    """A pledge as the close sees it; its cents are less what was given back."""

    id: str
    backer: str
    campaign: str
    cents: int


@dataclass(frozen=True, slots=True)
class Part:
    """What a pledge brought of its campaign's match, and how much of it counted."""

    cents: int
    counted_cents: int


def parts_of(
    match_cents: int, *, pledges: Iterable[GivenPledge], counted: Mapping[str, int]
) -> dict[str, Part]:
    """Divide a campaign's match among its pledges, to the cent.

    First among the backers, in proportion to what counted of each; then among the pledges of
    each backer, in proportion to their amounts. So the match that leaves with a pledge is the
    one that came with it.

    Args:
        match_cents: what the campaign gets.
        pledges: those that the match was reckoned from.
        counted: cents that counted of each backer.

    Returns:
        The part of each, by id of the pledge.
    """
    of_backer = defaultdict(list)
    for pledge in sorted(pledges, key=lambda each: each.id):
        of_backer[pledge.backer].append(pledge)
    backers = sorted(of_backer)
    shares = _split(match_cents, [counted[backer] for backer in backers])
    parts = {}
    for backer, share in zip(backers, shares, strict=True):
        amounts = [pledge.cents for pledge in of_backer[backer]]
        own = zip(_split(share, amounts), _split(counted[backer], amounts), strict=True)
        for pledge, (cents, counted_cents) in zip(of_backer[backer], own, strict=True):
            parts[pledge.id] = Part(cents, counted_cents)
    return parts


def _split(cents: int, weights: list[int]) -> list[int]:
    if not any(weights):
        return [0] * len(weights)
    return [part.cents for part in split_by_weights(Money(cents), weights)]
