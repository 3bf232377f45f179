"""Ties settled by a published seed, so that any solver finds the same pairs.

Of all assignments with the highest total, the one is taken whose pairs have the highest sum of
tickets; a pair's ticket is the first 24 bits of SHA-256 of `seed|application|reviewer` in UTF-8.
"""

import hashlib
from typing import Final

import numpy as np

from grantengine.reviews.assignment.grid import Grid, Whole
from grantengine.reviews.errors import AssignmentInputError

TICKET_BITS: Final = 24
# The solver multiplies costs by the number of nodes; a factor of four keeps it off the edge.
_COST_MAX: Final = 2**61


def weights_with_ties(grid: Grid, seed: str) -> Whole:
    """Give each allowed pair one whole number: its score first, and below it its ticket.

    Scores count from the lowest one up and in the largest unit that divides them all, which
    changes no comparison, as every full assignment has the same number of pairs. All tickets
    together weigh less than one such unit.

    Raises:
        AssignmentInputError: scores lie so far apart that 64 bits cannot hold the weights.
    """
    if not grid.scores.size:
        return grid.scores
    above = grid.scores - grid.scores.min()
    units = above // max(1, np.gcd.reduce(above))
    point = max(1, grid.reviews) << TICKET_BITS
    nodes = len(grid.applications) + len(grid.reviewers) + 3
    if (int(units.max()) + 1) * point * nodes > _COST_MAX:
        raise AssignmentInputError(reason="scores_too_far_apart", item=int(units.max()))
    weights: Whole = units * point + tickets(grid, seed)
    return weights


def tickets(grid: Grid, seed: str) -> Whole:
    """Draw the ticket of every allowed pair."""
    # Hashing what pairs share only once halves the time.
    begun = [hashlib.sha256(f"{seed}|{each}|".encode()) for each in grid.applications]
    endings = [each.encode() for each in grid.reviewers]
    drawn = bytearray()
    for row, column in zip(grid.rows.tolist(), grid.columns.tolist(), strict=True):
        ticket = begun[row].copy()
        ticket.update(endings[column])
        drawn += ticket.digest()[: TICKET_BITS // 8]
    digits = np.frombuffer(bytes(drawn), dtype=np.uint8).reshape(-1, TICKET_BITS // 8)
    return digits.astype(np.int64) @ np.array([1 << 16, 1 << 8, 1], dtype=np.int64)
