"""The expected rank: one, and for every other application the chance that it is better."""

from collections.abc import Sequence
from typing import Final

import numpy as np

from grantengine.reviews.ranking.quadrature import Weighed
from grantengine.reviews.ranking.scores import Vector

# How many rows of pairs are worked on at once, so that they stay in the processor's cache.
_BLOCK: Final = 64


def expected_ranks(posterior: Sequence[Weighed]) -> Vector:
    """Give the expected rank of each application; 1 is the best, and all add up to n(n+1)/2."""
    count = len(posterior[0].belief.mean)
    better = np.zeros(count)
    for weighed in posterior:
        mean, shared = weighed.belief.mean, weighed.belief.shared
        variance = weighed.belief.own + (shared**2).sum(axis=1)
        for start in range(0, count, _BLOCK):
            rows = slice(start, min(start + _BLOCK, count))
            # Each pair once: the others are what is left to one.
            spread = (
                variance[rows, np.newaxis] + variance[start:] - 2 * shared[rows] @ shared[start:].T
            )
            size = rows.stop - start
            spread[np.arange(size), np.arange(size)] = 1.0
            chance = normal_share((mean[start:] - mean[rows, np.newaxis]) / np.sqrt(spread))
            chance[np.tril_indices(size)] = 0.0
            better[rows] += weighed.weight * chance.sum(axis=1)
            behind = 1.0 - chance
            behind[np.tril_indices(size)] = 0.0
            better[start:] += weighed.weight * behind.sum(axis=0)
    return 1.0 + better


def normal_share(deviations: Vector) -> Vector:
    """Give the share of a normal distribution below each deviation, to 1e-7.

    Source: Abramowitz and Stegun, Handbook of Mathematical Functions, 7.1.26.
    """
    size = np.abs(deviations) / np.sqrt(2.0)
    step = 1.0 / (1.0 + 0.3275911 * size)
    polynomial = step * (
        0.254829592
        + step * (-0.284496736 + step * (1.421413741 + step * (-1.453152027 + step * 1.061405429)))
    )
    tail = 0.5 * polynomial * np.exp(-(size**2))
    shares: Vector = np.where(deviations > 0, 1.0 - tail, tail)
    return shares
