"""A problem of assignment as it is published, for anybody to solve again, and what it lacked."""

from typing import Any

from grantengine.reviews.assignment.problem import Problem, ReviewShortage, Shortage


def as_published(problem: Problem) -> dict[str, Any]:
    """Write a problem as the JSON that `grantengine recompute assignment` reads."""
    return {
        "applications": [
            {"id": each.application_id, "reviews": each.reviews} for each in problem.needs
        ],
        "reviewers": [
            {"id": each.reviewer_id, "min": each.load_min, "max": each.load_max}
            for each in problem.capacities
        ],
        "scores": [list(each) for each in problem.scores],
        "conflicts": [[*pair, reason] for pair, reason in problem.conflicts.items()],
        "seed": problem.seed,
        "objective": problem.objective.value,
    }


def shortage_as_published(shortage: Shortage) -> dict[str, Any]:
    """Write a shortage as `grantengine recompute assignment` tells it."""
    if isinstance(shortage, ReviewShortage):
        return {
            "application": shortage.application_id,
            "wanted": shortage.wanted,
            "missing": shortage.missing,
            "together": list(shortage.together),
        }
    return {
        "reviewer": shortage.reviewer_id,
        "wanted": shortage.wanted,
        "missing": shortage.missing,
    }
