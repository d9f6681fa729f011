"""Dice at all 256 thresholds at once, so that moving the threshold is a look-up.

A pixel is attended at threshold t in a map scaled to 0..255 when its value is at least t, and in both of two maps when
the smaller of its two values is. So areas and overlaps at all thresholds are three histograms, summed from the top.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fercore.comparison.binary_maps import scale_map

N_THRESHOLDS = 256


@dataclass(frozen=True)
class DiceSweep:
    """Areas and overlaps of M model maps with a human map in C conditions, at thresholds 0..255 (first axis).

    All are shares of the image in [0, 1], NaN in conditions where either map is missing.
    """

    human_area: NDArray[np.float64]
    """(256, C): what people attended to."""
    model_area: NDArray[np.float64]
    """(256, M, C): what the model used."""
    overlap: NDArray[np.float64]
    """(256, M, C): both."""

    @property
    def dice(self) -> NDArray[np.float64]:
        """Dice, (256, M, C); NaN where both maps are empty or either is missing."""
        total = self.human_area[:, None] + self.model_area
        return np.divide(2 * self.overlap, total, out=np.full_like(total, np.nan), where=total > 0)


def sweep_dice(human: np.ndarray, model: Iterable[np.ndarray]) -> DiceSweep:
    """Compare maps at every threshold.

    Parameters
    ----------
    human
        (C, height, width), not yet scaled; NaN in conditions without a map.
    model
        (C, height, width) for each of M methods.
    """
    human_scaled, human_known = scale_known(human)
    human_area = np.where(human_known, shares_at_least(human_scaled), np.nan)
    model_area, overlap = [], []
    for maps in model:
        scaled, known = scale_known(maps)
        model_area.append(np.where(known, shares_at_least(scaled), np.nan))
        both = shares_at_least(np.minimum(human_scaled, scaled))
        overlap.append(np.where(human_known & known, both, np.nan))
    return DiceSweep(human_area, np.stack(model_area, axis=1), np.stack(overlap, axis=1))


def scale_known(maps: np.ndarray) -> tuple[NDArray[np.uint8], NDArray[np.bool_]]:
    """Scale maps (C, height, width); zeros where a map is missing, and which are not, (C,)."""
    known = np.isfinite(maps).all(axis=(1, 2))
    scaled = np.zeros(maps.shape, np.uint8)
    scaled[known] = scale_map(maps[known])
    return scaled, known


def shares_at_least(scaled: NDArray[np.uint8]) -> NDArray[np.float64]:
    """Give the share of each map's pixels that reach each threshold: (256, C) of maps (C, height, width)."""
    counts = np.stack([np.bincount(one.ravel(), minlength=N_THRESHOLDS) for one in scaled])
    reached = counts[:, ::-1].cumsum(axis=1)[:, ::-1].T
    shares: NDArray[np.float64] = reached / scaled[0].size
    return shares
