"""The ranking: weighted means in whole ten-thousandths of a point, and one rule for ties.

No float decides anything. A review's mean is weighted over the criteria that the reviewer
found applicable; an application's mean is the plain mean of its reviews.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

# One point is this many units.
POINT: Final = 10_000

# The rule for equal means, in the order in which it is applied; shown to people as words.
TIE_RULE: Final = ("highest_lowest_review", "case_number")

Scores = Mapping[str, int | None]


@dataclass(frozen=True, slots=True)
class Candidate:
    """An application to rank: its finished reviews, each as points by criterion."""

    application_id: str
    case_number: str
    reviews: Sequence[Scores]


@dataclass(frozen=True, slots=True)
class CriterionSummary:
    """What the reviews said of one criterion; means in units, None where nobody scored."""

    mean: int | None
    lowest: int | None
    highest: int | None


@dataclass(frozen=True, slots=True)
class Ranked:
    """An application with its place.

    Attributes:
        rank: 1 is the best; None without a finished review.
        mean: in units of 1/POINT of a point; None without a finished review.
        spread: highest less lowest review mean, in units.
        tied: whether another application has the same mean.
    """

    application_id: str
    case_number: str
    rank: int | None
    mean: int | None
    spread: int
    tied: bool
    review_means: Sequence[int]
    criteria: Mapping[str, CriterionSummary]


def rank(candidates: Sequence[Candidate], weights: Mapping[str, int]) -> list[Ranked]:
    """Put applications in order, best first; those without a finished review come last.

    Equal means: the one whose lowest review is higher comes first, then the earlier case
    number. The order of the candidates and of their reviews changes nothing.

    Args:
        candidates: the applications.
        weights: whole-number weight of each criterion.
    """
    measured = [(candidate, _review_means(candidate, weights)) for candidate in candidates]
    measured.sort(key=lambda each: _sort_key(*each))
    means = [_mean(review_means) for _candidate, review_means in measured]
    return [
        Ranked(
            application_id=candidate.application_id,
            case_number=candidate.case_number,
            rank=place if review_means else None,
            mean=_mean(review_means),
            spread=review_means[-1] - review_means[0] if review_means else 0,
            tied=bool(review_means) and means.count(_mean(review_means)) > 1,
            review_means=review_means,
            criteria={code: _summary(candidate, code) for code in weights},
        )
        for place, (candidate, review_means) in enumerate(measured, start=1)
    ]


def review_mean(scores: Scores, weights: Mapping[str, int]) -> int | None:
    """Give the weighted mean of one review in units; None if nothing with weight was scored."""
    scored = {code: points for code, points in scores.items() if points is not None}
    weight_sum = sum(weights[code] for code in scored)
    if weight_sum == 0:
        return None
    return _rounded(sum(weights[code] * points for code, points in scored.items()), weight_sum)


def tenths(units: int) -> int:
    """Round units to tenths of a point, halves up, for showing."""
    step = POINT // 10
    return (units * 2 + step) // (2 * step)


def _review_means(candidate: Candidate, weights: Mapping[str, int]) -> list[int]:
    means = (review_mean(scores, weights) for scores in candidate.reviews)
    return sorted(mean for mean in means if mean is not None)


def _sort_key(candidate: Candidate, review_means: Sequence[int]) -> tuple[int, int, str]:
    mean = _mean(review_means)
    lowest = review_means[0] if review_means else 0
    return (-(mean if mean is not None else -1), -lowest, candidate.case_number)


def _mean(review_means: Sequence[int]) -> int | None:
    if not review_means:
        return None
    return (sum(review_means) * 2 + len(review_means)) // (2 * len(review_means))


def _rounded(points: int, weight_sum: int) -> int:
    # Halves go up, so that the same scores give the same mean everywhere.
    return (points * POINT * 2 + weight_sum) // (2 * weight_sum)


def _summary(candidate: Candidate, code: str) -> CriterionSummary:
    points = [scores.get(code) for scores in candidate.reviews]
    scored = [each for each in points if each is not None]
    if not scored:
        return CriterionSummary(mean=None, lowest=None, highest=None)
    return CriterionSummary(
        mean=_rounded(sum(scored), len(scored)), lowest=min(scored), highest=max(scored)
    )
