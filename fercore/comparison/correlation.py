"""Pearson correlation with its interval."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import pearsonr


@dataclass(frozen=True)
class Correlation:
    """A correlation coefficient; NaN where there is none to be had."""

    r: float
    p: float
    """Two-sided, by t with n - 2 degrees of freedom."""
    ci_low: float
    ci_high: float
    """Fisher's z; needs n of 4 or more."""
    n: int
    """Pairs of values that entered."""


def pearson(x: np.ndarray, y: np.ndarray, level: float = 0.95) -> Correlation:
    """Correlate two arrays of one shape over the places where both have a finite value.

    With fewer than three such places, or when either array does not vary there, everything but ``n`` is NaN.
    """
    x, y = np.asarray(x, float).ravel(), np.asarray(y, float).ravel()
    known = np.isfinite(x) & np.isfinite(y)
    x, y = x[known], y[known]
    n = len(x)
    if n < 3 or not (_varies(x) and _varies(y)):
        return Correlation(np.nan, np.nan, np.nan, np.nan, n)
    result = pearsonr(x, y)
    low, high = result.confidence_interval(level) if n > 3 else (np.nan, np.nan)
    return Correlation(float(result.statistic), float(result.pvalue), float(low), float(high), n)


def _varies(x: NDArray[np.float64]) -> bool:
    """Tell whether values differ by more than rounding (the bound below which scipy warns)."""
    return bool(np.linalg.norm(x - x.mean()) > 1e-13 * max(abs(x.mean()), np.finfo(float).tiny))
