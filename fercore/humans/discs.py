"""The discs that clicks uncover, as pixels of the stored image.

Positions have their origin in the image's upper left corner, so the pixel in row ``i`` and column ``j`` has its centre at
x = j + 0.5, y = i + 0.5. A pixel belongs to a disc when its centre lies at most one radius from the click. The paper
does not give the radius; it is a setting of the study (`DesignSettings.disc_radius_fraction`).
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray


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
    reach = math.ceil(radius_px) + 1
    steps = np.arange(-reach, reach + 1)
    rows = np.floor(y).astype(np.intp)[:, None] + steps
    columns = np.floor(x).astype(np.intp)[:, None] + steps
    dy2 = (rows + 0.5 - np.asarray(y)[:, None]) ** 2
    dx2 = (columns + 0.5 - np.asarray(x)[:, None]) ** 2
    dy2[(rows < 0) | (rows >= side)] = np.inf
    dx2[(columns < 0) | (columns >= side)] = np.inf
    disc, i, j = np.nonzero(dy2[:, :, None] + dx2[:, None, :] <= radius_px**2)
    return disc, rows[disc, i], columns[disc, j]
