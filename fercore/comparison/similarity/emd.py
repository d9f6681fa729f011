"""Earth mover's distance on a coarse grid (Rubner et al. 2000), along rows and columns.

With that ground distance the least work is a least flow between neighbouring cells (Ling and Okada 2007), which has 528
unknowns on a grid of 12 x 12 where all pairs of cells have 20,736.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from scipy.optimize import linprog
from scipy.sparse import coo_array, hstack

from fercore.comparison.map_stack import MapStack
from fercore.comparison.measures import SIMILARITY, Measure, Numbers, Side, where_defined

GRID: Final = 12


@SIMILARITY.register
class Emd(Measure):
    """Least work that turns one map into the other, each divided by its sum, on a grid of 12 x 12.

    Work is the share that is moved times how far it goes along rows and columns, in sides of the image. Pixels on the edge of
    a cell are divided by area. NaN where a map is empty or has negative values.
    """

    label = "EMD"
    range = (0.0, 2.0)
    unit = "image sides"
    note = "A distance: 0 is full agreement. Slow."
    of_itself = 0.0
    higher_is_better = False
    spatial = True
    optional = True

    def human(self, stack: MapStack) -> Side:
        """Read the share of each cell of the grid."""
        height, width = stack.shape
        shares = stack.shares.astype(np.float64).reshape(-1, height, width)
        cells = _pooling(height) @ shares @ _pooling(width).T
        return Side(cells.reshape(len(stack), GRID**2), where_defined(stack.has_shares))

    model = human

    def pair(self, human: Side, model: Side) -> Numbers:
        """Compare map by map, (n,)."""
        moved = human.vectors - model.vectors
        defined = np.isfinite(human.number + model.number)
        return np.array(
            [_least_flow(row) if known else np.nan for row, known in zip(moved, defined, strict=True)], float
        )


def _pooling(n: int) -> Numbers:
    """Give the share of each of n rows of pixels in each row of the grid, (GRID, n)."""
    edges, rows = np.linspace(0, n, GRID + 1), np.arange(n)
    overlap = np.minimum(edges[1:, None], rows + 1) - np.maximum(edges[:-1, None], rows)
    positive: Numbers = np.maximum(overlap, 0)
    return positive


def _incidence() -> coo_array:
    """Give what a flow of 1 between neighbours, one way and the other, adds to each cell: (cells, flows)."""
    cell = np.arange(GRID**2).reshape(GRID, GRID)
    origin = np.concatenate([cell[:, :-1].ravel(), cell[:-1].ravel()])
    goal = np.concatenate([cell[:, 1:].ravel(), cell[1:].ravel()])
    edge = np.arange(len(origin))
    ones = np.ones(len(edge))
    one_way = coo_array(
        (np.concatenate([-ones, ones]), (np.concatenate([origin, goal]), np.concatenate([edge, edge]))),
        shape=(GRID**2, len(edge)),
    )
    return hstack([one_way, -one_way])


_FLOWS: Final = _incidence()


def _least_flow(moved: Numbers) -> float:
    balanced = moved - moved.mean()
    return float(linprog(np.ones(_FLOWS.shape[1]), A_eq=_FLOWS, b_eq=balanced, method="highs").fun) / GRID
