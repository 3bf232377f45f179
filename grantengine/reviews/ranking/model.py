"""The model of a score, and what is known of the applications when its two spreads are given.

A score is the mean of all, plus the worth of the application, plus the leniency of the reviewer,
plus chance. The worths have the spread `tau`, the leniencies 0.5, and chance has the spread
`rho`: what reviewers see differently in one application and what is noise cannot be told apart
by one score of each, so the two are one number. Given `tau` and `rho` everything is Gaussian and
can be worked out in one go; the reviewers are solved for after the applications.

Source: Heyard, Ott, Salanti and Egger, "Rethinking the Funding Line at the Swiss National
Science Foundation: Bayesian Ranking and Lottery", Statistics and Public Policy 2022; the model
and its priors are those of the package ERforResearch, without its sampling.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from grantengine.reviews.ranking.scores import ScoreTable, Vector

# Standard deviation of how lenient or severe reviewers are, in points of six.
LENIENCY_SPREAD: Final = 0.5
# The spreads of worth, of differing views and of noise are each even between 0 and this.
SPREAD_MAX: Final = 2.0
# Scores come in steps; a chance below this cannot be told from none, and none at all would let
# an infinitely sure model through.
CHANCE_MIN: Final = 0.05


@dataclass(frozen=True, slots=True)
class Scores:
    """Scores less the mean of all, summed up: their number and sum by application, and squares."""

    counts: Vector
    sums: Vector
    squares: float


@dataclass(frozen=True, slots=True)
class Evidence:
    """What of the scores the model needs, worked out once.

    Whoever gave one score only tells nothing of their leniency: it is part of the chance in it,
    exactly so, and the reviewer is left out of the equations.

    Attributes:
        shared: scores of reviewers who gave several.
        single: scores of reviewers who gave no other.
        seen: applications by reviewers who gave several, 1 where there is a score.
        column_sums: their scores less the mean of all, added up by reviewer.
        together: one application for each pair of counts that occurs, and how often each two
            reviewers met in the applications of those counts.
    """

    shared: Scores
    single: Scores
    seen: Vector
    column_sums: Vector
    together: Sequence[tuple[int, Vector]]


@dataclass(frozen=True, slots=True)
class Belief:
    """The worth of every application, given both spreads: jointly Gaussian.

    The covariance is `diag(own) + shared @ shared.T`.

    Attributes:
        mean: expected worth.
        own: the part of each variance that is the application's own.
        shared: what comes with the reviewers, by application.
    """

    mean: Vector
    own: Vector
    shared: Vector


@dataclass(frozen=True, slots=True)
class _Solution:
    """The equations of both sides, the reviewers solved for after the applications."""

    own: Vector
    weighted: Vector
    root: Vector
    rows: Vector
    reviewers: Vector


def evidence_of(table: ScoreTable) -> Evidence:
    """Sum up scores around the mean of the applications' means."""
    deviations = table.values - table.means.mean()
    is_shared = np.bincount(table.columns)[table.columns] > 1
    several, columns = np.unique(table.columns[is_shared], return_inverse=True)
    seen = np.zeros((len(table.applications), len(several)))
    seen[table.rows[is_shared], columns] = 1.0
    shared = _summed(table, deviations, is_shared)
    single = _summed(table, deviations, ~is_shared)
    return Evidence(
        shared=shared,
        single=single,
        seen=seen,
        column_sums=np.bincount(
            columns, weights=deviations[is_shared], minlength=len(several)
        ).astype(np.float64),
        together=list(_together(seen, np.stack([shared.counts, single.counts], axis=1))),
    )


def belief(evidence: Evidence, *, tau: float, rho: float) -> Belief:
    """Work out what is known of the worths when the spreads are `tau` and `rho`."""
    solution = _solve(evidence, tau=tau, rho=rho)
    shared = np.linalg.solve(solution.root, solution.weighted.T).T.astype(np.float64)
    mean = solution.own * solution.rows - shared @ solution.reviewers
    return Belief(mean, solution.own, shared)


def log_density(evidence: Evidence, *, tau: float, rho: float) -> float:
    """Say how well two spreads explain the scores, with their priors, up to a constant."""
    solution = _solve(evidence, tau=tau, rho=rho)
    rows, reviewers = solution.rows, solution.reviewers
    explained = float(rows @ (solution.own * rows) + reviewers @ reviewers)
    chance, single_chance = rho**2, rho**2 + LENIENCY_SPREAD**2
    squares = evidence.shared.squares / chance + evidence.single.squares / single_chance
    log_volume = (
        float(evidence.shared.counts.sum()) * math.log(chance)
        + float(evidence.single.counts.sum()) * math.log(single_chance)
        + len(solution.own) * math.log(tau**2)
        - float(np.log(solution.own).sum())
        + 2.0 * float(np.log(np.diag(solution.root)).sum())
    )
    return -0.5 * (squares - explained + log_volume) + _log_prior(rho)


def _solve(evidence: Evidence, *, tau: float, rho: float) -> _Solution:
    precision, single = 1.0 / rho**2, 1.0 / (rho**2 + LENIENCY_SPREAD**2)
    own = 1.0 / (
        precision * evidence.shared.counts + single * evidence.single.counts + 1.0 / tau**2
    )
    coupling = precision * evidence.seen
    weighted = own[:, np.newaxis] * coupling
    # Applications of the same counts weigh the same: their sum is scaled, not made anew.
    left = np.zeros((evidence.seen.shape[1],) * 2)
    for row, met in evidence.together:
        left -= precision**2 * own[row] * met
    diagonal = precision * evidence.seen.sum(axis=0) + 1.0 / LENIENCY_SPREAD**2
    left[np.diag_indices_from(left)] += diagonal
    root: Vector = np.linalg.cholesky(left).astype(np.float64)
    rows = precision * evidence.shared.sums + single * evidence.single.sums
    columns = precision * evidence.column_sums
    reviewers = np.linalg.solve(root, columns - weighted.T @ rows).astype(np.float64)
    return _Solution(own, weighted, root, rows, reviewers)


def _summed(table: ScoreTable, deviations: Vector, chosen: npt.NDArray[np.bool_]) -> Scores:
    rows, values, count = table.rows[chosen], deviations[chosen], len(table.applications)
    return Scores(
        counts=np.bincount(rows, minlength=count).astype(np.float64),
        sums=np.bincount(rows, weights=values, minlength=count).astype(np.float64),
        squares=float(values @ values),
    )


def _together(seen: Vector, counts: Vector) -> Iterator[tuple[int, Vector]]:
    _kinds, first, kind_of = np.unique(counts, axis=0, return_index=True, return_inverse=True)
    for kind, row in enumerate(first.tolist()):
        alike = seen[kind_of.ravel() == kind]
        yield row, alike.T @ alike


def _log_prior(rho: float) -> float:
    """Give the density of the length of a point that is even on a square, up to a factor.

    `tau` is even between its bounds and adds nothing.
    """
    angle = math.pi / 2
    if rho > SPREAD_MAX:
        angle -= 2.0 * math.acos(SPREAD_MAX / rho)
    return math.log(rho * angle)
