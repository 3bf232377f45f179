"""The floor under every application: raised by exchanging reviewers, one step at a time.

The highest such floor is NP-hard to find (Stelmakh, Shah and Singh, PeerReview4All), so this is
a heuristic that says what it reached. From the assignment with the highest total, the
application with the lowest sum is helped again and again: by a better reviewer with room, by one
whom another application can spare for its own, or for one with room. The exchange that lifts
the lower of the two sums most is taken, and among those the one that costs the total least.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np

from grantengine.reviews.assignment.grid import Grid, Mask, Whole

# In how many steps, at first, the floor is raised to the highest that could be.
_STEPS: Final = 32
_NEVER: Final = -(2**40)

Cell = tuple[int, int]


@dataclass(slots=True)
class _Seating:
    """Who sits where while exchanges go on: scores (never, where not allowed) and choices."""

    scores: Whole
    chosen: Mask
    sums: Whole
    loads: Whole

    def copy(self) -> "_Seating":
        """Keep this one as it is and go on with another."""
        return _Seating(self.scores, self.chosen.copy(), self.sums.copy(), self.loads.copy())

    def move(self, *, out: list[Cell], into: list[Cell]) -> None:
        """Take pairs away and put others in their place."""
        for cells, sign in ((out, -1), (into, 1)):
            for row, column in cells:
                self.chosen[row, column] = sign > 0
                self.sums[row] += sign * self.scores[row, column]
                self.loads[column] += sign


@dataclass(frozen=True, slots=True)
class _Exchange:
    """Pairs to take away and to put in; better the higher the lower sum, then the total."""

    lower_sum: int
    change: int
    out: list[Cell]
    into: list[Cell]


def raise_application_floor(grid: Grid, chosen: Mask) -> Mask:
    """Raise the lowest sum of any application as far as exchanges can; loads stay kept.

    Args:
        grid: applications, reviewers and pairs.
        chosen: a full assignment to begin with.

    Returns:
        A full assignment whose lowest sum is no lower.
    """
    if not chosen.any():
        return chosen
    seating = _seating(grid, chosen)
    needy = np.flatnonzero(grid.wanted > 0)
    highest = _bound(grid, seating)
    step = max(1, (highest - int(seating.sums[needy].min())) // _STEPS)
    while step:
        target = int(seating.sums[needy].min()) + step
        tried = seating.copy()
        if target <= highest and _reaches(grid, tried, needy, target):
            seating = tried
        else:
            step //= 2
    return seating.chosen[grid.rows, grid.columns]


def _seating(grid: Grid, chosen: Mask) -> _Seating:
    shape = (len(grid.applications), len(grid.reviewers))
    scores, cells = np.full(shape, _NEVER, dtype=np.int64), np.zeros(shape, dtype=np.bool_)
    scores[grid.rows, grid.columns] = grid.scores
    cells[grid.rows, grid.columns] = chosen
    return _Seating(scores, cells, grid.sums(chosen), cells.sum(axis=0))


def _bound(grid: Grid, seating: _Seating) -> int:
    """Give a floor that none can pass: the best sum of the application that has it lowest."""
    best_first = -np.sort(-seating.scores, axis=1)
    return min(
        int(best_first[row, : grid.wanted[row]].sum()) for row in np.flatnonzero(grid.wanted > 0)
    )


def _reaches(grid: Grid, seating: _Seating, needy: Whole, target: int) -> bool:
    while True:
        row = int(needy[seating.sums[needy].argmin()])
        if seating.sums[row] >= target:
            return True
        exchanges = _exchanges(grid, seating, row, target)
        best = max(exchanges, key=lambda each: (each.lower_sum, each.change), default=None)
        if best is None:
            return False
        seating.move(out=best.out, into=best.into)


def _exchanges(grid: Grid, seating: _Seating, row: int, target: int) -> Iterator[_Exchange]:
    """Yield, for each reviewer that an application has, its best exchanges of each kind."""
    has_room = seating.loads < grid.load_max
    reachable = np.where(has_room & ~seating.chosen, seating.scores, _NEVER)
    roomy = reachable.argmax(axis=1)
    roomy_scores = reachable[np.arange(len(roomy)), roomy]
    holders, held = np.nonzero(seating.chosen)
    takeable = ~seating.chosen[row, held] & (seating.scores[row, held] > _NEVER)
    for given in np.flatnonzero(seating.chosen[row]).tolist():
        can_lose = seating.loads[given] > grid.load_min[given]
        mine = seating.sums[row] - seating.scores[row, given]
        if can_lose and roomy_scores[row] > seating.scores[row, given]:
            yield _replacement(seating, row, given, int(roomy[row]), target)
        others = [(np.full_like(holders, given), _swap_scores(seating, holders, given))]
        if can_lose:
            others.append((roomy[holders], roomy_scores[holders]))
        for instead, instead_scores in others:
            theirs = seating.sums[holders] - seating.scores[holders, held] + instead_scores
            new = mine + seating.scores[row, held]
            lower = np.where(takeable, np.minimum(np.minimum(new, theirs), target), _NEVER)
            top = int(lower.max())
            if top > seating.sums[row]:
                change = new + theirs - seating.sums[row] - seating.sums[holders]
                at = int(np.where(lower == top, change, _NEVER).argmax())
                other, taken = int(holders[at]), int(held[at])
                yield _Exchange(
                    lower_sum=top,
                    change=int(change[at]),
                    out=[(row, given), (other, taken)],
                    into=[(row, taken), (other, int(instead[at]))],
                )


def _replacement(seating: _Seating, row: int, given: int, taken: int, target: int) -> _Exchange:
    change = int(seating.scores[row, taken] - seating.scores[row, given])
    lower = min(int(seating.sums[row]) + change, target)
    return _Exchange(lower, change, out=[(row, given)], into=[(row, taken)])


def _swap_scores(seating: _Seating, holders: Whole, given: int) -> Whole:
    """Give what a reviewer is worth to each holder of another one, never if they have both."""
    is_held = seating.chosen[holders, given]
    scores: Whole = np.where(is_held, _NEVER, seating.scores[holders, given])
    return scores
