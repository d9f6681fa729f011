"""Mantel's test: whether two confusion matrices are alike beyond what any relabelling of one of them would give.

The cells of a matrix depend on each other through their rows and columns, so the p value of a plain correlation over
them is wrong. Mantel (1967) compares r with what it becomes when rows and columns of one matrix are permuted together.
"""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

MAX_EXACT: Final = 8
"""Largest number of labels of which all permutations are gone through (8! = 40,320)."""

N_PERMUTATIONS: Final = 10_000
"""Permutations drawn for more labels than that."""

TIE: Final = 1e-12
"""A permuted r smaller than the observed one by no more than this counts as equal to it."""


@dataclass(frozen=True)
class Mantel:
    """Mantel's test; NaN where there is none to be had (a cell is missing, or a matrix does not vary)."""

    r: float
    """Pearson, off the diagonal."""
    p: float
    """One-sided: share of permutations with an r as large as the observed one, the identity among them. With L labels
    no p is below 1 / L!."""
    n_permutations: int
    n_at_least: int
    """Permutations with an r as large as the observed one."""
    sd_r: float
    """Spread (ddof 0) of r over the permutations."""
    exact: bool
    """Whether all permutations were gone through; else they were drawn, seeded."""


def mantel(a: np.ndarray, b: np.ndarray, *, n_permutations: int = N_PERMUTATIONS, seed: int = 0) -> Mantel:
    """Compare two matrices off their diagonals.

    Parameters
    ----------
    a, b
        (L, L), such as confusion matrices normalised by row.
    n_permutations, seed
        For more than `MAX_EXACT` labels: how many permutations are drawn (the identity is one of them), and from which
        seed. Unused otherwise.

    Notes
    -----
    A permutation leaves mean and spread of the off-diagonal cells as they are, so that only the sum of products moves.
    """
    n = len(a)
    exact = n <= MAX_EXACT
    x, y = _standardise(a), _standardise(b)
    if not (np.isfinite(x).all() and np.isfinite(y).all()):
        return Mantel(math.nan, math.nan, 0, 0, math.nan, exact)
    orders = _all_orders(n) if exact else _drawn_orders(n, n_permutations, seed)
    r = _permuted_products(x, y, orders).clip(-1, 1)
    observed = float(r[0])  # the identity comes first
    n_at_least = int((r >= observed - TIE).sum())
    return Mantel(observed, n_at_least / len(r), len(r), n_at_least, float(r.std()), exact)


def _standardise(matrix: np.ndarray) -> NDArray[np.float64]:
    """Give mean 0 and norm 1 to the cells off the diagonal, and 0 to those on it; NaN where they do not vary."""
    values = np.array(matrix, float)
    errors = ~np.eye(len(values), dtype=bool)
    centred = np.where(errors, values - (values[errors].mean() if errors.any() else math.nan), 0)
    norm = float(np.linalg.norm(centred))
    return (
        centred / norm if norm > TIE * float(np.abs(values[errors]).max(initial=0)) else np.full_like(values, math.nan)
    )


def _permuted_products(x: NDArray[np.float64], y: NDArray[np.float64], orders: NDArray[np.intp]) -> NDArray[np.float64]:
    """Sum the products of y (L, L) with x relabelled by each order (L, n), off the diagonal: (n,).

    Two labels i < j meet the labels that stand in their places: what their two cells give is looked up in a table of all pairs.
    """
    total = np.zeros(orders.shape[1])
    for i, j in itertools.combinations(range(len(orders)), 2):
        table = x * y[i, j] + x.T * y[j, i]
        total += table.ravel().take(orders[i] * len(x) + orders[j])
    return total


@lru_cache(maxsize=4)
def _all_orders(n: int) -> NDArray[np.intp]:
    """Give every order of n labels, the identity first: (n, n!)."""
    return np.ascontiguousarray(np.array(list(itertools.permutations(range(n))), dtype=np.intp).reshape(-1, n).T)


def _drawn_orders(n: int, n_permutations: int, seed: int) -> NDArray[np.intp]:
    """Draw orders of n labels after the identity: (n, n_permutations)."""
    orders = np.tile(np.arange(n), (n_permutations, 1))
    orders[1:] = np.random.default_rng(seed).permuted(orders[1:], axis=1)
    return np.ascontiguousarray(orders.T)
