"""The discs that clicks uncover, as pixels of the stored image.

Positions have their origin in the image's upper left corner, so the pixel in row ``i`` and column ``j`` has its centre at
x = j + 0.5, y = i + 0.5. A pixel belongs to a disc when its centre lies at most one radius from the click. The paper
does not give the radius; it is a setting of the study (`DesignSettings.disc_radius_fraction`).
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

_NEAR = 1e-9
"""Pixels' centres this near to the edge of a disc, in px, are looked at once more: rounding might decide."""


def disc_reach(radius_px: float) -> int:
    """Give how many pixels a disc reaches at most from the pixel that was clicked, in each direction."""
    return math.floor(radius_px + 0.5)


def disc_runs(x: np.ndarray, y: np.ndarray, radius_px: float) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Give the pixels of discs row by row, as offsets from the pixel that was clicked.

    Parameters
    ----------
    x, y
        (n,) each: where in its pixel each centre lies, in [0, 1).
    radius_px
        Radius, px.

    Returns
    -------
    start, stop
        (n, 2 reach + 1) each: in every row from -reach to reach (`disc_reach`), the first column of the disc and the first one
        after it; equal where it has none.
    """
    reach, radius2 = disc_reach(radius_px), radius_px**2
    dy2 = (np.arange(-reach, reach + 1) + 0.5 - np.asarray(y)[:, None]) ** 2
    half2 = radius2 - dy2
    half = np.sqrt(np.maximum(half2, 0))
    middle = np.asarray(x)[:, None] - 0.5
    edges = [middle - half, middle + half]
    start, last = np.ceil(edges[0]), np.floor(edges[1])
    for place, edge, inwards in ((start, edges[0], 1), (last, edges[1], -1)):
        nearest = np.rint(edge)
        disc, row = np.nonzero(np.abs(edge - nearest) < _NEAR)
        column = nearest[disc, row]
        inside = (column - middle[disc, 0]) ** 2 + dy2[disc, row] <= radius2
        place[disc, row] = np.where(inside, column, column + inwards)
    stop = np.where(half2 < 0, start, last + 1)
    return start.astype(np.intp), stop.astype(np.intp)


def disc_pixels(
    x: np.ndarray, y: np.ndarray, side: int, radius_px: float
) -> tuple[NDArray[np.intp], NDArray[np.intp], NDArray[np.intp]]:
    """Give the pixels of discs, cut at the image's edge.

    Parameters
    ----------
    x, y
        (n,), centres in px.
    side
        Side of the image, px.
    radius_px
        Radius, px.

    Returns
    -------
    disc, row, column
        (n_pixels,) each: number of the disc, and the pixel's place. A pixel in two discs comes twice.
    """
    left, top = (np.floor(places).astype(np.intp) for places in (x, y))
    start, stop = disc_runs(x - left, y - top, radius_px)
    reach = disc_reach(radius_px)
    rows = top[:, None] + np.arange(-reach, reach + 1)
    start, stop = (np.clip(edges + left[:, None], 0, side) for edges in (start, stop))
    lengths = np.where((rows >= 0) & (rows < side), np.maximum(stop - start, 0), 0).ravel()
    run = np.repeat(np.arange(lengths.size), lengths)
    column = np.arange(run.size) - np.repeat(np.cumsum(lengths) - lengths - start.ravel(), lengths)
    return run // rows.shape[1], rows.ravel()[run], column
