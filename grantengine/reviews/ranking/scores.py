"""Scores of applications by reviewers as arrays, in an order that the input does not decide."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from grantengine.reviews.errors import RankingInputError
from grantengine.reviews.rubric import SCORE_MAX, SCORE_MIN

Vector = npt.NDArray[np.float64]
Positions = npt.NDArray[np.int64]

# An application, a reviewer, and the score, 1 to 6.
Score = tuple[str, str, float]


@dataclass(frozen=True, slots=True)
class ScoreTable:
    """Scores in the order of application and reviewer.

    Attributes:
        applications: ids in order.
        reviewers: ids in order.
        rows: the application of each score, by position.
        columns: its reviewer.
        values: the scores.
    """

    applications: Sequence[str]
    reviewers: Sequence[str]
    rows: Positions
    columns: Positions
    values: Vector

    @property
    def means(self) -> Vector:
        """Give the plain mean of each application."""
        counts = np.bincount(self.rows)
        means: Vector = np.bincount(self.rows, weights=self.values) / counts
        return means


def score_table(scores: Iterable[Score]) -> ScoreTable:
    """Put scores in order.

    Raises:
        RankingInputError: there are none, one is off the scale, or a pair comes twice.
    """
    ordered = sorted(scores)
    if not ordered:
        raise RankingInputError(reason="no_scores", item="")
    for application, _reviewer, value in ordered:
        if not (math.isfinite(value) and SCORE_MIN <= value <= SCORE_MAX):
            raise RankingInputError(reason="off_scale", item=application)
    for one, other in pairwise(ordered):
        if one[:2] == other[:2]:
            raise RankingInputError(reason="score_twice", item=one[0])
    applications = sorted({application for application, _, _ in ordered})
    reviewers = sorted({reviewer for _, reviewer, _ in ordered})
    row_of = {each: position for position, each in enumerate(applications)}
    column_of = {each: position for position, each in enumerate(reviewers)}
    return ScoreTable(
        applications=applications,
        reviewers=reviewers,
        rows=np.array([row_of[each] for each, _, _ in ordered], dtype=np.int64),
        columns=np.array([column_of[each] for _, each, _ in ordered], dtype=np.int64),
        values=np.array([value for _, _, value in ordered], dtype=np.float64),
    )
