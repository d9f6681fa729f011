"""Spearman's rank correlation, with an interval by formula or by resampling."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray
from scipy.stats import norm, spearmanr

from fercore.comparison.correlation import Correlation
from fercore.comparison.intervals import Interval, percentiles


def spearman(x: np.ndarray, y: np.ndarray, level: float = 0.95) -> Correlation:
    """Correlate the ranks of two arrays of one shape, ties at their mid-rank, where both have a finite value.

    p by t with n - 2 degrees of freedom; interval by Fisher's z with the standard error of Bonett and Wright (2000),
    sqrt((1 + r^2 / 2) / (n - 3)). NaN as in `fercore.comparison.correlation.pearson`.
    """
    x, y = _known(x, y)
    n = len(x)
    if n < 3 or np.ptp(x) == 0 or np.ptp(y) == 0:
        return Correlation(math.nan, math.nan, math.nan, math.nan, n)
    result = spearmanr(x, y)
    r, p = float(result.statistic), float(result.pvalue)
    if n < 4 or abs(r) >= 1:
        low = high = r if n >= 4 else math.nan
    else:
        margin = float(norm.ppf((1 + level) / 2)) * math.sqrt((1 + r**2 / 2) / (n - 3))
        low, high = math.tanh(math.atanh(r) - margin), math.tanh(math.atanh(r) + margin)
    return Correlation(r, p, low, high, n)


def bootstrap_spearman(
    x: np.ndarray, y: np.ndarray, rng: np.random.Generator, *, n_resamples: int = 2000, level: float = 0.95
) -> Interval:
    """Give the percentile bootstrap interval of Spearman's correlation over pairs of values (images).

    Parameters
    ----------
    x, y
        (n,), NaN where there is no value: such pairs are left out.
    rng
        Source of the resampling; the same state gives the same interval.
    n_resamples
        Number of resamples; those in which either side does not vary are left out.
    level
        Level of the interval.
    """
    x, y = _known(x, y)
    if len(x) < 3 or np.ptp(x) == 0 or np.ptp(y) == 0:
        return Interval(math.nan, math.nan)
    n = len(x)
    r = resample_spearman(x, y, rng.multinomial(n, np.full(n, 1 / n), size=n_resamples))
    return percentiles(r, level)


def resample_spearman(x: np.ndarray, y: np.ndarray, times_drawn: np.ndarray) -> NDArray[np.float64]:
    """Correlate the ranks of pairs of values in resamples of them: (n_resamples,), NaN where either side does not vary.

    Parameters
    ----------
    x, y
        (n,), NaN where there is no value: such pairs count in no resample.
    times_drawn
        (n_resamples, n): how often each pair was drawn.
    """
    known = np.isfinite(x) & np.isfinite(y)
    times_drawn = times_drawn[:, known]
    a, b = (_centred_ranks(np.asarray(values, float)[known], times_drawn) for values in (x, y))
    products, squares_a, squares_b = (np.einsum("ij,ij,ij->i", times_drawn, u, v) for u, v in ((a, b), (a, a), (b, b)))
    spread = np.sqrt(squares_a * squares_b)
    r: NDArray[np.float64] = np.divide(products, spread, out=np.full(len(spread), np.nan), where=spread > 0)
    return r


def _centred_ranks(values: NDArray[np.float64], times_drawn: np.ndarray) -> NDArray[np.float64]:
    """Give the mid-ranks of values (n,) in each resample (n_resamples, n), less their mean, without sorting it anew."""
    order = np.argsort(values, kind="stable")
    distinct, position = np.unique(values, return_inverse=True)
    first = np.searchsorted(values[order], distinct)
    tied = np.add.reduceat(times_drawn[:, order], first, axis=1)
    ranks: NDArray[np.float64] = np.cumsum(tied, axis=1) - (tied - 1) / 2
    centred: NDArray[np.float64] = ranks[:, position] - (times_drawn.sum(axis=1, keepdims=True) + 1) / 2
    return centred


def _known(x: np.ndarray, y: np.ndarray) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    x, y = np.asarray(x, float).ravel(), np.asarray(y, float).ravel()
    known = np.isfinite(x) & np.isfinite(y)
    return x[known], y[known]
