"""Small problems of assignment, written as tables."""

from grantengine.reviews.assignment.problem import Capacity, Need, Objective, Problem


def a_problem(table, *, reviews=1, loads=(0, 9), conflicts=(), objective=Objective.TOTAL, seed="s"):
    """Read `{"a": {"x": 3, "y": 5}}`: what each reviewer is worth to each application.

    Args:
        table: scores; a pair that is left out has none.
        reviews: for each application, or by application.
        loads: least and most for each reviewer, or by reviewer.
        conflicts: pairs.
        objective: as of the problem.
        seed: as of the problem.
    """
    reviewers = sorted({reviewer for row in table.values() for reviewer in row})
    wanted = reviews if isinstance(reviews, dict) else dict.fromkeys(table, reviews)
    bounds = loads if isinstance(loads, dict) else dict.fromkeys(reviewers, loads)
    return Problem(
        needs=[Need(each, wanted[each]) for each in table],
        capacities=[Capacity(each, *bounds[each]) for each in reviewers],
        scores=[(row, reviewer, score) for row in table for reviewer, score in table[row].items()],
        conflicts=dict.fromkeys(conflicts, "declared"),
        seed=seed,
        objective=objective,
    )
