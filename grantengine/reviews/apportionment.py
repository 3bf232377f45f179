"""Seats shared by shares of the population; for cents see `money.split_by_weights`."""

from collections.abc import Mapping
from fractions import Fraction


def sainte_lague(weights: Mapping[str, int], seats: int) -> dict[str, int]:
    """Share seats by the method of Sainte-Laguë (Webster), ties to the earlier name.

    Unlike the largest remainder, no share loses a seat when there is one seat more to give.

    Args:
        weights: whole numbers, such as inhabitants, by name; not all of them zero.
        seats: how many there are to give.

    Raises:
        ValueError: a weight or the number of seats is negative, or all weights are zero.
    """
    if seats < 0 or any(weight < 0 for weight in weights.values()) or not any(weights.values()):
        raise ValueError("seats are shared by non-negative weights that are not all zero")
    given = dict.fromkeys(weights, 0)
    # Exact fractions: a float could part two equal claims.
    for _ in range(seats):
        claims = {name: Fraction(weights[name], 2 * given[name] + 1) for name in weights}
        highest = max(claims.values())
        given[min(name for name, claim in claims.items() if claim == highest)] += 1
    return given
