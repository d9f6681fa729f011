"""Uncovering an image along a map, and what is read off the curve of accuracy against the area that is uncovered."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter

SMOOTHING = 1 / 16
"""Standard deviation of the Gaussian that orders tied pixels, as a fraction of the map's side."""


def uncovering_order(maps: np.ndarray, rng: np.random.Generator) -> NDArray[np.int32]:
    """Tell in which order maps uncover their pixels: by falling value.

    The first k pixels are exactly k, so that all maps uncover equal areas, whatever ties they have. (The top p % that
    `fercore.comparison.map_stack.MapStack.top` gives hold every pixel tied at the edge, and so may be more.) Of tied
    pixels those come first that lie among higher values, by the map smoothed with a Gaussian (`SMOOTHING`), so that what is
    uncovered grows at its edges; what ties even then, as in flat parts far from everything, in a random order.

    Parameters
    ----------
    maps
        (n, height, width), finite.
    rng
        Draws the random order, one for all maps: the order of a map does not depend on the maps beside it.

    Returns
    -------
    numpy.ndarray
        (n, height, width): 0 for the pixel that comes first.
    """
    shape = maps.shape
    n_pixels = int(np.prod(shape[1:]))
    last_key = rng.permutation(n_pixels)
    places = np.empty((shape[0], n_pixels), np.int32)
    for one, own in zip(maps, places, strict=True):
        falling = -np.asarray(one, np.float64)
        order = np.argsort(falling, axis=None)
        if (np.diff(falling.ravel()[order]) == 0).any():
            smooth = gaussian_filter(falling, SMOOTHING * shape[1])
            order = np.lexsort((last_key, smooth.ravel(), falling.ravel()))
        own[order] = np.arange(n_pixels, dtype=np.int32)
    return places.reshape(shape)


def n_uncovered(areas: np.ndarray, n_pixels: int) -> NDArray[np.int64]:
    """Give the pixels that are uncovered at areas (shares of the image): floor(area n_pixels + 0.5)."""
    return np.floor(np.asarray(areas) * n_pixels + 0.5).astype(np.int64)


def first_area(areas: np.ndarray, curves: np.ndarray, goals: np.ndarray) -> NDArray[np.float64]:
    """Give the smallest area at which curves reach their goals, interpolated linearly between areas.

    Parameters
    ----------
    areas
        (n_areas,), rising.
    curves
        (n, n_areas), such as accuracies.
    goals
        (n,), or one for all.

    Returns
    -------
    numpy.ndarray
        (n,): the first area where the goal is reached there already, infinite where it is reached nowhere, NaN where curve or
        goal is not known.
    """
    areas, curves = np.asarray(areas, float), np.asarray(curves, float)
    goals = np.broadcast_to(np.asarray(goals, float), len(curves))
    reached = curves >= goals[:, None]
    row, after = np.arange(len(curves)), reached.argmax(axis=1)
    before = np.maximum(after - 1, 0)
    low, high = curves[row, before], curves[row, after]
    share = np.divide(goals - low, high - low, out=np.zeros(len(curves)), where=high > low)
    found = areas[before] + share * (areas[after] - areas[before])
    found = np.where(after == 0, areas[0], found)
    found = np.where(reached.any(axis=1), found, np.inf)
    return np.where(np.isfinite(goals) & np.isfinite(curves).all(axis=1), found, np.nan)


def height_at(areas: np.ndarray, curves: np.ndarray, at: np.ndarray) -> NDArray[np.float64]:
    """Give the height of curves (n, n_areas) at one area each (n,), interpolated linearly; NaN outside ``areas``."""
    areas, curves, at = np.asarray(areas, float), np.asarray(curves, float), np.asarray(at, float)
    row, after = np.arange(len(curves)), np.clip(np.searchsorted(areas, at), 1, len(areas) - 1)
    share = (at - areas[after - 1]) / (areas[after] - areas[after - 1])
    found = curves[row, after - 1] * (1 - share) + curves[row, after] * share
    return np.where((at >= areas[0]) & (at <= areas[-1]), found, np.nan)


def mean_height(areas: np.ndarray, curves: np.ndarray) -> NDArray[np.float64]:
    """Give the area under curves (n, n_areas) by trapezoids, divided by the width of ``areas``: their mean height."""
    total = np.trapezoid(curves, areas, axis=1)
    mean: NDArray[np.float64] = total / (areas[-1] - areas[0])
    return mean
