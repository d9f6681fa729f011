"""Intersection over union: the overlap over what either covers (Jaccard 1901). Equal to dice / (2 - dice)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from fercore.comparison.measures import SIMILARITY


@SIMILARITY.register
def iou(a: np.ndarray, b: np.ndarray) -> NDArray[np.float64]:
    """Give |A and B| / |A or B| of boolean maps (..., height, width); NaN where both are empty."""
    a, b = np.asarray(a, bool), np.asarray(b, bool)
    overlap = (a & b).sum(axis=(-2, -1))
    union = (a | b).sum(axis=(-2, -1))
    shares: NDArray[np.float64] = np.divide(overlap, union, out=np.full(np.shape(union), np.nan), where=union > 0)
    return shares
