"""Who reviews what: balanced by load, never across a conflict, the same for the same input."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Need:
    """An application and how many more reviewers it needs."""

    application_id: str
    reviews: int


@dataclass(frozen=True, slots=True)
class Plan:
    """Pairs of application and reviewer, and by application how many could not be found."""

    pairs: Sequence[tuple[str, str]]
    shortages: Mapping[str, int]


def assign(
    needs: Sequence[Need], loads: Mapping[str, int], blocked: Collection[tuple[str, str]]
) -> Plan:
    """Give each application its reviewers.

    The application with the fewest possible reviewers chooses first, then by id; it takes
    the reviewer with the least work so far, then by id. The order of the input changes
    nothing, and a shortage is told, never filled across a conflict.

    Args:
        needs: what is wanted.
        loads: work that each possible reviewer has already.
        blocked: pairs of application and reviewer that may not meet: conflicts, and those
            who have reviewed it already.
    """
    forbidden = set(blocked)
    possible = {
        need.application_id: [
            reviewer for reviewer in loads if (need.application_id, reviewer) not in forbidden
        ]
        for need in needs
    }
    work = dict(loads)
    pairs: list[tuple[str, str]] = []
    shortages: dict[str, int] = {}
    ordered = sorted(
        needs, key=lambda each: (len(possible[each.application_id]), each.application_id)
    )
    for need in ordered:
        able = sorted(possible[need.application_id], key=lambda each: (work[each], each))
        for reviewer in able[: need.reviews]:
            pairs.append((need.application_id, reviewer))
            work[reviewer] += 1
        if len(able) < need.reviews:
            shortages[need.application_id] = need.reviews - len(able)
    return Plan(pairs=sorted(pairs), shortages=shortages)
