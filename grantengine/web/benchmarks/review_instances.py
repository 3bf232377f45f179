"""Made-up calls for measuring: reviewers with a field or two, applications that crowd into a few."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final, TypeVar

import numpy as np

from grantengine.reviews.assignment.problem import Capacity, Need, Objective, Problem
from grantengine.reviews.ranking.scores import Score

T = TypeVar("T")

FIELDS: Final = 8
CONFLICTS: Final = 0.06
REVIEWS: Final = 3
LOAD_MAX: Final = 30


def a_problem(applications: int, reviewers: int, *, seed: int, objective: Objective) -> Problem:
    """Make a call whose popular fields want more reviews than their reviewers can give.

    Scores are in hundredths. The same numbers made the figures of FairFlow in `reviews.py`.
    """
    chance = np.random.RandomState(seed)
    popularity = 1 / np.arange(1, FIELDS + 1)
    about = chance.choice(FIELDS, applications, p=popularity / popularity.sum())
    known = chance.dirichlet(np.full(FIELDS, 0.12), reviewers)
    noise = chance.normal(0, 0.12, (applications, reviewers))
    scores = np.rint(np.clip(0.1 + 0.7 * known[:, about].T + noise, 0, 1) * 100).astype(int)
    barred = chance.random_sample((applications, reviewers)) < CONFLICTS
    rows = [f"a{number:04d}" for number in range(applications)]
    columns = [f"r{number:03d}" for number in range(reviewers)]
    return Problem(
        needs=[Need(row, REVIEWS) for row in rows],
        capacities=[Capacity(column, 0, LOAD_MAX) for column in columns],
        scores=[
            (row, column, score)
            for row, line in zip(rows, scores.tolist(), strict=True)
            for column, score in zip(columns, line, strict=True)
        ],
        conflicts={
            (rows[row], columns[column]): "made up"
            for row, column in zip(*(each.tolist() for each in np.nonzero(barred)), strict=True)
        },
        seed=f"bench {seed}",
        objective=objective,
    )


def shuffled(problem: Problem, *, seed: int) -> Problem:
    """Give the same problem with its parts in another order."""
    chance = np.random.RandomState(seed)
    return replace(
        problem,
        needs=_mixed(problem.needs, chance),
        capacities=_mixed(problem.capacities, chance),
        scores=_mixed(problem.scores, chance),
        conflicts=dict(_mixed(list(problem.conflicts.items()), chance)),
    )


def some_scores(applications: int, reviewers: int, *, seed: int) -> list[Score]:
    """Make scores of six points from worth, leniency and chance, each by three reviewers."""
    chance = np.random.RandomState(seed)
    worth, leniency = chance.normal(0, 0.8, applications), chance.normal(0, 0.5, reviewers)
    scores: list[Score] = []
    for row in range(applications):
        for column in chance.choice(reviewers, REVIEWS, replace=False).tolist():
            value = 3.5 + worth[row] + leniency[column] + chance.normal(0, 0.9)
            score = float(np.clip(np.rint(value), 1, 6))
            scores.append((f"a{row:04d}", f"r{column:03d}", score))
    return scores


def _mixed(things: Sequence[T], chance: np.random.RandomState) -> list[T]:
    return [things[position] for position in chance.permutation(len(things))]
