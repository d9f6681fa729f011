"""A linear mixed model with one random intercept: ``value ~ level + (1 | subject)``.

Unlike the analysis of repeated measures it keeps subjects that lack a level, and it says how much of the variance lies
between subjects.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.optimize import minimize_scalar
from scipy.stats import t

EFFECTS = ("term", "estimate", "se", "t", "df", "p", "ci_low", "ci_high")


@dataclass(frozen=True)
class MixedModel:
    """A fit by restricted maximum likelihood; NaN, and no effects, where there is none to be had."""

    reference: str
    """Level that the intercept stands for and the others are compared with."""
    effects: pd.DataFrame
    """`EFFECTS`; first the intercept (term ``intercept``), then each other level minus the reference (term: the level). p and
    intervals by t: with n_subjects - 1 degrees of freedom for the intercept, and with what is left within subjects for the
    others, n - n_subjects - (k - 1), which is (k - 1)(n_subjects - 1) where no subject lacks a level."""
    variance_subject: float
    variance_residual: float
    log_likelihood: float
    """Restricted."""
    n: int
    """Values."""
    n_subjects: int
    converged: bool

    @property
    def icc(self) -> float:
        """Share of the variance that lies between subjects."""
        total = self.variance_subject + self.variance_residual
        return self.variance_subject / total if total > 0 else math.nan


def mixed_model(
    table: pd.DataFrame, value: str, subject: str, within: str, reference: str, level: float = 0.95
) -> MixedModel:
    """Fit ``value ~ within + (1 | subject)``.

    Parameters
    ----------
    table
        Long table, one row per value; rows whose value is NaN are left out.
    value, subject, within
        Names of its columns.
    reference
        Level of ``within`` that the others are compared with.
    level
        Level of the intervals.

    Notes
    -----
    The variance between subjects is searched for as a multiple of the residual one; everything else follows from it in closed
    form (Bates et al. 2015). Degrees of freedom are those of a design within subjects (Pinheiro & Bates 2000): the normal
    distribution, to which they are infinite, finds differences somewhat too often.
    """
    known = table[table[value].notna()]
    levels = [reference, *(name for name in known[within].unique() if name != reference)]
    of_subject, subjects = pd.factorize(known[subject])
    n, n_subjects, k = len(known), len(subjects), len(levels)
    y = known[value].to_numpy(float)
    design: NDArray[np.float64] = np.column_stack(
        [np.ones(n), *(known[within].eq(name).to_numpy(float) for name in levels[1:])]
    )
    possible = np.linalg.matrix_rank(design) == k and n_subjects > 1 and n > n_subjects + k
    if not possible or np.ptp(y) == 0 or not _varies_within(design, y, of_subject):
        nothing = pd.DataFrame(columns=list(EFFECTS))
        return MixedModel(reference, nothing, math.nan, math.nan, math.nan, n, n_subjects, False)
    fit = _Restricted(design, (y - y.mean()) / y.std(), of_subject)
    found = minimize_scalar(fit, bounds=(0, 1), method="bounded", options={"xatol": 1e-10})
    icc = float(found.x) if found.fun < fit(0.0) else 0.0
    estimates, covariance, residual = fit.solve(icc)
    estimates, errors = estimates * y.std(), np.sqrt(residual * np.diag(covariance)) * y.std()
    estimates[0] += y.mean()
    df: NDArray[np.int64] = np.array([n_subjects - 1, *[n - n_subjects - (k - 1)] * (k - 1)])
    margin = t.ppf((1 + level) / 2, df) * errors
    effects = pd.DataFrame(
        {
            "term": ["intercept", *levels[1:]],
            "estimate": estimates,
            "se": errors,
            "t": estimates / errors,
            "df": df,
            "p": 2 * t.sf(np.abs(estimates / errors), df),
            "ci_low": estimates - margin,
            "ci_high": estimates + margin,
        }
    )
    scale = residual * float(y.var())
    log_likelihood = -0.5 * (fit(icc) + (n - k) * (1 + math.log(2 * math.pi * float(y.var()) / (n - k))))
    return MixedModel(
        reference, effects, scale * icc / (1 - icc), scale, log_likelihood, n, n_subjects, bool(found.success)
    )


def _varies_within(design: NDArray[np.float64], y: NDArray[np.float64], of_subject: NDArray[np.intp]) -> bool:
    """Tell whether anything is left of y when subjects and levels are taken out."""
    counts = np.bincount(of_subject)
    levels, left = (
        values
        - np.stack([np.bincount(of_subject, column) for column in values.T], axis=1)[of_subject]
        / counts[of_subject, None]
        for values in (design, y[:, None])
    )
    left = left - levels @ np.linalg.lstsq(levels, left)[0]
    return bool(np.abs(left).max() > 1e-12 * np.ptp(y))


class _Restricted:
    """Restricted deviance of the share of the variance that lies between subjects (0 to 1), but for a constant."""

    def __init__(self, design: NDArray[np.float64], y: NDArray[np.float64], of_subject: NDArray[np.intp]) -> None:
        fixed = np.column_stack([design, y])
        self.n, self.k = design.shape
        self.products = fixed.T @ fixed
        """(k + 1, k + 1): of the levels and y with each other."""
        self.counts = np.bincount(of_subject)
        self.sums = np.stack([np.bincount(of_subject, column) for column in fixed.T])
        """(k + 1, n_subjects): sums of the same."""

    def _weigh(self, icc: float) -> NDArray[np.float64]:
        """Give the products weighted by the inverse covariance, in units of the residual variance."""
        weights = icc / (1 - icc + icc * self.counts)
        weighted: NDArray[np.float64] = self.products - (self.sums * weights) @ self.sums.T
        return weighted

    def __call__(self, icc: float) -> float:
        weighted = self._weigh(icc)
        _, _, residual = self.solve(icc)
        of_subjects = np.log1p(icc / (1 - icc) * self.counts).sum()
        of_levels = np.linalg.slogdet(weighted[:-1, :-1])[1]
        return float(of_subjects + of_levels + (self.n - self.k) * math.log(residual * (self.n - self.k)))

    def solve(self, icc: float) -> tuple[NDArray[np.float64], NDArray[np.float64], float]:
        """Give the estimates, their covariance in units of the residual variance, and that variance."""
        weighted = self._weigh(icc)
        covariance: NDArray[np.float64] = np.linalg.inv(weighted[:-1, :-1]).astype(np.float64)
        estimates = covariance @ weighted[:-1, -1]
        return estimates, covariance, float((weighted[-1, -1] - weighted[:-1, -1] @ estimates) / (self.n - self.k))
