"""The two unknown spreads, weighed on a grid: no sampling, so the same scores give the same rank."""

import math
from dataclasses import dataclass
from itertools import product
from typing import Final

import numpy as np

from grantengine.reviews.ranking.model import (
    CHANCE_MIN,
    SPREAD_MAX,
    Belief,
    Evidence,
    belief,
    evidence_of,
    log_density,
)
from grantengine.reviews.ranking.scores import ScoreTable

# Points along each side: first to find where the weight lies, then to weigh. Of many scores the
# weight is nearly Gaussian, and few points sum it up as well as many.
_COARSE: Final = 8
_FINE: Final = 24
_FINE_OF_MANY: Final = 12
_MANY_SCORES: Final = 1_000
_ZOOMS: Final = 4
# What lies further below the peak than this, as a logarithm, weighs nothing.
_DEPTH: Final = 10.0
# The lightest points, which together weigh less than this, are left out.
_NEGLIGIBLE: Final = 1e-3

Side = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Weighed:
    """A belief and how much it counts; all weights add up to one."""

    weight: float
    belief: Belief


def posterior(table: ScoreTable) -> list[Weighed]:
    """Give what is known of the applications, as a weighted list of beliefs, heaviest first."""
    evidence = evidence_of(table)
    box: tuple[Side, Side] = ((0.0, SPREAD_MAX), (CHANCE_MIN, math.sqrt(2.0) * SPREAD_MAX))
    for _ in range(_ZOOMS):
        box = _narrowed(evidence, box)
    fine = _FINE if len(table.values) < _MANY_SCORES else _FINE_OF_MANY
    points = list(product(*(_midpoints(side, fine) for side in box)))
    densities = np.array([log_density(evidence, tau=tau, rho=rho) for tau, rho in points])
    heaviest = np.argsort(-densities, kind="stable")
    weights = np.exp(densities[heaviest] - densities.max())
    weights /= weights.sum()
    kept = int(np.searchsorted(np.cumsum(weights), 1.0 - _NEGLIGIBLE)) + 1
    weights = weights[:kept] / weights[:kept].sum()
    return [
        Weighed(weight, belief(evidence, tau=points[point][0], rho=points[point][1]))
        for weight, point in zip(weights.tolist(), heaviest[:kept].tolist(), strict=True)
    ]


def _narrowed(evidence: Evidence, box: tuple[Side, Side]) -> tuple[Side, Side]:
    """Give the smallest box around the cells of a coarse grid that weigh anything."""
    taus, rhos = (_midpoints(side, _COARSE) for side in box)
    densities = np.array(
        [[log_density(evidence, tau=tau, rho=rho) for rho in rhos] for tau in taus]
    )
    heavy = densities > densities.max() - _DEPTH
    return _around(box[0], heavy.any(axis=1)), _around(box[1], heavy.any(axis=0))


def _around(side: Side, heavy: "np.ndarray[tuple[int], np.dtype[np.bool_]]") -> Side:
    first, last = np.flatnonzero(heavy)[[0, -1]]
    width = (side[1] - side[0]) / _COARSE
    # One cell more on both sides, for a peak between two points of the grid.
    low = max(side[0], side[0] + width * (float(first) - 1.0))
    high = min(side[1], side[0] + width * (float(last) + 2.0))
    return low, high


def _midpoints(side: Side, count: int) -> list[float]:
    width = (side[1] - side[0]) / count
    return [side[0] + width * (step + 0.5) for step in range(count)]
