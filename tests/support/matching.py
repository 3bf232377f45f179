"""Crowds for tests of matching, written as `("Aino", "bakery", "25.00")`."""

from collections.abc import Iterable, Mapping

from grantengine.campaigns.matching.crowd import Crowd, Entrant, gather
from grantengine.campaigns.matching.trace import Closing
from grantengine.money import Money, eur

GOALS = {"bakery": eur("1000"), "choir": eur("2000"), "ferry": eur("5000")}


def a_crowd(*pledges: tuple[str, str, str], goals: Mapping[str, Money] = GOALS) -> Crowd:
    """Gather pledges of backer, campaign and euros."""
    return a_crowd_of_cents([(who, what, eur(euros).cents) for who, what, euros in pledges], goals)


def a_crowd_of_cents(
    pledges: Iterable[tuple[str, str, int]], goals: Mapping[str, Money] = GOALS
) -> Crowd:
    """Gather pledges of backer, campaign and cents."""
    rows = list(pledges)
    return gather(
        [Entrant(name, goal) for name, goal in goals.items()],
        backers=[row[0] for row in rows],
        campaigns=[row[1] for row in rows],
        cents=[row[2] for row in rows],
    )


def matches_of(closing: Closing) -> dict[str, Money]:
    """Give what each campaign gets."""
    return {match.campaign: Money(match.cents) for match in closing.matches}
