"""Dice coefficient: twice the overlap over the sum of both areas (Dice 1945; paper 5.3)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from fercore.comparison.measures import SIMILARITY


@SIMILARITY.register
def dice(a: np.ndarray, b: np.ndarray) -> NDArray[np.float64]:
    """Give 2 |A and B| / (|A| + |B|) of boolean maps (..., height, width); NaN where both are empty."""
    a, b = np.asarray(a, bool), np.asarray(b, bool)
    overlap = (a & b).sum(axis=(-2, -1))
    total = a.sum(axis=(-2, -1)) + b.sum(axis=(-2, -1))
    shares: NDArray[np.float64] = np.divide(2 * overlap, total, out=np.full(np.shape(total), np.nan), where=total > 0)
    return shares
