"""The problem as arrays, in an order that does not depend on the order of the input."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from grantengine.reviews.assignment.problem import Pair, Problem
from grantengine.reviews.errors import AssignmentInputError

Whole = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Grid:
    """Applications and reviewers by position, and the pairs that are allowed.

    Attributes:
        applications: ids in order.
        reviewers: ids in order.
        wanted: reviews by application.
        load_min: by reviewer.
        load_max: by reviewer.
        rows: the application of each allowed pair.
        columns: its reviewer.
        scores: its score.
    """

    applications: Sequence[str]
    reviewers: Sequence[str]
    wanted: Whole
    load_min: Whole
    load_max: Whole
    rows: Whole
    columns: Whole
    scores: Whole

    @property
    def reviews(self) -> int:
        """Count the reviews that are wanted."""
        return int(self.wanted.sum())

    def pairs(self, chosen: Mask) -> list[Pair]:
        """Name the chosen ones of the allowed pairs, in order."""
        return [
            (self.applications[row], self.reviewers[column])
            for row, column in zip(
                self.rows[chosen].tolist(), self.columns[chosen].tolist(), strict=True
            )
        ]

    def sums(self, chosen: Mask) -> Whole:
        """Add up the scores that each application gets."""
        return np.bincount(
            self.rows[chosen], weights=self.scores[chosen], minlength=len(self.applications)
        ).astype(np.int64)


def grid_of(problem: Problem) -> Grid:
    """Read a problem into arrays; conflicts and pairs without a score are left out.

    Raises:
        AssignmentInputError: an id comes twice or is unknown, or a load cannot be.
    """
    needs = sorted(problem.needs, key=lambda each: each.application_id)
    capacities = sorted(problem.capacities, key=lambda each: each.reviewer_id)
    row_of = _positions("application_twice", [each.application_id for each in needs])
    column_of = _positions("reviewer_twice", [each.reviewer_id for each in capacities])
    for need in needs:
        if need.reviews < 0:
            raise AssignmentInputError(reason="reviews_negative", item=need.application_id)
    for capacity in capacities:
        if not 0 <= capacity.load_min <= capacity.load_max:
            raise AssignmentInputError(reason="load", item=capacity.reviewer_id)
    rows, columns, scores = _allowed(problem, row_of, column_of)
    return Grid(
        applications=list(row_of),
        reviewers=list(column_of),
        wanted=_whole([each.reviews for each in needs]),
        load_min=_whole([each.load_min for each in capacities]),
        load_max=_whole([each.load_max for each in capacities]),
        rows=rows,
        columns=columns,
        scores=scores,
    )


def _positions(reason: str, ids: Sequence[str]) -> dict[str, int]:
    positions: dict[str, int] = {}
    for position, each in enumerate(ids):
        if each in positions:
            raise AssignmentInputError(reason=reason, item=each)
        positions[each] = position
    return positions


def _allowed(
    problem: Problem, row_of: Mapping[str, int], column_of: Mapping[str, int]
) -> tuple[Whole, Whole, Whole]:
    width = max(1, len(column_of))
    try:
        cells = _whole([row_of[row] * width + column_of[col] for row, col, _ in problem.scores])
        barred = _whole([row_of[row] * width + column_of[col] for row, col in problem.conflicts])
        scores = _whole([score for _, _, score in problem.scores])
    except KeyError as error:
        raise AssignmentInputError(reason="unknown_id", item=error.args[0]) from error
    except OverflowError as error:
        raise AssignmentInputError(reason="scores_too_far_apart", item=problem.seed) from error
    order = np.argsort(cells, kind="stable")
    cells, scores = cells[order], scores[order]
    twice = np.flatnonzero(cells[1:] == cells[:-1])
    if twice.size:
        row, _ = divmod(int(cells[twice[0]]), width)
        raise AssignmentInputError(reason="score_twice", item=list(row_of)[row])
    open_cells = ~np.isin(cells, barred)
    cells, scores = cells[open_cells], scores[open_cells]
    return cells // width, cells % width, scores


def _whole(values: Sequence[int]) -> Whole:
    return np.array(values, dtype=np.int64)
