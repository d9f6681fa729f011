"""Confidence intervals of shares and means."""

from __future__ import annotations

from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray
from statsmodels.stats.proportion import proportion_confint


class Interval(NamedTuple):
    """Lower and upper bound; NaN where there is none to be had."""

    low: float
    high: float


def percentiles(
    resampled: NDArray[np.floating], level: float, *, method: Literal["linear", "nearest"] = "linear"
) -> Interval:
    """Give the central part of what resamples gave (any shape), leaving out NaN; NaN where none gave anything.

    With ``method`` "nearest" the bounds are resampled values themselves, and may be infinite.
    """
    known = resampled[~np.isnan(resampled)]
    if not len(known):
        return Interval(np.nan, np.nan)
    low, high = np.quantile(known, [(1 - level) / 2, (1 + level) / 2], method=method)
    return Interval(float(low), float(high))


def wilson(n_hits: int, n: int, level: float = 0.95) -> Interval:
    """Give Wilson's score interval of a share, for independent trials (Wilson 1927); NaN when ``n`` is 0."""
    if n == 0:
        return Interval(np.nan, np.nan)
    low, high = proportion_confint(n_hits, n, alpha=1 - level, method="wilson")
    return Interval(float(low), float(high))


def bootstrap_mean(
    values: np.ndarray,
    clusters: np.ndarray,
    rng: np.random.Generator,
    *,
    n_resamples: int = 2000,
    level: float = 0.95,
) -> Interval:
    """Give the percentile bootstrap interval of a mean whose values come in clusters (trials of participants).

    Whole clusters are drawn with replacement, so that the interval speaks of other participants and not only of other
    trials of the same ones (Davison & Hinkley 1997, 3.8).

    Parameters
    ----------
    values
        Float or bool (n,); NaN is left out.
    clusters
        (n,): which cluster each value belongs to.
    rng
        Source of the resampling; the same state gives the same interval.
    n_resamples
        Number of resamples.
    level
        Level of the interval.

    Returns
    -------
    Interval
        NaN with fewer than two clusters.
    """
    values = np.asarray(values, float)
    known = np.isfinite(values)
    _, cluster = np.unique(np.asarray(clusters)[known], return_inverse=True)
    sizes = np.bincount(cluster)
    if len(sizes) < 2:
        return Interval(np.nan, np.nan)
    sums = np.bincount(cluster, weights=values[known])
    k = len(sizes)
    times_drawn = rng.multinomial(k, np.full(k, 1 / k), size=n_resamples)
    return percentiles((times_drawn @ sums) / (times_drawn @ sizes), level)
