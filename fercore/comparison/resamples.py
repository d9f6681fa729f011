"""Resampling as weights: the first row counts everything once, the others as often as it was drawn.

So whatever is read off weighted means is read off the data and off all resamples in one go.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from fercore.comparison.intervals import Interval, percentiles

_ONE_THREAD = 2**18
"""Multiplications up to which BLAS takes one thread. Where cores are busy, its threads wait for each other longer than one works."""


def draw_images(n_images: int, rng: np.random.Generator, n_resamples: int) -> NDArray[np.float64]:
    """Draw images with replacement: how often each is in each resample, (n_resamples, n_images), whole numbers."""
    drawn = rng.multinomial(n_images, np.full(n_images, 1 / max(n_images, 1)), size=n_resamples)
    return drawn.astype(np.float64)


def count_weights(n: int, rng: np.random.Generator, n_resamples: int) -> NDArray[np.float64]:
    """Give how often each of n units counts, (1 + n_resamples, n): once in the first row, as often as drawn in the others."""
    return np.vstack([np.ones(n), draw_images(n, rng, n_resamples)])


def weighted_means(values: NDArray[np.float64], weights: NDArray[np.float64]) -> NDArray[np.float64]:
    """Average (n, k) over n, leaving out NaN, under each row of weights: (n_rows, k)."""
    known = np.isfinite(values)
    total = _product(weights, np.where(known, values, 0))
    n = np.repeat(weights.sum(axis=1, keepdims=True), values.shape[1], axis=1)
    gaps = ~known.all(axis=0)
    n[:, gaps] = _product(weights, known[:, gaps].astype(float))  # elsewhere nothing is left out
    means: NDArray[np.float64] = np.divide(total, n, out=np.full(n.shape, np.nan), where=n > 0)
    return means


def _product(weights: NDArray[np.float64], values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Multiply row block by row block."""
    step = max(64, _ONE_THREAD // max(values.size, 1))
    return np.concatenate([weights[at : at + step] @ values for at in range(0, len(weights), step)])


def known_mean(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Average (..., k) over k, leaving out NaN; NaN where nothing is known."""
    known = np.isfinite(values)
    n = known.sum(axis=-1)
    means: NDArray[np.float64] = np.divide(
        np.where(known, values, 0).sum(axis=-1), n, out=np.full(n.shape, np.nan), where=n > 0
    )
    return means


def estimate(values: NDArray[np.float64], n: int, level: float) -> tuple[float, float, float]:
    """Give the value of the first row and the percentile interval of the others, NaN with fewer than two units.

    Bounds are resampled values themselves, since some of them may be infinite.
    """
    if n < 2:
        return float(values[0]), np.nan, np.nan
    return float(values[0]), *percentiles(values[1:], level, method="nearest")


def moved_interval(values: NDArray[np.float64], level: float, *, correlation: bool) -> Interval:
    """Give the percentiles of resampled values, moved so that their median is the value observed.

    For what noise pulls one way, such as correlations (down) and spreads (up): resamples have the noise of the data and their own.

    Parameters
    ----------
    values
        (1 + n_resamples,): the value observed, then those of resamples; NaN where there is none.
    level
        Level of the interval.
    correlation
        Move on the scale of Fisher's z, which keeps bounds between -1 and 1.

    Returns
    -------
    Interval
        NaN without a value, and where fewer than half of the resamples have one.
    """
    scaled = np.arctanh(np.clip(values, -1 + 1e-9, 1 - 1e-9)) if correlation else values
    drawn = scaled[1:][np.isfinite(scaled[1:])]
    if not np.isfinite(scaled[0]) or len(drawn) < max(len(values) - 1, 1) / 2:
        return Interval(np.nan, np.nan)
    low, middle, high = np.quantile(drawn, [(1 - level) / 2, 0.5, (1 + level) / 2])
    moved = np.array([low, high]) - middle + scaled[0]
    return Interval(*map(float, np.tanh(moved) if correlation else moved))
