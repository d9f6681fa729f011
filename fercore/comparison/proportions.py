"""Two shares against each other: of different trials, or of the same trials answered twice."""

from __future__ import annotations

import math
from dataclasses import dataclass

from scipy.stats import binom, chi2
from statsmodels.stats.proportion import confint_proportions_2indep, proportion_effectsize, proportions_ztest

from fercore.comparison.intervals import Interval


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


def mcnemar(only_a: int, only_b: int) -> McNemar:
    """Compare two observers on the same trials: how many only the first, and only the second, got right."""
    n = only_a + only_b
    p_exact = min(1.0, 2 * float(binom.cdf(min(only_a, only_b), n, 0.5)))
    if n == 0:
        return McNemar(0, p_exact, *[math.nan] * 4)
    plain = (only_a - only_b) ** 2 / n
    corrected = max(0, abs(only_a - only_b) - 1) ** 2 / n
    return McNemar(n, p_exact, plain, float(chi2.sf(plain, 1)), corrected, float(chi2.sf(corrected, 1)))
