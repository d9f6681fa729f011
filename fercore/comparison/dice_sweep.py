"""Dice at all 256 thresholds at once, so that moving the threshold is a look-up.

A pixel is attended at threshold t in a map scaled to 0..255 when its value is at least t, and in both of two maps when
the smaller of its two values is. So areas and overlaps at all thresholds are three histograms, summed from the top.
"""

from __future__ import annotations

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


def sweep_dice(human: np.ndarray, model: np.ndarray) -> DiceSweep:
    """Compare mean maps at every threshold.

    Parameters
    ----------
    human
        (C, height, width), not yet scaled; NaN in conditions without a map.
    model
        (M, C, height, width), the same for M methods.
    """
    n_pixels = human.shape[-2] * human.shape[-1]
    human_known = np.isfinite(human).all(axis=(-2, -1))
    model_known = np.isfinite(model).all(axis=(-2, -1))
    human_scaled = scale_map(np.where(human_known[:, None, None], human, 0))
    model_scaled = scale_map(np.where(model_known[..., None, None], model, 0))
    human_area = np.where(human_known, _counts_at_least(human_scaled), np.nan)
    model_area = np.where(model_known, _counts_at_least(model_scaled), np.nan)
    overlap = _counts_at_least(np.minimum(human_scaled, model_scaled))
    overlap = np.where(human_known & model_known, overlap, np.nan)
    return DiceSweep(human_area / n_pixels, model_area / n_pixels, overlap / n_pixels)


def _counts_at_least(scaled: NDArray[np.uint8]) -> NDArray[np.intp]:
    """Count the pixels of each map (..., height, width) that reach each threshold: (256, ...)."""
    maps = scaled.reshape(-1, scaled.shape[-2] * scaled.shape[-1])
    counts = (
        np.stack([np.bincount(m, minlength=N_THRESHOLDS) for m in maps])
        if len(maps)
        else np.zeros((0, N_THRESHOLDS), np.intp)
    )
    reached = counts[:, ::-1].cumsum(axis=1)[:, ::-1]
    return reached.T.reshape(N_THRESHOLDS, *scaled.shape[:-2])
