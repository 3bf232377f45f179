"""The highest floor under every pair: nobody reviews what they fit worse than that."""

import numpy as np

from grantengine.reviews.assignment.flow import best_pairs
from grantengine.reviews.assignment.grid import Grid


def highest_pair_floor(grid: Grid) -> int | None:
    """Find the highest score at which a full assignment of pairs no lower still exists.

    Exact: by halving over the scores that occur.

    Returns:
        The floor; None where no full assignment exists at all.
    """
    levels = np.unique(grid.scores)
    nothing = np.zeros_like(grid.scores)
    low, high = -1, len(levels) - 1
    while low < high:
        middle = (low + high + 1) // 2
        if best_pairs(grid, nothing, grid.scores >= levels[middle]) is None:
            high = middle - 1
        else:
            low = middle
    return int(levels[low]) if low >= 0 else None
