"""What an assignment of reviewers is asked for, and what it answers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

# An application and a reviewer.
Pair = tuple[str, str]


class Objective(StrEnum):
    """What is to be as high as it can be, among all assignments that keep every rule.

    TOTAL: the sum of all scores.
    PAIR_FLOOR: first the lowest score of any pair, then the sum.
    APPLICATION_FLOOR: the lowest sum that any application gets. This one is NP-hard and solved
        by a heuristic: the floor that it reaches is told, and a higher one may exist.
    """

    TOTAL = "total"
    PAIR_FLOOR = "pair_floor"
    APPLICATION_FLOOR = "application_floor"


@dataclass(frozen=True, slots=True)
class Need:
    """An application and how many reviewers it needs."""

    application_id: str
    reviews: int


@dataclass(frozen=True, slots=True)
class Capacity:
    """A reviewer, the fewest applications that they are to get, and the most."""

    reviewer_id: str
    load_min: int
    load_max: int


@dataclass(frozen=True, slots=True)
class Problem:
    """Everything that an assignment depends on; the order of the parts changes nothing.

    Attributes:
        needs: the applications.
        capacities: the reviewers.
        scores: application, reviewer, and how well they fit; a pair without one is not allowed.
        conflicts: pairs that may not meet, and why.
        seed: published text that settles ties, see `ties.py`.
        objective: what is to be as high as it can be.
    """

    needs: Sequence[Need]
    capacities: Sequence[Capacity]
    scores: Sequence[tuple[str, str, int]]
    conflicts: Mapping[Pair, str]
    seed: str
    objective: Objective = Objective.PAIR_FLOOR


@dataclass(frozen=True, slots=True)
class ReviewShortage:
    """An application that cannot have all its reviewers.

    Attributes:
        missing: how many it lacks in the assignment that comes closest.
        together: the applications, itself among them, that compete for too few reviewers.
    """

    application_id: str
    wanted: int
    missing: int
    together: Sequence[str]


@dataclass(frozen=True, slots=True)
class LoadShortage:
    """A reviewer who cannot have as many applications as they are to get at least."""

    reviewer_id: str
    wanted: int
    missing: int


Shortage = ReviewShortage | LoadShortage


@dataclass(frozen=True, slots=True)
class Assignment:
    """Who reviews what.

    Attributes:
        pairs: in order; empty where no full assignment exists, for nothing is relaxed.
        total: sum of their scores.
        pair_floor: the lowest score of a pair; None without pairs.
        application_floor: the lowest sum that an application gets; None without pairs.
        shortages: what stands against a full assignment; empty where there is one.
    """

    pairs: Sequence[Pair]
    total: int
    pair_floor: int | None
    application_floor: int | None
    shortages: Sequence[Shortage]
