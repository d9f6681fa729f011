"""Mean maps per condition, scaled to 0..255 and cut at a threshold (paper 5.3).

The paper: maps "were averaged within expression pairs, normalized and scaled to integer values between 0 and 255",
then "values below 50 were set to 0 and values over 50 were set to 1". What it leaves open is decided here: pairs are
conditions (true label, false label), normalising is min-max, scaling rounds halves up, and the value 50 itself counts as attended.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

LEFT_OUT = -1
"""Condition number of a map that takes part in no mean."""


def mean_map_per_condition(maps: np.ndarray, conditions: np.ndarray, n_conditions: int) -> NDArray[np.float64]:
    """Average maps within conditions.

    Parameters
    ----------
    maps
        (n, height, width), any float type; a map with a value that is not finite is left out.
    conditions
        Integer (n,): number of each map's condition, 0 to ``n_conditions`` - 1, or `LEFT_OUT`.
    n_conditions
        Number of conditions.

    Returns
    -------
    numpy.ndarray
        (n_conditions, height, width); NaN in a condition without maps.
    """
    conditions = np.asarray(conditions)
    means = np.full((n_conditions, *maps.shape[1:]), np.nan)
    for condition in range(n_conditions):
        own = maps[conditions == condition]
        own = own[np.isfinite(own).all(axis=(1, 2))]
        if len(own):
            means[condition] = own.mean(axis=0, dtype=np.float64)
    return means


def scale_map(maps: np.ndarray) -> NDArray[np.uint8]:
    """Scale each map from its minimum and maximum to the integers 0..255: floor(255 x + 0.5).

    Parameters
    ----------
    maps
        (..., height, width), finite. Scaling is per map.

    Returns
    -------
    numpy.ndarray
        (..., height, width). A constant map has no range to scale and becomes zeros: nothing in it stands out.
    """
    values = np.asarray(maps, np.float64)
    low = values.min(axis=(-2, -1), keepdims=True)
    span = values.max(axis=(-2, -1), keepdims=True) - low
    shares: NDArray[np.float64] = np.divide(values - low, span, out=np.zeros_like(values), where=span > 0)
    return np.floor(255 * shares + 0.5).astype(np.uint8)


def binarise(scaled: np.ndarray, threshold: int) -> NDArray[np.bool_]:
    """Tell which values of a scaled map count as attended: those at or above ``threshold``."""
    return np.asarray(scaled) >= threshold
