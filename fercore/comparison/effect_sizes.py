"""How large an effect is, with its interval: what a p value leaves open.

Intervals come from the noncentral distributions of F and t: they hold the effects under which the value found would be
neither too large nor too small (Steiger 2004; Cumming & Finch 2001).
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import brentq
from scipy.special import ncfdtr, nctdtr
from scipy.stats import rankdata

from fercore.comparison.crossed import Crossed
from fercore.comparison.intervals import Interval, percentiles


def variance_explained_interval(
    F: float, df_effect: int, df_error: int, level: float = 0.95, *, epsilon: float = 1.0
) -> Interval:
    """Give the interval of the share of variance that an effect explains, of which eta and omega squared are estimates.

    Parameters
    ----------
    F, df_effect, df_error
        The test: between groups, or of repeated measures (then of *partial* eta squared).
    level
        Level of the interval. At 95 % it may reach 0 although p is below .05, because F is tested on one side.
    epsilon
        Greenhouse-Geisser's, for repeated measures: both degrees of freedom are multiplied by it, as for p. Without it the
        interval is too narrow where differences between levels do not vary alike.

    Returns
    -------
    Interval
        lambda / (lambda + df_effect + df_error + 1) at the bounds of F's noncentrality lambda; 0 where even no effect would
        seldom give an F as small. NaN without an F.

    Notes
    -----
    With ``epsilon`` below 1 F is taken as noncentral with epsilon times the degrees of freedom, an approximation.
    """
    if not (math.isfinite(F) and math.isfinite(epsilon)):
        return Interval(math.nan, math.nan)
    total = epsilon * (df_effect + df_error + 1)
    low, high = _noncentrality(
        lambda noncentral: float(ncfdtr(epsilon * df_effect, epsilon * df_error, noncentral, F)),
        level,
        smallest=0.0,
        start=F * df_effect,
    )
    return Interval(low / (low + total), high / (high + total))


def dz_interval(t: float, n: int, level: float = 0.95) -> Interval:
    """Give the interval of Cohen's d_z = t / sqrt(n), of n paired differences; NaN without a t."""
    if not math.isfinite(t):
        return Interval(math.nan, math.nan)
    low, high = _noncentrality(
        lambda noncentral: float(nctdtr(n - 1, noncentral, t)), level, smallest=-math.inf, start=t
    )
    return Interval(low / math.sqrt(n), high / math.sqrt(n))


def kendall_w_interval(
    crossed: Crossed, rng: np.random.Generator, *, n_resamples: int = 2000, level: float = 0.95
) -> Interval:
    """Give the bootstrap interval of Kendall's W over subjects, corrected for what few subjects agree by chance.

    Parameters
    ----------
    crossed
        Subjects by levels.
    rng
        Draws the subjects.
    n_resamples
        Number of resamples.
    level
        Level of the interval.

    Returns
    -------
    Interval
        Percentiles within 0 and 1; NaN with fewer than three subjects or three levels, or where nobody ranks any level.

    Notes
    -----
    n subjects whose ranks are drawn at random have a W of 1 / n on average, and subjects drawn twice agree with themselves: W
    exceeds what it estimates by (1 - W) / n, and that of a resample once more. Both are taken off, so that 0 can be in it.
    """
    ranks, n, k = rankdata(crossed.values, axis=1), *crossed.values.shape
    ties = (k**3 - k) - 12 * ((ranks - (k + 1) / 2) ** 2).sum(axis=1)
    if n < 3 or k < 3 or (ties == k**3 - k).all():
        return Interval(math.nan, math.nan)
    draws = rng.multinomial(n, np.full(n, 1 / n), size=n_resamples)
    w = _kendall_w(draws @ ranks, n, n * (k**3 - k) - draws @ ties)
    for _ in range(2):
        w = (n * w - 1) / (n - 1)
    return percentiles(w.clip(0, 1), level)


def _kendall_w(rank_sums: NDArray[np.float64], n: int, spread: NDArray[np.float64]) -> NDArray[np.float64]:
    between = ((rank_sums - rank_sums.mean(axis=1, keepdims=True)) ** 2).sum(axis=1)
    w: NDArray[np.float64] = np.divide(12 * between, n * spread, out=np.full(len(spread), np.nan), where=spread > 0)
    return w


def _noncentrality(
    probability: Callable[[float], float], level: float, *, smallest: float, start: float
) -> tuple[float, float]:
    """Find where the probability of a value as small as the one found is (1 + level) / 2, and (1 - level) / 2.

    It falls as noncentrality grows. ``smallest`` is the least noncentrality there is, ``start`` one near the middle.
    """
    low, high = (_solve(probability, (1 + side * level) / 2, smallest, start) for side in (1, -1))
    return low, high


def _solve(probability: Callable[[float], float], wanted: float, smallest: float, start: float) -> float:
    if math.isfinite(smallest) and probability(smallest) <= wanted:
        return smallest
    left, right, step = start, start, 1 + abs(start) / 4
    while left > smallest and probability(left) < wanted:
        left = max(left - step, smallest)
    while probability(right) > wanted:
        right += step
    return float(brentq(lambda x: probability(x) - wanted, left, right, xtol=1e-9)) if right > left else left
