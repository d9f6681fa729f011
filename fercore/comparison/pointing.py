"""The pointing game (Zhang, Bargal, Lin, Brandt, Shen, Sclaroff 2018): whether the peak of a map lies where it should."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def pointing(maps: np.ndarray, regions: np.ndarray, tolerance_px: float) -> NDArray[np.float64]:
    """Tell whether each map points into its region.

    Parameters
    ----------
    maps
        (n, height, width). A map points at its largest value; where several tie, at their centroid.
    regions
        Bool, the same shape.
    tolerance_px
        How far from the region's nearest pixel the point may lie, px.

    Returns
    -------
    numpy.ndarray
        (n,): 1 for a hit, 0 for a miss; NaN where the map is constant or not finite, and where the region is empty.
    """
    found = np.full(len(maps), np.nan)
    for number, (one, region) in enumerate(zip(np.asarray(maps), np.asarray(regions, bool), strict=True)):
        if region.any() and np.isfinite(one).all() and np.ptp(one) > 0:
            row, column = (places.mean() for places in np.nonzero(one == one.max()))
            rows, columns = np.nonzero(region)
            found[number] = np.hypot(rows - row, columns - column).min() <= tolerance_px
    return found
