"""Why no full assignment exists: which applications lack how many, and who competes with them."""

import hashlib
from collections.abc import Iterator, Sequence
from typing import Final

import numpy as np

from grantengine.reviews.assignment.grid import Grid, Mask, Whole
from grantengine.reviews.assignment.problem import LoadShortage, ReviewShortage, Shortage
from grantengine.reviews.assignment.ties import TICKET_BITS

# A review that is missing weighs as much as so many missing from a reviewer's smallest load.
_REVIEW_WEIGHT: Final = 1_000
# From here on, what is missing from one smallest load weighs no more for each further one.
_LOAD_WEIGHT_MAX: Final = 500


def shortages_of(grid: Grid, seed: str) -> list[Shortage]:
    """Name what is missing in the assignment that comes closest to a full one.

    As few reviews are missing as can be, then as little of the smallest loads; no application
    and no reviewer lacks two where two could lack one, and the seed settles the rest; so the
    same input always names the same ones.
    """
    chosen, missing_loads = _closest(grid, seed)
    missing = grid.wanted - np.bincount(grid.rows[chosen], minlength=len(grid.wanted))
    allowed, used = _matrices(grid, chosen)
    reviews = [
        ReviewShortage(
            application_id=grid.applications[row],
            wanted=int(grid.wanted[row]),
            missing=int(missing[row]),
            together=[grid.applications[each] for each in _competing(allowed, used, row)],
        )
        for row in np.flatnonzero(missing).tolist()
    ]
    return [*reviews, *_load_shortages(grid, missing_loads)]


def _closest(grid: Grid, seed: str) -> tuple[Mask, Whole]:
    """Let reviews stay undone and loads unfilled at a price, and find the cheapest flow.

    Returns:
        The pairs that it uses, and by reviewer how much of the smallest load stays unfilled.
    """
    from ortools.graph.python.min_cost_flow import SimpleMinCostFlow

    rows, columns = len(grid.applications), len(grid.reviewers)
    sink, nobody = rows + columns, rows + columns + 1
    reviewers = np.arange(rows, sink)
    unfilled_columns, unfilled_counts, unfilled_weights, unfilled_tickets = _unfilled(grid, seed)
    # All tickets together weigh less than one point.
    point = (max(1, grid.reviews) << TICKET_BITS) + columns * len(unfilled_columns)
    undone_rows, undone_costs = _undone(grid, seed, point)
    network = SimpleMinCostFlow()

    def add(tails: Whole, heads: Whole, capacities: Whole, costs: Whole) -> Whole:
        arcs: Whole = network.add_arcs_with_capacity_and_unit_cost(tails, heads, capacities, costs)
        return arcs

    def same(value: int, count: int) -> Whole:
        return np.full(count, value, dtype=np.int64)

    pairs = len(grid.rows)
    pair_arcs = add(grid.rows, rows + grid.columns, same(1, pairs), same(0, pairs))
    room = grid.load_max - grid.load_min
    add(reviewers, same(sink, columns), room, same(0, columns))
    undone = len(undone_rows)
    add(undone_rows, same(sink, undone), same(1, undone), undone_costs)
    nobodies = same(nobody, len(unfilled_columns))
    costs = unfilled_weights * point + unfilled_tickets
    unfilled = add(nobodies, rows + unfilled_columns, unfilled_counts, costs)
    least = int(grid.load_min.sum())
    add(same(nobody, 1), same(sink, 1), same(least, 1), same(0, 1))
    supplies = np.concatenate([grid.wanted, -grid.load_min, [-grid.reviews, least]])
    network.set_nodes_supplies(np.arange(nobody + 1), supplies)
    status = network.solve()
    assert status == SimpleMinCostFlow.OPTIMAL, status
    missing = np.bincount(unfilled_columns, weights=network.flows(unfilled), minlength=columns)
    return network.flows(pair_arcs) > 0, missing.astype(np.int64)


def _undone(grid: Grid, seed: str, point: int) -> tuple[Whole, Whole]:
    """Price each review that may stay undone: the second of an application above its first."""
    undone: list[tuple[int, int]] = []
    for row, wanted in enumerate(grid.wanted.tolist()):
        ticket = _ticket(seed, grid.applications[row])
        undone += [(row, (_REVIEW_WEIGHT + nth) * point + ticket) for nth in range(wanted)]
    cells = np.array(undone, dtype=np.int64).reshape(-1, 2)
    return cells[:, 0], cells[:, 1]


def _ticket(seed: str, name: str) -> int:
    digest = hashlib.sha256(f"{seed}|{name}".encode()).digest()
    return int.from_bytes(digest[: TICKET_BITS // 8], "big")


def _unfilled(grid: Grid, seed: str) -> tuple[Whole, Whole, Whole, Whole]:
    """Weigh what may stay unfilled of each smallest load: the second of a reviewer above the first.

    Returns:
        By arc the reviewer, how many it holds, what each of them weighs, and the place of the
        reviewer's ticket.
    """
    places = np.argsort(np.argsort([_ticket(seed, each) for each in grid.reviewers]))
    able = np.bincount(grid.columns, minlength=len(grid.reviewers))
    unfilled: list[tuple[int, int, int]] = []
    for column, least in enumerate(grid.load_min.tolist()):
        # Beyond those whom a reviewer may read at all, everything is missing whatever is done.
        certain = max(0, least - int(able[column]))
        unfilled += [(column, certain, 1)] if certain else []
        weights = range(certain + 1, least + 1)
        unfilled += [(column, 1, min(weight, _LOAD_WEIGHT_MAX)) for weight in weights]
    arcs = np.array(unfilled, dtype=np.int64).reshape(-1, 3)
    return arcs[:, 0], arcs[:, 1], arcs[:, 2], places[arcs[:, 0]]


def _matrices(grid: Grid, chosen: Mask) -> tuple[Mask, Mask]:
    allowed = np.zeros((len(grid.applications), len(grid.reviewers)), dtype=np.bool_)
    used = allowed.copy()
    allowed[grid.rows, grid.columns] = True
    used[grid.rows, grid.columns] = chosen
    return allowed, used


def _competing(allowed: Mask, used: Mask, row: int) -> Sequence[int]:
    """Follow who could review an application and whom they review instead, to the end.

    Everybody that is reached is full, so these applications together have too few reviewers
    (Hall's theorem; the set is the source's side of a smallest cut).
    """
    reached = np.zeros(len(allowed), dtype=np.bool_)
    reached[row] = True
    while True:
        reviewers = (allowed & ~used)[reached].any(axis=0)
        wider = reached | used[:, reviewers].any(axis=1)
        if (wider == reached).all():
            return np.flatnonzero(reached).tolist()
        reached = wider


def _load_shortages(grid: Grid, missing: Whole) -> Iterator[LoadShortage]:
    for column in np.flatnonzero(missing).tolist():
        yield LoadShortage(
            reviewer_id=grid.reviewers[column],
            wanted=int(grid.load_min[column]),
            missing=int(missing[column]),
        )
