"""Applications shared among a pool in equal measure, as far as conflicts let it be equal."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace

from grantengine.reviews.assignment.problem import (
    Assignment,
    Capacity,
    Need,
    Objective,
    Pair,
    Problem,
    ReviewShortage,
)
from grantengine.reviews.assignment.solving import assign, assign_what_can_be


@dataclass(frozen=True, slots=True)
class Pool:
    """Those who can review.

    Attributes:
        loads: by reviewer, the work that each has already.
        blocked: pairs that may not meet, with the reason: a conflict, or met already.
        scores: how well a pair fits, in whole points; 0 where nothing is said.
        capacities: by reviewer, the most work at a time; one left out takes any amount.
    """

    loads: Mapping[str, int]
    blocked: Mapping[Pair, str]
    scores: Mapping[Pair, int]
    capacities: Mapping[str, int] = field(default_factory=dict)


def share_out(needs: Sequence[Need], pool: Pool, *, seed: str) -> tuple[Problem, Assignment]:
    """Give every application reviewers so that the busiest has as little to do as can be.

    Within that, the lowest fit of any pair is as high as it can be, then the total.

    Returns:
        The problem that was solved in the end, to be published, and its assignment; what
        nobody can review is told as shortages, and only that was left out.
    """
    wide = _problem(needs, pool, seed=seed, level=None)
    found = assign_what_can_be(replace(wide, objective=Objective.TOTAL))
    lacking = {
        each.application_id: each.missing
        for each in found.shortages
        if isinstance(each, ReviewShortage)
    }
    possible = [
        replace(each, reviews=each.reviews - lacking.get(each.application_id, 0)) for each in needs
    ]
    level = _lowest_level(possible, pool, seed=seed)
    problem = _problem(possible, pool, seed=seed, level=level)
    even = replace(problem, capacities=_filled_to(level - 1, problem.capacities, pool.loads))
    for tried in (even, problem):
        assignment = assign(tried)
        if not assignment.shortages:
            return tried, replace(assignment, shortages=found.shortages)
    raise AssertionError("the lowest level holds a full assignment")


def _lowest_level(needs: Sequence[Need], pool: Pool, *, seed: str) -> int:
    """Find the least work of the busiest with which a full assignment exists."""
    reviews = sum(each.reviews for each in needs)
    low, high = 0, max(pool.loads.values(), default=0) + reviews
    while low < high:
        middle = (low + high) // 2
        problem = _problem(needs, pool, seed=seed, level=middle)
        if assign(replace(problem, objective=Objective.TOTAL)).shortages:
            low = middle + 1
        else:
            high = middle
    return high


def _problem(needs: Sequence[Need], pool: Pool, *, seed: str, level: int | None) -> Problem:
    reviews = sum(each.reviews for each in needs)
    room = {
        reviewer: _room(pool, reviewer, reviews if level is None else level - load)
        for reviewer, load in pool.loads.items()
    }
    return Problem(
        needs=needs,
        capacities=[Capacity(reviewer, 0, most) for reviewer, most in room.items()],
        scores=_scores([each.application_id for each in needs], pool),
        conflicts={
            pair: reason for pair, reason in pool.blocked.items() if _is_about(pair, needs, pool)
        },
        seed=seed,
        objective=Objective.PAIR_FLOOR,
    )


def _room(pool: Pool, reviewer: str, most: int) -> int:
    own = pool.capacities.get(reviewer)
    return max(0, most if own is None else min(most, own - pool.loads[reviewer]))


def _scores(applications: Collection[str], pool: Pool) -> list[tuple[str, str, int]]:
    return [
        (application, reviewer, pool.scores.get((application, reviewer), 0))
        for application in applications
        for reviewer in pool.loads
    ]


def _is_about(pair: Pair, needs: Sequence[Need], pool: Pool) -> bool:
    return pair[1] in pool.loads and any(each.application_id == pair[0] for each in needs)


def _filled_to(
    level: int, capacities: Sequence[Capacity], loads: Mapping[str, int]
) -> list[Capacity]:
    return [
        replace(each, load_min=min(each.load_max, max(0, level - loads[each.reviewer_id])))
        for each in capacities
    ]
