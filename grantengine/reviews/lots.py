"""Between whom lots are drawn, and for how many grants, where regions have floors.

A floor may take a place from those at the funding line: for an application further down, or for
one among them that the lots put late. What is announced counts no such place, so that whoever
comes first in the order of the draw has a grant, whatever the order is.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from grantengine.reviews.ranking.groups import Group


@dataclass(frozen=True, slots=True)
class Placed:
    """An application in the ranking: its case number, its region's code, its group."""

    label: str
    region: str | None
    group: Group | None


@dataclass(frozen=True, slots=True)
class Lots:
    """Who takes part in a draw, and how many of the first in its order surely win."""

    labels: Sequence[str] = ()
    winners: int = 0


def lots_between(ranked: Sequence[Placed], *, places: int, floors: Mapping[str, int]) -> Lots:
    """Find who takes part in a draw; nobody, if no place is left to draw for.

    Where floors take every place that is left, only applications that can hold one of them take
    part: for the others the lots would decide nothing.

    Args:
        ranked: the applications of a call.
        places: the number of its grants.
        floors: the smallest number of grants by region, as far as there are applications.
    """
    undecided = [each for each in ranked if each.group is Group.DRAW]
    above, line, below = (
        Counter(each.region for each in ranked if each.group is group)
        for group in (Group.FUND, Group.DRAW, Group.REJECT)
    )
    lacking = {code: max(0, least - above[code]) for code, least in floors.items()}
    held = {
        code: min(lacking[code], line[code]) for code in lacking if lacking[code] and line[code]
    }
    lost = sum(min(max(0, least - line[code]), below[code]) for code, least in lacking.items())
    free = places - above.total()
    by_lot = free - sum(held.values()) - lost
    if by_lot > 0 and undecided:
        return Lots(sorted(each.label for each in undecided), by_lot)
    if free > 0 and held:
        # As many of the first as every one of their regions lacks hold a place of its floor.
        labels = sorted(each.label for each in undecided if each.region in held)
        return Lots(labels, min(free, *held.values()))
    return Lots()
