"""Means of reviews: weighted, in whole ten-thousandths of a point, with no float in them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

# One point is this many units.
POINT: Final = 10_000

# By criterion, its points; None is "not applicable".
Scores = Mapping[str, int | None]


@dataclass(frozen=True, slots=True)
class CriterionSummary:
    """What the reviews said of one criterion; means in units, None where nobody scored."""

    mean: int | None
    lowest: int | None
    highest: int | None


def review_mean(scores: Scores, weights: Mapping[str, int]) -> int | None:
    """Give the weighted mean of one review in units; None if nothing with weight was scored.

    It is weighted over the criteria that the reviewer found applicable.
    """
    scored = {code: points for code, points in scores.items() if points is not None}
    weight_sum = sum(weights[code] for code in scored)
    if weight_sum == 0:
        return None
    return _rounded(sum(weights[code] * points for code, points in scored.items()), weight_sum)


def mean_of(review_means: Sequence[int]) -> int | None:
    """Give the plain mean of reviews in units; None without any."""
    if not review_means:
        return None
    return (sum(review_means) * 2 + len(review_means)) // (2 * len(review_means))


def criterion_summary(reviews: Sequence[Scores], code: str) -> CriterionSummary:
    """Sum up what reviews said of one criterion."""
    points = [scores.get(code) for scores in reviews]
    scored = [each for each in points if each is not None]
    if not scored:
        return CriterionSummary(mean=None, lowest=None, highest=None)
    return CriterionSummary(
        mean=_rounded(sum(scored), len(scored)), lowest=min(scored), highest=max(scored)
    )


def tenths(units: int) -> int:
    """Round units to tenths of a point, halves up, for showing."""
    step = POINT // 10
    return (units * 2 + step) // (2 * step)


def _rounded(points: int, weight_sum: int) -> int:
    # Halves go up, so that the same scores give the same mean everywhere.
    return (points * POINT * 2 + weight_sum) // (2 * weight_sum)
