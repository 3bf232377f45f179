"""The middle half of the ranks that an application could have, from draws with a published seed."""

from collections.abc import Sequence
from typing import Final

import numpy as np
import numpy.typing as npt

from grantengine.reviews.ranking.quadrature import Weighed
from grantengine.reviews.ranking.scores import Vector

# Published with the ranking. The stream of this generator is frozen for good (NEP 19).
SEED: Final = 6882001
DRAWS: Final = 10_000
# Bounds of the interval: a quarter of the draws lies on either side.
LOW: Final = 0.25
HIGH: Final = 0.75

Ranks = npt.NDArray[np.int32]


def middle_halves(posterior: Sequence[Weighed], expected: Vector) -> list[tuple[int, int]]:
    """Give the interval of each application, in whole ranks.

    Applications with the same expected rank share their draws, so that chance does not part
    those whom the scores do not.

    Args:
        posterior: what is known of the applications.
        expected: their expected ranks, rounded; in the same order.
    """
    ranks = _drawn_ranks(posterior)
    intervals: list[tuple[int, int]] = [(0, 0)] * len(expected)
    for level in np.unique(expected):
        same = np.flatnonzero(expected == level)
        drawn = np.sort(ranks[same], axis=None)
        ends = tuple(int(drawn[round(share * (len(drawn) - 1))]) for share in (LOW, HIGH))
        for position in same.tolist():
            intervals[position] = (ends[0], ends[1])
    return intervals


def _drawn_ranks(posterior: Sequence[Weighed]) -> Ranks:
    """Draw worths and rank them: by application, one rank of each draw."""
    generator = np.random.RandomState(SEED)
    count = len(posterior[0].belief.mean)
    ranks = np.empty((DRAWS, count), dtype=np.int32)
    start = 0
    for weighed, draws in zip(posterior, _shares(posterior), strict=True):
        known = weighed.belief
        worths = known.mean + np.sqrt(known.own) * generator.standard_normal((draws, count))
        worths += generator.standard_normal((draws, known.shared.shape[1])) @ known.shared.T
        order = np.argsort(-worths, axis=1)
        rows = np.arange(start, start + draws)[:, np.newaxis]
        ranks[rows, order] = np.arange(1, count + 1, dtype=np.int32)
        start += draws
    return ranks.T


def _shares(posterior: Sequence[Weighed]) -> list[int]:
    """Split the draws in proportion to the weights, the last few to the heaviest."""
    shares = [int(each.weight * DRAWS) for each in posterior]
    for position in range(DRAWS - sum(shares)):
        shares[position % len(shares)] += 1
    return shares
