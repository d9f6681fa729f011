"""A linear mixed model with one random intercept: ``value ~ level + (1 | subject)``.

Unlike the analysis of repeated measures it keeps subjects that lack a level, and it says how much of the variance lies
between subjects.
"""

from __future__ import annotations

import math
import warnings
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from statsmodels.regression.mixed_linear_model import MixedLM
from statsmodels.tools.sm_exceptions import ConvergenceWarning

EFFECTS = ("term", "estimate", "se", "z", "p", "ci_low", "ci_high")


@dataclass(frozen=True)
class MixedModel:
    """A fit by restricted maximum likelihood; NaN, and no effects, where there is none to be had."""

    reference: str
    """Level that the intercept stands for and the others are compared with."""
    effects: pd.DataFrame
    """`EFFECTS`; first the intercept (term ``intercept``), then each other level minus the reference (term: the level).
    p and intervals by the normal distribution."""
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
    By statsmodels, with Powell's method: its default one fails on such data ("Singular matrix").
    """
    known = table[table[value].notna()]
    levels = [reference, *(name for name in known[within].unique() if name != reference)]
    n_subjects = known[subject].nunique()
    y = known[value].to_numpy(float)
    design: NDArray[np.float64] = np.column_stack(
        [np.ones(len(known)), *(known[within].eq(name).to_numpy(float) for name in levels[1:])]
    )
    possible = np.linalg.matrix_rank(design) == len(levels) and n_subjects > 1 and len(known) > n_subjects + len(levels)
    if not possible or np.ptp(y) == 0:
        nothing = pd.DataFrame(columns=list(EFFECTS))
        return MixedModel(reference, nothing, math.nan, math.nan, math.nan, len(known), n_subjects, False)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)  # said by ``converged``; at the boundary it is no fault
        fit = MixedLM(y, design, groups=known[subject].to_numpy()).fit(reml=True, method="powell")
    bounds = fit.conf_int(alpha=1 - level)[: len(levels)]
    effects = pd.DataFrame(
        {
            "term": ["intercept", *levels[1:]],
            "estimate": fit.fe_params,
            "se": fit.bse_fe,
            "z": fit.fe_params / fit.bse_fe,
            "p": fit.pvalues[: len(levels)],
            "ci_low": bounds[:, 0],
            "ci_high": bounds[:, 1],
        }
    )
    between = float(fit.cov_re[0, 0])
    return MixedModel(
        reference, effects, between, float(fit.scale), float(fit.llf), len(known), n_subjects, bool(fit.converged)
    )
