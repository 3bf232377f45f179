"""Who is funded, who is not, and between whom the scores do not decide."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum


class Group(StrEnum):
    """Where an application stands to the funding line."""

    FUND = "fund"
    DRAW = "draw"
    REJECT = "reject"


@dataclass(frozen=True, slots=True)
class Estimate:
    """What the scores say of one application.

    Attributes:
        mean: plain mean of its scores, in points.
        expected_rank: 1 is the best.
        sucra: 1 for the surely best, 0 for the surely last.
        interval: the middle half of its possible ranks.
        group: where that leaves it.
    """

    application: str
    mean: float
    expected_rank: float
    sucra: float
    interval: tuple[int, int]
    group: Group = Group.DRAW


def grouped(
    expected: Sequence[float], intervals: Sequence[tuple[int, int]], places: int
) -> list[Group]:
    """Part applications at the funding line: the expected rank of the last that could be funded.

    An interval wholly above the line funds, one wholly below rejects, one that holds it leaves it
    to the draw. If exactly as many are left undecided as there are places, they are all funded.

    Args:
        expected: expected ranks.
        intervals: in the same order.
        places: how many can be funded.
    """
    if places <= 0:
        return [Group.REJECT] * len(expected)
    if places >= len(expected):
        return [Group.FUND] * len(expected)
    line = sorted(expected)[places - 1]
    groups = [
        _group(rank, interval, line) for rank, interval in zip(expected, intervals, strict=True)
    ]
    if sum(each is not Group.REJECT for each in groups) == places:
        return [Group.REJECT if each is Group.REJECT else Group.FUND for each in groups]
    return groups


def _group(rank: float, interval: tuple[int, int], line: float) -> Group:
    # The rank is a mean and the interval is not: of a lopsided one both have to say the same.
    if interval[1] < line and rank < line:
        return Group.FUND
    if interval[0] > line and rank > line:
        return Group.REJECT
    return Group.DRAW
