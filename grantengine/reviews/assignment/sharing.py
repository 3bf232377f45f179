"""Applications shared among a pool in equal measure, as far as conflicts let it be equal."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace

from grantengine.reviews.assignment.problem import (
    Assignment,
    Capacity,
    LoadShortage,
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
        fewest: by reviewer, the fewest applications to be given now, below which one's own
            capacity may lie; None for equal shares.
    """

    loads: Mapping[str, int]
    blocked: Mapping[Pair, str]
    scores: Mapping[Pair, int]
    capacities: Mapping[str, int] = field(default_factory=dict)
    fewest: Mapping[str, int] | None = None


def share_out(
    needs: Sequence[Need], pool: Pool, *, seed: str, objective: Objective = Objective.PAIR_FLOOR
) -> tuple[Problem, Assignment]:
    """Give every application reviewers so that the busiest has as little to do as can be.

    Without fewest loads the work is shared in equal measure; with them it lies between each
    one's fewest and the load of the busiest. Within that, the objective decides.

    Returns:
        The problem that was solved in the end, to be published, and its assignment. What nobody
        can review and what nobody can be given is told as shortages, and only that was left out.
    """
    wide = _problem(needs, pool, seed=seed, level=None)
    found = assign_what_can_be(wide)
    lacking = {
        each.application_id: each.missing
        for each in found.shortages
        if isinstance(each, ReviewShortage)
    }
    idle = {
        each.reviewer_id: each.missing for each in found.shortages if isinstance(each, LoadShortage)
    }
    possible = [
        replace(each, reviews=each.reviews - lacking.get(each.application_id, 0)) for each in needs
    ]
    fewest = {each.reviewer_id: each.load_min for each in wide.capacities}
    able = replace(pool, fewest={each: least - idle.get(each, 0) for each, least in fewest.items()})
    level = _lowest_level(possible, able, seed=seed)
    problem = replace(_problem(possible, able, seed=seed, level=level), objective=objective)
    if pool.fewest is None:
        even = replace(problem, capacities=_filled_to(level - 1, problem.capacities, pool.loads))
        if not (assignment := assign(even)).shortages:
            return even, replace(assignment, shortages=found.shortages)
    assignment = assign(problem)
    assert not assignment.shortages, "the lowest level holds a full assignment"
    return problem, replace(assignment, shortages=found.shortages)


def _lowest_level(needs: Sequence[Need], pool: Pool, *, seed: str) -> int:
    """Find the least work of the busiest with which a full assignment exists."""
    reviews = sum(each.reviews for each in needs)
    low, high = 0, max(pool.loads.values(), default=0) + reviews
    while low < high:
        middle = (low + high) // 2
        if assign(_problem(needs, pool, seed=seed, level=middle)).shortages:
            low = middle + 1
        else:
            high = middle
    return high


def _problem(needs: Sequence[Need], pool: Pool, *, seed: str, level: int | None) -> Problem:
    """Put a pool as a problem in which nobody passes a level, unless their fewest does."""
    reviews = sum(each.reviews for each in needs)
    return Problem(
        needs=needs,
        capacities=[_capacity(pool, each, reviews, level) for each in pool.loads],
        scores=_scores([each.application_id for each in needs], pool),
        conflicts={
            pair: reason for pair, reason in pool.blocked.items() if _is_about(pair, needs, pool)
        },
        seed=seed,
        objective=Objective.TOTAL,
    )


def _capacity(pool: Pool, reviewer: str, reviews: int, level: int | None) -> Capacity:
    own, load = pool.capacities.get(reviewer), pool.loads[reviewer]
    room = reviews if own is None else max(0, own - load)
    wanted = (pool.fewest or {}).get(reviewer, 0)
    fewest = wanted if own is None else min(wanted, room)
    most = reviews if level is None else level - load
    return Capacity(reviewer, fewest, max(fewest, min(most, room)))


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
