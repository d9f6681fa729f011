"""Tests on ranks, for values that are not near normal: Friedman within subjects, Kruskal-Wallis between groups."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.stats import friedmanchisquare, kruskal

from fercore.comparison.crossed import Crossed


@dataclass(frozen=True)
class Friedman:
    """Friedman's test (1937), corrected for ties; NaN where there is none to be had."""

    n: int
    """Subjects."""
    chi2: float
    df: int
    p: float
    kendall_w: float
    """Agreement of subjects on the order of levels, chi2 / (n (k - 1)): 0 to 1."""


@dataclass(frozen=True)
class KruskalWallis:
    """Kruskal and Wallis' test (1952), corrected for ties; NaN where there is none to be had."""

    H: float
    df: int
    p: float


def friedman(crossed: Crossed) -> Friedman:
    """Compare the levels of a factor by their ranks within subjects; needs three levels and two subjects."""
    n, k = crossed.values.shape
    if k < 3 or n < 2 or (np.ptp(crossed.values, axis=1) == 0).all():
        return Friedman(n, math.nan, max(k - 1, 0), math.nan, math.nan)
    statistic, p = friedmanchisquare(*crossed.values.T)
    return Friedman(n, float(statistic), k - 1, float(p), float(statistic) / (n * (k - 1)))


def kruskal_wallis(table: pd.DataFrame, value: str, group: str) -> KruskalWallis:
    """Compare groups of a long table by the ranks of all values together; rows whose value is NaN are left out."""
    known = table[table[value].notna()]
    groups = [values.to_numpy(float) for _, values in known.groupby(group, sort=False, observed=True)[value]]
    df = max(len(groups) - 1, 0)
    if df == 0 or known[value].nunique() < 2:
        return KruskalWallis(math.nan, df, math.nan)
    statistic, p = kruskal(*groups)
    return KruskalWallis(float(statistic), df, float(p))
