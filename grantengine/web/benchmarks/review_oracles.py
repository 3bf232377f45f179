"""Other people's solvers on our problems: scipy's linear programme and networkx's simplex.

Both are installed with the tools for testing only.
"""

import networkx as nx
import numpy as np
import scipy.optimize
import scipy.sparse

from grantengine.reviews.assignment.grid import Grid, Whole


def linear_optimum(grid: Grid) -> float:
    """Give the highest total that a linear programme finds, fractions of reviews allowed."""
    pairs = np.arange(len(grid.rows))
    ones = np.ones(len(pairs))
    by_row = scipy.sparse.csr_array((ones, (grid.rows, pairs)))
    by_column = scipy.sparse.csr_array((ones, (grid.columns, pairs)))
    found = scipy.optimize.linprog(
        -grid.scores,
        A_eq=by_row,
        b_eq=grid.wanted,
        A_ub=scipy.sparse.vstack([by_column, -by_column]),
        b_ub=np.concatenate([grid.load_max, -grid.load_min]),
        bounds=(0, 1),
        method="highs",
    )
    assert found.success, found.message
    return -float(found.fun)


def simplex_pairs(grid: Grid, weights: Whole) -> list[tuple[str, str]]:
    """Give the pairs that networkx's network simplex chooses; smallest loads have to be zero."""
    assert not grid.load_min.any()
    graph = nx.DiGraph()
    for name, wanted in zip(grid.applications, grid.wanted.tolist(), strict=True):
        graph.add_node(("application", name), demand=-wanted)
    for name, most in zip(grid.reviewers, grid.load_max.tolist(), strict=True):
        graph.add_edge(("reviewer", name), "sink", capacity=most, weight=0)
    graph.add_node("sink", demand=grid.reviews)
    for row, column, weight in zip(
        grid.rows.tolist(), grid.columns.tolist(), weights.tolist(), strict=True
    ):
        ends = ("application", grid.applications[row]), ("reviewer", grid.reviewers[column])
        graph.add_edge(*ends, capacity=1, weight=-weight)
    _cost, flow = nx.network_simplex(graph)
    return sorted(
        (name, reviewer[1])
        for name in grid.applications
        for reviewer, used in flow["application", name].items()
        if used
    )
