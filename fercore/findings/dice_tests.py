"""Saliency methods against each other on the same conditions: the part ``tests`` of the report.

The paper's one-way analysis takes the Dice values of three methods on 56 conditions as 168 independent ones.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from fercore.comparison.assumptions import Assumptions, check_assumptions
from fercore.comparison.crossed import cross
from fercore.comparison.effect_sizes import kendall_w_interval, variance_explained_interval
from fercore.comparison.intervals import Interval
from fercore.comparison.mixed_model import MixedModel, mixed_model
from fercore.comparison.paired import paired_contrasts
from fercore.comparison.rank_tests import Friedman, friedman
from fercore.comparison.repeated_measures import RepeatedMeasures, repeated_measures
from fercore.errors import MissingError
from fercore.findings.attention import mean_maps, sweep_attention
from fercore.machines.runs import Run
from fercore.settings import ComparisonSettings
from fercore.study import Study

REFERENCE = "cam"
"""Method that the mixed model compares the others with, where it is there."""


def dice_tests(study: Study, run: Run | None, settings: ComparisonSettings) -> dict[str, Any]:
    """Compare methods by Dice per condition at the threshold.

    Raises
    ------
    MissingError
        Without trials, a run, or maps of two methods.
    """
    sweep = sweep_attention(mean_maps(study, run)) if run else None
    if sweep is None or len(sweep.methods) < 2:
        raise MissingError(f"Study {study.name!r} has no run with maps of two methods to compare yet.")
    table = sweep.at(settings.threshold)
    crossed = cross(table, "dice", "condition", "method", sweep.methods)
    reference = REFERENCE if REFERENCE in sweep.methods else sweep.methods[0]
    repeated, ranks = repeated_measures(crossed), friedman(crossed)
    w_ci = kendall_w_interval(
        crossed, np.random.default_rng(settings.seed), n_resamples=settings.n_bootstrap, level=settings.ci_level
    )
    mixed = mixed_model(table, "dice", "condition", "method", reference, settings.ci_level)
    return {
        "rm_anova": repeated_values(repeated, explained_interval(repeated, settings)),
        "friedman": friedman_values(ranks, w_ci),
        "mixed_model": mixed_values(mixed),
        "holm": contrast_values(paired_contrasts(crossed, settings.ci_level)),
        "assumptions": assumption_values(check_assumptions(crossed)),
    }


def explained_interval(found: RepeatedMeasures, settings: ComparisonSettings) -> Interval:
    """Give the interval of partial eta squared, degrees of freedom times epsilon as for p."""
    return variance_explained_interval(
        found.F, found.df_levels, found.df_error, settings.ci_level, epsilon=found.epsilon_gg
    )


def repeated_values(found: RepeatedMeasures, explained: Interval) -> dict[str, Any]:
    """Give the numbers of a repeated-measures ANOVA as the report has them."""
    return {
        "F": found.F,
        "df": [found.df_levels, found.df_error],
        "p": found.p,
        "epsilon_gg": found.epsilon_gg,
        "p_gg": found.p_gg,
        "eta_squared_partial": found.eta_squared_partial,
        "eta_squared_partial_ci": explained,
        "eta_squared_generalized": found.eta_squared_generalized,
        "n": found.n,
        "n_left_out": found.n_left_out,
    }


def friedman_values(ranks: Friedman, w_ci: Interval) -> dict[str, Any]:
    """Give the numbers of Friedman's test, with the interval of Kendall's W."""
    return {
        "chi2": ranks.chi2,
        "df": ranks.df,
        "p": ranks.p,
        "kendall_w": ranks.kendall_w,
        "kendall_w_ci": w_ci,
        "n": ranks.n,
    }


def mixed_values(found: MixedModel) -> dict[str, Any]:
    """Give the numbers of a mixed model."""
    return {
        "reference": found.reference,
        "effects": [_with_interval(row) for row in found.effects.to_dict("records")],
        "variance_condition": found.variance_subject,
        "variance_residual": found.variance_residual,
        "icc": found.icc,
        "log_likelihood": found.log_likelihood,
        "n": found.n,
        "converged": found.converged,
    }


def contrast_values(table: pd.DataFrame) -> list[dict[str, Any]]:
    """Give the rows of `fercore.comparison.paired.paired_contrasts`."""
    rows = [_with_interval(row) for row in table.to_dict("records")]
    return [row | {"dz_ci": [row.pop("dz_low"), row.pop("dz_high")]} for row in rows]


def tukey_values(table: pd.DataFrame) -> list[dict[str, Any]]:
    """Give the rows of `fercore.comparison.tukey.tukey_hsd`."""
    return [_with_interval(row) for row in table.to_dict("records")]


def assumption_values(found: Assumptions) -> dict[str, Any]:
    """Give the checks and the sentence that sums them up."""
    return {
        "shapiro": {"W": found.shapiro_w, "p": found.shapiro_p},
        "levene": {"F": found.levene_f, "p": found.levene_p},
        "mauchly": {"W": found.mauchly_w, "p": found.mauchly_p},
        "sentence": found.sentence,
    }


def _with_interval(row: dict[Any, Any]) -> dict[str, Any]:
    others = {str(key): value for key, value in row.items() if key not in ("ci_low", "ci_high")}
    return others | {"ci": [row["ci_low"], row["ci_high"]]}
