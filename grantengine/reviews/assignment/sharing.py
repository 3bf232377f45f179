"""Applications shared among a pool in equal measure, as far as conflicts let it be equal."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from grantengine.reviews.assignment.flow import best_pairs
from grantengine.reviews.assignment.grid import Grid, grid_of
from grantengine.reviews.assignment.problem import (
    Assignment,
    Capacity,
    LoadShortage,
    Need,
    Objective,
    Pair,
    Problem,
    ReviewShortage,
    Shortage,
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
    wide = _problem(needs, pool, seed=seed)
    found = assign_what_can_be(wide)
    possible, able = _lowered(wide, pool, found.shortages)
    level = _lowest_level(possible, able)
    problem = replace(possible, capacities=_capacities(able, level), objective=objective)
    if pool.fewest is None:
        even = replace(problem, capacities=_filled_to(level - 1, problem.capacities, pool.loads))
        if not (assignment := assign(even)).shortages:
            return even, replace(assignment, shortages=found.shortages)
    assignment = assign(problem)
    assert not assignment.shortages, "the lowest level holds a full assignment"
    return problem, replace(assignment, shortages=found.shortages)


def _problem(needs: Sequence[Need], pool: Pool, *, seed: str) -> Problem:
    """Put a pool as a problem in which only one's own capacity is a limit."""
    wanted = {each.application_id for each in needs}
    return Problem(
        needs=needs,
        capacities=_capacities(pool, _most(pool, needs)),
        scores=[
            (application, reviewer, pool.scores.get((application, reviewer), 0))
            for application in sorted(wanted)
            for reviewer in pool.loads
        ],
        conflicts={
            pair: reason
            for pair, reason in pool.blocked.items()
            if pair[0] in wanted and pair[1] in pool.loads
        },
        seed=seed,
        objective=Objective.TOTAL,
    )


def _lowered(problem: Problem, pool: Pool, shortages: Sequence[Shortage]) -> tuple[Problem, Pool]:
    """Want no more than there is: reviews and fewest loads less what is told as missing."""
    lacking = {
        each.application_id: each.missing for each in shortages if isinstance(each, ReviewShortage)
    }
    idle = {each.reviewer_id: each.missing for each in shortages if isinstance(each, LoadShortage)}
    needs = [
        replace(each, reviews=each.reviews - lacking.get(each.application_id, 0))
        for each in problem.needs
    ]
    fewest = {
        each.reviewer_id: each.load_min - idle.get(each.reviewer_id, 0)
        for each in problem.capacities
    }
    return replace(problem, needs=needs), replace(pool, fewest=fewest)


def _lowest_level(problem: Problem, pool: Pool) -> int:
    """Find the least work of the busiest with which a full assignment exists."""
    grid = grid_of(problem)
    nothing = np.zeros_like(grid.scores)
    low, high = 0, _most(pool, problem.needs)
    while low < high:
        middle = (low + high) // 2
        if best_pairs(_with_capacities(grid, _capacities(pool, middle)), nothing) is None:
            low = middle + 1
        else:
            high = middle
    return high


def _with_capacities(grid: Grid, capacities: Sequence[Capacity]) -> Grid:
    bounds = {each.reviewer_id: (each.load_min, each.load_max) for each in capacities}
    loads = np.array([bounds[each] for each in grid.reviewers], dtype=np.int64).reshape(-1, 2)
    return replace(grid, load_min=loads[:, 0], load_max=loads[:, 1])


def _capacities(pool: Pool, level: int) -> list[Capacity]:
    """Let nobody pass a level of work, unless their fewest does."""
    return [_capacity(pool, each, level) for each in pool.loads]


def _capacity(pool: Pool, reviewer: str, level: int) -> Capacity:
    own, load = pool.capacities.get(reviewer), pool.loads[reviewer]
    fewest, most = (pool.fewest or {}).get(reviewer, 0), max(0, level - load)
    if own is not None:
        room = max(0, own - load)
        fewest, most = min(fewest, room), min(most, room)
    return Capacity(reviewer, fewest, max(fewest, most))


def _most(pool: Pool, needs: Sequence[Need]) -> int:
    """Tell the most work that anybody could come to have."""
    return max(pool.loads.values(), default=0) + sum(each.reviews for each in needs)


def _filled_to(
    level: int, capacities: Sequence[Capacity], loads: Mapping[str, int]
) -> list[Capacity]:
    return [
        replace(each, load_min=min(each.load_max, max(0, level - loads[each.reviewer_id])))
        for each in capacities
    ]
