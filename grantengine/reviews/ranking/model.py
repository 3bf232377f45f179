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
from dataclasses import dataclass
from typing import Final

import numpy as np

from grantengine.reviews.ranking.scores import ScoreTable, Vector

# Standard deviation of how lenient or severe reviewers are, in points of six.
LENIENCY_SPREAD: Final = 0.5
# The spreads of worth, of differing views and of noise are each even between 0 and this.
SPREAD_MAX: Final = 2.0
# Scores come in steps; a chance below this cannot be told from none, and none at all would let
# an infinitely sure model through.
CHANCE_MIN: Final = 0.05


@dataclass(frozen=True, slots=True)
class Evidence:
    """What of the scores the model needs, worked out once.

    Attributes:
        seen: applications by reviewers, 1 where there is a score.
        row_sums: by application, scores less the mean of all, added up.
        column_sums: the same by reviewer.
        squares: the sum of their squares.
        count: how many scores there are.
    """

    seen: Vector
    row_sums: Vector
    column_sums: Vector
    squares: float
    count: int


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
    seen = np.zeros((len(table.applications), len(table.reviewers)))
    seen[table.rows, table.columns] = 1.0
    return Evidence(
        seen=seen,
        row_sums=np.bincount(table.rows, weights=deviations).astype(np.float64),
        column_sums=np.bincount(table.columns, weights=deviations).astype(np.float64),
        squares=float(deviations @ deviations),
        count=len(deviations),
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
    log_volume = (
        evidence.count * math.log(rho**2)
        + len(solution.own) * math.log(tau**2)
        - float(np.log(solution.own).sum())
        + 2.0 * float(np.log(np.diag(solution.root)).sum())
    )
    return -0.5 * (evidence.squares / rho**2 - explained + log_volume) + _log_prior(rho)


def _solve(evidence: Evidence, *, tau: float, rho: float) -> _Solution:
    precision = 1.0 / rho**2
    own = 1.0 / (precision * evidence.seen.sum(axis=1) + 1.0 / tau**2)
    coupling = precision * evidence.seen
    weighted = own[:, np.newaxis] * coupling
    left = -coupling.T @ weighted
    diagonal = precision * evidence.seen.sum(axis=0) + 1.0 / LENIENCY_SPREAD**2
    left[np.diag_indices_from(left)] += diagonal
    root = np.linalg.cholesky(left)
    rows, columns = precision * evidence.row_sums, precision * evidence.column_sums
    reviewers = np.linalg.solve(root, columns - weighted.T @ rows)
    return _Solution(own, weighted, root, rows, reviewers)


def _log_prior(rho: float) -> float:
    """Give the density of the length of a point that is even on a square, up to a factor.

    `tau` is even between its bounds and adds nothing.
    """
    angle = math.pi / 2
    if rho > SPREAD_MAX:
        angle -= 2.0 * math.acos(SPREAD_MAX / rho)
    return math.log(rho * angle)
