"""The equations of the model, against the whole covariance matrix written out."""

import math

import numpy as np
import pytest

from grantengine.reviews.ranking.model import LENIENCY_SPREAD, belief, evidence_of, log_density
from grantengine.reviews.ranking.scores import score_table

# `x` and `y` read several applications, the others one each.
SCORES = [
    ("a", "x", 5.0),
    ("a", "y", 4.0),
    ("b", "x", 2.0),
    ("b", "v", 6.0),
    ("c", "y", 3.0),
    ("c", "w", 1.0),
    ("c", "x", 4.0),
]
SPREADS = [(0.5, 0.4), (1.1, 0.9), (0.2, 2.5)]


def written_out(tau, rho):
    """Give the covariance of all scores, which application each is of, and their deviations."""
    table = score_table(SCORES)
    count = len(table.values)
    is_of = np.zeros((count, len(table.applications)))
    is_by = np.zeros((count, len(table.reviewers)))
    is_of[np.arange(count), table.rows] = 1
    is_by[np.arange(count), table.columns] = 1
    covariance = tau**2 * is_of @ is_of.T + LENIENCY_SPREAD**2 * is_by @ is_by.T
    return covariance + rho**2 * np.eye(count), is_of, table.values - table.means.mean()


@pytest.mark.parametrize(("tau", "rho"), SPREADS)
def test_a_belief_is_what_conditioning_on_the_scores_gives(tau, rho):
    covariance, is_of, deviations = written_out(tau, rho)
    gain = tau**2 * np.linalg.solve(covariance, is_of).T

    found = belief(evidence_of(score_table(SCORES)), tau=tau, rho=rho)

    assert found.mean == pytest.approx(gain @ deviations)
    known = np.diag(found.own) + found.shared @ found.shared.T
    assert known == pytest.approx(tau**2 * (np.eye(3) - gain @ is_of))


def test_spreads_are_weighed_by_how_well_they_explain_the_scores_and_by_their_priors():
    evidence = evidence_of(score_table(SCORES))

    found = [log_density(evidence, tau=tau, rho=rho) for tau, rho in SPREADS]

    expected = [likelihood(tau, rho) + prior(rho) for tau, rho in SPREADS]
    assert np.diff(found) == pytest.approx(np.diff(expected))


def likelihood(tau, rho):
    covariance, _is_of, deviations = written_out(tau, rho)
    _sign, volume = np.linalg.slogdet(covariance)
    return -0.5 * (deviations @ np.linalg.solve(covariance, deviations) + volume)


def prior(rho):
    """Give the logarithm of the share of a thin ring that lies in the square of side two."""
    inside = math.pi / 2 if rho <= 2 else math.pi / 2 - 2 * math.acos(2 / rho)
    return math.log(rho * inside)
