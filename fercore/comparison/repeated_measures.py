"""Analysis of variance of repeated measures: levels of one factor compared within subjects.

The same conditions are scored by every saliency method, so a condition that is easy for one is likely so for all; the
paper's one-way analysis counts that as noise.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from scipy.stats import chi2, f

from fercore.comparison.anova import ratio
from fercore.comparison.crossed import Crossed


@dataclass(frozen=True)
class RepeatedMeasures:
    """A one-way analysis of variance of repeated measures; NaN where there is none to be had."""

    n: int
    """Subjects."""
    n_left_out: int
    """Subjects without a value under every level."""
    F: float
    df_levels: int
    df_error: int
    p: float
    """Assumes sphericity: differences between any two levels vary alike."""
    epsilon_gg: float
    """Greenhouse and Geisser (1959): 1 for sphericity, 1 / (k - 1) at worst."""
    p_gg: float
    """With both degrees of freedom times ``epsilon_gg``: the p to report."""
    ss_levels: float
    ss_error: float
    ss_subjects: float
    eta_squared_partial: float
    """SS / (SS + SS of error)."""
    eta_squared_generalized: float
    """SS / (SS + SS of error + SS of subjects): comparable with designs between subjects (Olejnik & Algina 2003)."""
    mauchly_w: float
    """Mauchly (1940): 1 for sphericity."""
    mauchly_p: float
    """By chi-squared with Box's first correction. NaN with two levels, where sphericity cannot fail."""


def repeated_measures(crossed: Crossed) -> RepeatedMeasures:
    """Compare the levels of a factor within subjects."""
    x = crossed.values
    n, k = x.shape
    df_levels, df_error = max(k - 1, 0), max((k - 1) * (n - 1), 0)
    if df_error == 0:
        return RepeatedMeasures(n, crossed.n_left_out, math.nan, df_levels, df_error, *[math.nan] * 10)
    of_level, of_subject = x.mean(axis=0), x.mean(axis=1)
    ss_levels = n * float(((of_level - x.mean()) ** 2).sum())
    ss_subjects = k * float(((of_subject - x.mean()) ** 2).sum())
    ss_error = float(((x - of_level - of_subject[:, None] + x.mean()) ** 2).sum())
    F = ratio(ss_levels / df_levels, ss_error / df_error)
    eigenvalues = contrast_variances(x)
    epsilon = ratio(float(eigenvalues.sum()) ** 2, df_levels * float((eigenvalues**2).sum()))
    w, mauchly_p = _mauchly(eigenvalues, n)
    return RepeatedMeasures(
        n=n,
        n_left_out=crossed.n_left_out,
        F=F,
        df_levels=df_levels,
        df_error=df_error,
        p=float(f.sf(F, df_levels, df_error)),
        epsilon_gg=epsilon,
        p_gg=float(f.sf(F, df_levels * epsilon, df_error * epsilon)),
        ss_levels=ss_levels,
        ss_error=ss_error,
        ss_subjects=ss_subjects,
        eta_squared_partial=ratio(ss_levels, ss_levels + ss_error),
        eta_squared_generalized=ratio(ss_levels, ss_levels + ss_error + ss_subjects),
        mauchly_w=w,
        mauchly_p=mauchly_p,
    )


def contrast_variances(values: np.ndarray) -> np.ndarray:
    """Give the k - 1 variances of orthonormal contrasts between levels (n, k): equal ones are sphericity."""
    k = values.shape[1]
    centre = np.eye(k) - 1 / k
    variances: np.ndarray = np.linalg.eigvalsh(centre @ np.cov(values, rowvar=False) @ centre)[1:].clip(0)
    return variances


def _mauchly(eigenvalues: np.ndarray, n: int) -> tuple[float, float]:
    d = len(eigenvalues)
    if d < 2 or n - 1 < d or eigenvalues.min() <= 0:
        return (1.0 if d == 1 else math.nan), math.nan
    log_w = float(np.log(eigenvalues).sum()) - d * math.log(eigenvalues.mean())
    statistic = -(n - 1 - (2 * d**2 + d + 2) / (6 * d)) * log_w
    return math.exp(log_w), float(chi2.sf(statistic, d * (d + 1) / 2 - 1))
