"""Two shares against each other: of different trials, or of the same trials answered twice."""

from __future__ import annotations

import math
from dataclasses import dataclass

from scipy.stats import binom, chi2
from statsmodels.stats.proportion import (
    confint_proportions_2indep,
    proportion_confint,
    proportion_effectsize,
    proportions_ztest,
)

from fercore.comparison.intervals import Interval, wilson


@dataclass(frozen=True)
class TwoProportions:
    """Shares of independent trials; NaN where there is none to be had."""

    difference: float
    """First minus second."""
    z: float
    """With the pooled share; NaN when all trials of both went the same way."""
    p: float
    """Two-sided."""
    wald: Interval
    """Of the difference, unpooled; misleading near 0 and 1 and in small samples."""
    newcombe: Interval
    """Of the difference, from Wilson's intervals (Newcombe 1998, method 10): the one to report."""
    cohen_h: float
    """2 asin sqrt(p1) - 2 asin sqrt(p2) (Cohen 1988)."""


@dataclass(frozen=True)
class McNemar:
    """Two shares of the same trials (McNemar 1947), from the trials on which the two differ."""

    n_discordant: int
    p_exact: float
    """Binomial, two-sided: the one to report."""
    chi2: float
    """(b - c)^2 / (b + c); NaN without discordant trials."""
    p: float
    chi2_corrected: float
    """max(0, |b - c| - 1)^2 / (b + c)."""
    p_corrected: float


def two_proportions(n_hits_1: int, n_1: int, n_hits_2: int, n_2: int, level: float = 0.95) -> TwoProportions:
    """Compare the shares of hits in two sets of independent trials."""
    if n_1 == 0 or n_2 == 0:
        nowhere = Interval(math.nan, math.nan)
        return TwoProportions(math.nan, math.nan, math.nan, nowhere, nowhere, math.nan)
    share_1, share_2 = n_hits_1 / n_1, n_hits_2 / n_2
    varied = 0 < n_hits_1 + n_hits_2 < n_1 + n_2
    z, p = proportions_ztest([n_hits_1, n_hits_2], [n_1, n_2]) if varied else (math.nan, math.nan)
    wald, newcombe = (
        Interval(*map(float, confint_proportions_2indep(n_hits_1, n_1, n_hits_2, n_2, method=method, alpha=1 - level)))
        for method in ("wald", "newcomb")
    )
    h = float(proportion_effectsize(share_1, share_2))
    return TwoProportions(share_1 - share_2, float(z), float(p), wald, newcombe, h)


def paired_difference(both: int, only_a: int, only_b: int, neither: int, level: float = 0.95) -> Interval:
    """Give the interval of the difference of two shares of the same trials, a minus b.

    Newcombe's for paired shares (1998, method 10, with the correction of phi), made wider where the exact test's own does not
    agree: that is Clopper and Pearson's of the share of a among the trials on which the two differ, times the share of these. So the
    interval never leaves out 0 where McNemar's exact p is not below 1 - level. NaN without trials.
    """
    n = both + only_a + only_b + neither
    if n == 0:
        return Interval(math.nan, math.nan)
    a, b = (both + only_a) / n, (both + only_b) / n
    (a_low, a_high), (b_low, b_high) = wilson(both + only_a, n, level), wilson(both + only_b, n, level)
    product = both * neither - only_a * only_b
    spread = math.sqrt((both + only_a) * (only_b + neither) * (both + only_b) * (only_a + neither))
    phi = (max(product - n / 2, 0) if product > 0 else product) / spread if spread else 0.0

    def reach(own: float, other: float) -> float:
        return math.sqrt(max(own**2 - 2 * phi * own * other + other**2, 0))

    low, high = a - b - reach(a - a_low, b_high - b), a - b + reach(a_high - a, b - b_low)
    n_differ = only_a + only_b
    if n_differ:
        exact = proportion_confint(only_a, n_differ, alpha=1 - level, method="beta")
        low, high = min(low, (2 * exact[0] - 1) * n_differ / n), max(high, (2 * exact[1] - 1) * n_differ / n)
    return Interval(float(low), float(high))


def mcnemar(only_a: int, only_b: int) -> McNemar:
    """Compare two observers on the same trials: how many only the first, and only the second, got right."""
    n = only_a + only_b
    p_exact = min(1.0, 2 * float(binom.cdf(min(only_a, only_b), n, 0.5)))
    if n == 0:
        return McNemar(0, p_exact, *[math.nan] * 4)
    plain = (only_a - only_b) ** 2 / n
    corrected = max(0, abs(only_a - only_b) - 1) ** 2 / n
    return McNemar(n, p_exact, plain, float(chi2.sf(plain, 1)), corrected, float(chi2.sf(corrected, 1)))
