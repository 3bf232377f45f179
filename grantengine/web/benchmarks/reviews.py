"""How fast and how well reviewers are assigned and applications ranked, beside other solvers."""

import csv
import json
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from statistics import median
from typing import Final, TypeVar

from grantengine.reviews.assignment.check import violations
from grantengine.reviews.assignment.flow import best_pairs
from grantengine.reviews.assignment.grid import grid_of
from grantengine.reviews.assignment.problem import Objective
from grantengine.reviews.assignment.solving import assign
from grantengine.reviews.assignment.ties import weights_with_ties
from grantengine.reviews.ranking.estimating import estimate
from grantengine.reviews.ranking.groups import Group
from grantengine.web.benchmarks.review_instances import a_problem, shuffled, some_scores

T = TypeVar("T")

LARGE: Final = (1_000, 120)
SMALL: Final = (200, 40)
PLACES: Final = 105


@dataclass(frozen=True, slots=True)
class Peer:
    """What openreview-matcher 2.0.7 (git 3389435) reached with FairFlow on the same instance."""

    floor: int
    total: int
    seconds: float


# Measured on this machine by running it, scores in hundredths; by seed.
FAIRFLOW: Final = {
    7: Peer(floor=132, total=187_920, seconds=22.9),
    8: Peer(floor=150, total=193_412, seconds=14.8),
    9: Peer(floor=142, total=195_854, seconds=39.2),
}


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure beside what it should be."""

    name: str
    value: str
    target: str
    is_met: bool


def assignment_figures(repetitions: int) -> Iterator[Figure]:
    """Measure the highest total of a large call, and prove it."""
    from grantengine.web.benchmarks.review_oracles import linear_optimum

    problem = a_problem(*LARGE, seed=7, objective=Objective.TOTAL)
    seconds, found = _timed(partial(assign, problem), repetitions)
    yield _seconds("total, 1,000 x 120 x 3", seconds, 0.5)
    optimum = round(linear_optimum(grid_of(problem)))
    yield Figure("total", str(found.total), f"= scipy {optimum}", found.total == optimum)
    broken = violations(problem, found.pairs)
    yield Figure("rules broken, conflicts too", str(len(broken)), "0", not broken)
    differing = set(found.pairs) ^ set(assign(shuffled(problem, seed=1)).pairs)
    yield Figure("pairs that shuffling changes", str(len(differing)), "0", not differing)


def simplex_figures(repetitions: int) -> Iterator[Figure]:
    """Measure our solver beside networkx, both from the same weights."""
    from grantengine.web.benchmarks.review_oracles import simplex_pairs

    problem = a_problem(*SMALL, seed=7, objective=Objective.TOTAL)
    grid = grid_of(problem)
    weights = weights_with_ties(grid, problem.seed)
    ours, chosen = _timed(partial(best_pairs, grid, weights), repetitions)
    theirs, pairs = _timed(partial(simplex_pairs, grid, weights), repetitions)
    assert chosen is not None
    differing = set(grid.pairs(chosen)) ^ set(pairs)
    ratio = theirs / ours
    yield Figure("times networkx, 200 x 40", f"{ratio:.0f}", "50", ratio >= 50)
    yield Figure("pairs that differ", str(len(differing)), "0", not differing)


def floor_figures(repetitions: int) -> Iterator[Figure]:
    """Measure both floors; the one of applications beside FairFlow."""
    problem = a_problem(*LARGE, seed=7, objective=Objective.PAIR_FLOOR)
    seconds, by_pair = _timed(partial(assign, problem), repetitions)
    yield Figure("pair floor, seconds", f"{seconds:.2f}", "", is_met=True)
    yield Figure("pair floor, lowest pair", str(by_pair.pair_floor), "", is_met=True)
    for seed, peer in FAIRFLOW.items():
        fair = a_problem(*LARGE, seed=seed, objective=Objective.APPLICATION_FLOOR)
        seconds, found = _timed(partial(assign, fair), repetitions)
        assert found.application_floor is not None
        yield _seconds(f"application floor, seed {seed}", seconds, 3.0)
        is_met = found.application_floor >= peer.floor
        yield Figure("  lowest sum", str(found.application_floor), f"{peer.floor}", is_met)
        ratio = found.total / peer.total
        yield Figure("  total to FairFlow's", f"{ratio:.3f}", "1.05", ratio >= 1.05)


def ranking_figures(repetitions: int) -> Iterator[Figure]:
    """Measure the ranking of a large call; each run has scores of its own."""
    seconds = []
    for seed in range(repetitions):
        scores = some_scores(*LARGE, seed=seed)
        taken, _ranked = _timed(partial(estimate, scores, PLACES), 1)
        seconds.append(taken)
    yield _seconds("ranking, 1,000 x 3", median(seconds), 3.0)


def panel_figures(folder: Path) -> Iterator[Figure]:
    """Compare with the published panel of ERforResearch.

    Args:
        folder: holds `panel1.csv` and `expected.json`.
    """
    expected = json.loads((folder / "expected.json").read_text())
    with (folder / "panel1.csv").open(newline="") as file:
        scores = [
            (row["proposal"], row["assessor"], float(row["num_grade"]))
            for row in csv.DictReader(file)
        ]
    found = estimate(scores, expected["fundable"])
    error = max(abs(each.expected_rank - expected["er"][each.application]) for each in found)
    yield Figure("panel, largest error", f"{error:.3f}", "0.1", error <= 0.1)
    names = zip(Group, ("accepted", "random_selection", "rejected"), strict=True)
    same = all(
        {each.application for each in found if each.group is group} == set(expected[name])
        for group, name in names
    )
    yield Figure("panel, groups", "the same" if same else "OTHERS", "the same", same)


def _timed(act: Callable[[], T], repetitions: int) -> tuple[float, T]:
    seconds, results = [], []
    for _ in range(repetitions):
        begun = time.perf_counter()
        results.append(act())
        seconds.append(time.perf_counter() - begun)
    return median(seconds), results[-1]


def _seconds(name: str, seconds: float, target: float) -> Figure:
    return Figure(f"{name}, seconds", f"{seconds:.2f}", f"{target}", seconds < target)
