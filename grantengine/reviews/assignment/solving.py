"""Who reviews what: the best full assignment, or the names of what stands against one."""

from dataclasses import replace

from grantengine.reviews.assignment.check import violations
from grantengine.reviews.assignment.flow import best_pairs
from grantengine.reviews.assignment.grid import Grid, Mask, grid_of
from grantengine.reviews.assignment.levelling import raise_application_floor
from grantengine.reviews.assignment.pair_floor import highest_pair_floor
from grantengine.reviews.assignment.problem import (
    Assignment,
    LoadShortage,
    Objective,
    Problem,
    ReviewShortage,
)
from grantengine.reviews.assignment.shortages import shortages_of
from grantengine.reviews.assignment.ties import weights_with_ties


def assign(problem: Problem) -> Assignment:
    """Give every application all its reviewers, or name the shortage and give none.

    No conflict is crossed and no load passed; a check that knows nothing of the solver looks
    once more before the answer leaves.

    Raises:
        AssignmentInputError: the problem contradicts itself.
    """
    grid = grid_of(problem)
    chosen = _chosen(grid, problem)
    if chosen is None:
        return Assignment((), 0, None, None, shortages_of(grid, problem.seed))
    pairs = grid.pairs(chosen)
    broken = violations(problem, pairs)
    assert not broken, broken
    return Assignment(
        pairs=pairs,
        total=int(grid.scores[chosen].sum()),
        pair_floor=int(grid.scores[chosen].min()) if pairs else None,
        application_floor=int(grid.sums(chosen)[grid.wanted > 0].min()) if pairs else None,
        shortages=(),
    )


def assign_what_can_be(problem: Problem) -> Assignment:
    """Give every application the reviewers that there are, and tell beside them what is missing.

    For whoever goes on all the same: needs are lowered by exactly what is told as missing.

    Raises:
        AssignmentInputError: the problem contradicts itself.
    """
    found = assign(problem)
    if not found.shortages:
        return found
    lacking = {
        each.application_id: each.missing
        for each in found.shortages
        if isinstance(each, ReviewShortage)
    }
    idle = {
        each.reviewer_id: each.missing for each in found.shortages if isinstance(each, LoadShortage)
    }
    lowered = replace(
        problem,
        needs=[
            replace(each, reviews=each.reviews - lacking.get(each.application_id, 0))
            for each in problem.needs
        ],
        capacities=[
            replace(each, load_min=each.load_min - idle.get(each.reviewer_id, 0))
            for each in problem.capacities
        ],
    )
    return replace(assign(lowered), shortages=found.shortages)


def _chosen(grid: Grid, problem: Problem) -> Mask | None:
    weights = weights_with_ties(grid, problem.seed)
    if problem.objective is Objective.PAIR_FLOOR and grid.scores.size:
        floor = highest_pair_floor(grid)
        return None if floor is None else best_pairs(grid, weights, grid.scores >= floor)
    chosen = best_pairs(grid, weights)
    if chosen is not None and problem.objective is Objective.APPLICATION_FLOOR:
        return raise_application_floor(grid, chosen)
    return chosen
