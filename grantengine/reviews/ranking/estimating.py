"""Expected ranks, their intervals and groups, from scores alone."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Final

import numpy as np
from threadpoolctl import threadpool_limits

from grantengine.reviews.ranking.expected_rank import expected_ranks
from grantengine.reviews.ranking.groups import Estimate, grouped
from grantengine.reviews.ranking.intervals import middle_halves
from grantengine.reviews.ranking.quadrature import posterior
from grantengine.reviews.ranking.scores import Score, score_table

# Ranks are told to so many decimals, and equal when they agree on them.
DECIMALS: Final = 4


def estimate(scores: Iterable[Score], places: int) -> list[Estimate]:
    """Rank applications by what their scores say, best first, then by id.

    The same scores give the same answer in any order, on any machine to the decimals shown.

    Args:
        scores: application, reviewer, and a score of 1 to 6.
        places: how many can be funded.

    Raises:
        RankingInputError: there are no scores, one is off the scale, or a pair comes twice.
    """
    estimates = _ungrouped(tuple(sorted(scores)))
    groups = grouped(
        [each.expected_rank for each in estimates], [each.interval for each in estimates], places
    )
    return [replace(each, group=group) for each, group in zip(estimates, groups, strict=True)]


# A page and each of a hundred decisions ask for the same ranking.
@lru_cache(maxsize=8)
def _ungrouped(scores: Sequence[Score]) -> list[Estimate]:
    table = score_table(scores)
    # Threads that wait in a loop for a core that others use make a second a minute.
    with threadpool_limits(limits=1):
        known = posterior(table)
        ranks = np.round(expected_ranks(known), DECIMALS)
        intervals = middle_halves(known, ranks)
    count = len(ranks)
    estimates = [
        Estimate(
            application=application,
            mean=round(float(mean), DECIMALS),
            expected_rank=float(rank),
            sucra=round(1.0 - (float(rank) - 1.0) / max(1, count - 1), DECIMALS),
            interval=interval,
        )
        for application, mean, rank, interval in zip(
            table.applications, table.means, ranks, intervals, strict=True
        )
    ]
    return sorted(estimates, key=lambda each: (each.expected_rank, each.application))
