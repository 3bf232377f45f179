"""Made-up calls, solved by us and by other people's programs: the same total, the same pairs."""

import pytest

from grantengine.reviews.assignment.flow import best_pairs
from grantengine.reviews.assignment.grid import grid_of
from grantengine.reviews.assignment.problem import Objective
from grantengine.reviews.assignment.solving import assign
from grantengine.reviews.assignment.ties import weights_with_ties
from grantengine.web.benchmarks.review_instances import a_problem, shuffled
from grantengine.web.benchmarks.review_oracles import linear_optimum, simplex_pairs


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_total_is_the_optimum_of_a_linear_programme(seed):
    problem = a_problem(60, 12, seed=seed, objective=Objective.TOTAL)

    assert assign(problem).total == round(linear_optimum(grid_of(problem)))


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_another_solver_finds_the_same_pairs_from_the_same_seed(seed):
    grid = grid_of(a_problem(40, 10, seed=seed, objective=Objective.TOTAL))
    weights = weights_with_ties(grid, "published")

    chosen = best_pairs(grid, weights)

    assert grid.pairs(chosen) == simplex_pairs(grid, weights)


@pytest.mark.parametrize("objective", Objective)
def test_shuffled_input_gives_identical_pairs(objective):
    problem = a_problem(60, 12, seed=4, objective=objective)

    assert assign(shuffled(problem, seed=5)) == assign(problem)
