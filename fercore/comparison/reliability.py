"""How reliable a mean over people is: split halves, Cronbach's alpha, intraclass correlation.

All take a table of scores (n_participants, n_items) without gaps: people are what errs, and items (conditions, images)
are what is to be told apart.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import f

from fercore.comparison.intervals import Interval, percentiles


@dataclass(frozen=True)
class SplitHalf:
    """Agreement of the item means of two halves of the participants, split by split."""

    r: NDArray[np.float64]
    """(n_splits,): Pearson over items; NaN where a half does not vary."""

    @property
    def corrected(self) -> NDArray[np.float64]:
        """(n_splits,): what the means of all participants would reach (`spearman_brown`)."""
        return spearman_brown(self.r)

    @property
    def mean(self) -> float:
        """Mean of ``corrected`` over the splits that have one."""
        known = self.corrected[np.isfinite(self.corrected)]
        return float(known.mean()) if len(known) else math.nan

    def spread(self, level: float = 0.95) -> Interval:
        """Give the central part of ``corrected`` over splits: how much the halving matters, no confidence interval."""
        return percentiles(self.corrected, level)


@dataclass(frozen=True)
class IntraclassCorrelation:
    """Shrout and Fleiss (1979), items as targets and participants as raters; NaN where there is none to be had."""

    single: float
    """ICC(2,1): one participant's scores as a measure of an item; participants are a sample."""
    mean: float
    """ICC(2,k): the mean of these k participants."""
    mean_ci: Interval
    """Of ICC(2,k)."""
    mean_fixed: float
    """ICC(3,k): the mean of exactly these participants, their levels aside; equal to Cronbach's alpha."""
    n_participants: int
    n_items: int


def spearman_brown(r: np.ndarray, times: float = 2) -> NDArray[np.float64]:
    """Give the correlation to expect of groups ``times`` as large: k r / (1 + (k - 1) r) (Spearman 1910, Brown 1910).

    With 2 it corrects correlations between halves for their size. NaN where the denominator is not above 0.
    """
    r = np.asarray(r, float)
    below = 1 + (times - 1) * r
    corrected: NDArray[np.float64] = np.divide(times * r, below, out=np.full(r.shape, np.nan), where=below > 0)
    return corrected


def random_halves(n: int, n_splits: int, rng: np.random.Generator) -> NDArray[np.bool_]:
    """Draw halves of n participants: (n_splits, n), True in the first; of an odd number the second is larger by one."""
    first = np.tile(np.arange(n) < n // 2, (n_splits, 1))
    return rng.permuted(first, axis=1)


def split_half(scores: np.ndarray, first: np.ndarray) -> SplitHalf:
    """Correlate the item means of two halves of the participants.

    Parameters
    ----------
    scores
        (n_participants, n_items).
    first
        Bool (n_splits, n_participants): who belongs to the first half, as from `random_halves`.
    """
    first = np.asarray(first, bool)
    halves = [half / half.sum(axis=1, keepdims=True) @ np.asarray(scores, float) for half in (first, ~first)]
    return SplitHalf(correlate_rows(*halves))


def correlate_rows(a: np.ndarray, b: np.ndarray) -> NDArray[np.float64]:
    """Give Pearson's r of each row of ``a`` with the same row of ``b``, (n, m) each: (n,); NaN without variance."""
    a, b = (values - values.mean(axis=1, keepdims=True) for values in (a, b))
    spread = np.sqrt((a**2).sum(axis=1) * (b**2).sum(axis=1))
    r: NDArray[np.float64] = np.divide((a * b).sum(axis=1), spread, out=np.full(len(a), np.nan), where=spread > 1e-15)
    return r


def cronbach_alpha(scores: np.ndarray) -> float:
    """Give Cronbach's alpha (1951) of the sum over participants, (n_participants, n_items); NaN where nothing varies."""
    scores = np.asarray(scores, float)
    k = len(scores)
    if k < 2 or scores.shape[1] < 2:
        return math.nan
    total = float(scores.sum(axis=0).var(ddof=1))
    return k / (k - 1) * (1 - float(scores.var(axis=1, ddof=1).sum()) / total) if total > 0 else math.nan


def intraclass_correlation(scores: np.ndarray, level: float = 0.95) -> IntraclassCorrelation:
    """Give the intraclass correlations of scores (n_participants, n_items).

    The interval of ICC(2,k) is that of Shrout and Fleiss (1979), stepped up from ICC(2,1) by Spearman-Brown.
    """
    x = np.asarray(scores, float).T
    n, k = x.shape
    nan = math.nan
    none = IntraclassCorrelation(nan, nan, Interval(nan, nan), nan, k, n)
    if n < 2 or k < 2:
        return none
    items, raters = x.mean(axis=1, keepdims=True), x.mean(axis=0, keepdims=True)
    between = k * float(items.var(ddof=1))
    rater = n * float(raters.var(ddof=1))
    error = float(((x - items - raters + x.mean()) ** 2).sum()) / ((n - 1) * (k - 1))
    if between <= 0 or error <= 0:
        return none
    single = (between - error) / (between + (k - 1) * error + k * (rater - error) / n)
    ratio = rater / error
    df = (k - 1) * (n - 1) * (k * single * ratio + n * (1 + (k - 1) * single) - k * single) ** 2
    df /= (n - 1) * k**2 * single**2 * ratio**2 + (n * (1 + (k - 1) * single) - k * single) ** 2
    upper, lower = f.ppf((1 + level) / 2, n - 1, df), f.ppf((1 + level) / 2, df, n - 1)
    rest = k * rater + (k * n - k - n) * error
    low = n * (between - upper * error) / (upper * rest + n * between)
    high = n * (lower * between - error) / (rest + n * lower * between)
    return IntraclassCorrelation(
        single=single,
        mean=(between - error) / (between + (rater - error) / n),
        mean_ci=Interval(*(float(k * bound / (1 + (k - 1) * bound)) for bound in (low, high))),
        mean_fixed=(between - error) / between,
        n_participants=k,
        n_items=n,
    )
