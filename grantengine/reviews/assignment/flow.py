"""The assignment as a flow of reviews from applications through reviewers to one sink.

The constraints are those of a transportation problem, whose corners are whole numbers: the
cheapest flow is an exact optimum, not an approximation.
"""

import numpy as np

from grantengine.reviews.assignment.grid import Grid, Mask, Whole


def best_pairs(grid: Grid, weights: Whole, allowed: Mask | None = None) -> Mask | None:
    """Choose pairs of the highest total weight that give everybody what they need.

    Args:
        grid: applications, reviewers and pairs.
        weights: by pair.
        allowed: the pairs that may be used; None for all.

    Returns:
        Which pairs are chosen; None if no full assignment exists.
    """
    from ortools.graph.python.min_cost_flow import SimpleMinCostFlow

    usable = np.ones(len(weights), dtype=np.bool_) if allowed is None else allowed
    sink = len(grid.applications) + len(grid.reviewers)
    reviewer_nodes = np.arange(len(grid.applications), sink)
    network = SimpleMinCostFlow()
    arcs = network.add_arcs_with_capacity_and_unit_cost(
        grid.rows[usable],
        len(grid.applications) + grid.columns[usable],
        np.ones(int(usable.sum()), dtype=np.int64),
        -weights[usable],
    )
    network.add_arcs_with_capacity_and_unit_cost(
        reviewer_nodes,
        np.full(len(reviewer_nodes), sink),
        grid.load_max - grid.load_min,
        np.zeros(len(reviewer_nodes), dtype=np.int64),
    )
    # What a reviewer gets at least stays with them; only what is above it flows on.
    rest = grid.reviews - int(grid.load_min.sum())
    network.set_nodes_supplies(
        np.arange(sink + 1), np.concatenate([grid.wanted, -grid.load_min, [-rest]])
    )
    status = network.solve()
    if status != SimpleMinCostFlow.OPTIMAL:
        assert status == SimpleMinCostFlow.INFEASIBLE, status
        return None
    chosen = np.zeros(len(weights), dtype=np.bool_)
    chosen[usable] = network.flows(arcs) > 0
    return chosen
