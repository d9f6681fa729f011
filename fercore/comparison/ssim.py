"""Structural similarity of maps (Wang, Bovik, Sheikh, Simoncelli 2004), as sanity checks of saliency maps use it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter

WINDOW_SD_PX = 1.5
"""SD of the Gaussian window, which is cut at 3.5 SD."""

K1, K2 = 0.01, 0.03
"""The constants that keep quotients from nothing over nothing, as fractions of the range of values."""


def structural_similarity(a: np.ndarray, b: np.ndarray) -> NDArray[np.float64]:
    """Compare maps by local mean, contrast and structure.

    Parameters
    ----------
    a, b
        (n, height, width). Each map is first scaled to 0..1 by its own minimum and maximum.

    Returns
    -------
    numpy.ndarray
        (n,): mean over positions, at most 1. NaN where a map is constant or has a value that is not finite.
    """
    x, known_x = _scaled(a)
    y, known_y = _scaled(b)
    mean_x, mean_y = _smooth(x), _smooth(y)
    var_x, var_y = _smooth(x * x) - mean_x**2, _smooth(y * y) - mean_y**2
    both = _smooth(x * y) - mean_x * mean_y
    similarity = ((2 * mean_x * mean_y + K1**2) * (2 * both + K2**2)) / (
        (mean_x**2 + mean_y**2 + K1**2) * (var_x + var_y + K2**2)
    )
    return np.where(known_x & known_y, similarity.mean(axis=(1, 2)), np.nan)


def _scaled(maps: np.ndarray) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    maps = np.asarray(maps, np.float64)
    low, high = maps.min(axis=(1, 2), keepdims=True), maps.max(axis=(1, 2), keepdims=True)
    known = np.isfinite(maps).all(axis=(1, 2)) & (high > low)[:, 0, 0]
    scaled = np.zeros_like(maps)
    scaled[known] = (maps[known] - low[known]) / (high[known] - low[known])
    return scaled, known


def _smooth(maps: NDArray[np.float64]) -> NDArray[np.float64]:
    smooth: NDArray[np.float64] = gaussian_filter(maps, (0, WINDOW_SD_PX, WINDOW_SD_PX), truncate=3.5)
    return smooth
