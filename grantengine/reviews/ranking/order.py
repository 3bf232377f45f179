"""The ranking of a call: applications in the order of their expected rank."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from grantengine.reviews.ranking.groups import Estimate, Group
from grantengine.reviews.ranking.means import (
    POINT,
    CriterionSummary,
    Scores,
    criterion_summary,
    mean_of,
    review_mean,
)


@dataclass(frozen=True, slots=True)
class Candidate:
    """An application to rank: its finished reviews by reviewer, each as points by criterion."""

    application_id: str
    case_number: str
    reviews: Mapping[str, Scores]


@dataclass(frozen=True, slots=True)
class Ranked:
    """An application with its place.

    Attributes:
        rank: 1 is the best; None without a finished review.
        estimate: what the scores say of it; None without a finished review.
        mean: in units of 1/POINT of a point; None without a finished review.
        spread: highest less lowest review mean, in units.
        tied: whether another application has the same expected rank.
    """

    application_id: str
    case_number: str
    rank: int | None
    estimate: Estimate | None
    mean: int | None
    spread: int
    tied: bool
    review_means: Sequence[int]
    criteria: Mapping[str, CriterionSummary]

    @property
    def group(self) -> Group | None:
        """Tell where it stands to the funding line; None without a finished review."""
        return self.estimate.group if self.estimate else None


def rank(candidates: Sequence[Candidate], weights: Mapping[str, int], places: int) -> list[Ranked]:
    """Put applications in order, best first; those without a finished review come last.

    By expected rank; equal ones by their mean, then by their lowest review, then by case number.
    The order of the candidates and of their reviews changes nothing.

    Args:
        candidates: the applications.
        weights: whole-number weight of each criterion.
        places: how many can be funded.
    """
    estimates = _estimates(candidates, weights, places)
    expected = Counter(each.expected_rank for each in estimates.values())
    ordered = sorted(candidates, key=lambda each: _sort_key(each, weights, estimates))
    ranked: list[Ranked] = []
    for place, candidate in enumerate(ordered, start=1):
        estimate = estimates.get(candidate.case_number)
        means = _review_means(candidate, weights)
        ranked.append(
            Ranked(
                application_id=candidate.application_id,
                case_number=candidate.case_number,
                rank=place if estimate else None,
                estimate=estimate,
                mean=mean_of(means),
                spread=means[-1] - means[0] if means else 0,
                tied=estimate is not None and expected[estimate.expected_rank] > 1,
                review_means=means,
                criteria={
                    code: criterion_summary(list(candidate.reviews.values()), code)
                    for code in weights
                },
            )
        )
    return ranked


def published_scores(
    candidates: Sequence[Candidate], weights: Mapping[str, int]
) -> list[tuple[str, str, float]]:
    """Give what the ranking is worked out from: case number, reviewer without a name, mean.

    This is also the file from which anybody can recompute it. Reviewers are numbered in the
    order of their ids, which says nothing of who they are.
    """
    people = sorted({reviewer for each in candidates for reviewer in each.reviews})
    number_of = {reviewer: f"R{number:04d}" for number, reviewer in enumerate(people, start=1)}
    scores = [
        (candidate.case_number, number_of[reviewer], mean / POINT)
        for candidate in candidates
        for reviewer, given in candidate.reviews.items()
        if (mean := review_mean(given, weights)) is not None
    ]
    return sorted(scores)


def _estimates(
    candidates: Sequence[Candidate], weights: Mapping[str, int], places: int
) -> dict[str, Estimate]:
    scores = published_scores(candidates, weights)
    if not scores:
        return {}
    # Numerical libraries take a while to load, and most pages need none.
    from grantengine.reviews.ranking.estimating import estimate

    return {each.application: each for each in estimate(scores, places)}


def _sort_key(
    candidate: Candidate, weights: Mapping[str, int], estimates: Mapping[str, Estimate]
) -> tuple[float, int, int, str]:
    estimate = estimates.get(candidate.case_number)
    if estimate is None:
        return (float("inf"), 0, 0, candidate.case_number)
    means = _review_means(candidate, weights)
    return (estimate.expected_rank, -(mean_of(means) or 0), -means[0], candidate.case_number)


def _review_means(candidate: Candidate, weights: Mapping[str, int]) -> list[int]:
    means = (review_mean(scores, weights) for scores in candidate.reviews.values())
    return sorted(mean for mean in means if mean is not None)
