"""Saliency methods against each other on the same conditions: the part ``tests`` of the report.

The paper's one-way analysis takes the Dice values of three methods on 56 conditions as 168 independent ones.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from fercore.comparison.assumptions import Assumptions, check_assumptions
from fercore.comparison.crossed import Crossed, cross
from fercore.comparison.effect_sizes import kendall_w_interval, variance_explained_interval
from fercore.comparison.mixed_model import MixedModel, mixed_model
from fercore.comparison.paired import paired_contrasts
from fercore.comparison.rank_tests import friedman
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
    return {
        "rm_anova": _anova(repeated_measures(crossed), settings),
        "friedman": _ranks(crossed, settings),
        "mixed_model": _mixed(mixed_model(table, "dice", "condition", "method", reference, settings.ci_level)),
        "holm": _contrasts(crossed, settings),
        "assumptions": _assumptions(check_assumptions(crossed)),
    }


def _anova(found: RepeatedMeasures, settings: ComparisonSettings) -> dict[str, Any]:
    return {
        "F": found.F,
        "df": [found.df_levels, found.df_error],
        "p": found.p,
        "epsilon_gg": found.epsilon_gg,
        "p_gg": found.p_gg,
        "eta_squared_partial": found.eta_squared_partial,
        "eta_squared_partial_ci": variance_explained_interval(
            found.F, found.df_levels, found.df_error, settings.ci_level, epsilon=found.epsilon_gg
        ),
        "eta_squared_generalized": found.eta_squared_generalized,
        "n": found.n,
        "n_left_out": found.n_left_out,
    }


def _ranks(crossed: Crossed, settings: ComparisonSettings) -> dict[str, Any]:
    ranks, rng = friedman(crossed), np.random.default_rng(settings.seed)
    ci = kendall_w_interval(crossed, rng, n_resamples=settings.n_bootstrap, level=settings.ci_level)
    return {
        "chi2": ranks.chi2,
        "df": ranks.df,
        "p": ranks.p,
        "kendall_w": ranks.kendall_w,
        "kendall_w_ci": ci,
        "n": ranks.n,
    }


def _mixed(found: MixedModel) -> dict[str, Any]:
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


def _contrasts(crossed: Crossed, settings: ComparisonSettings) -> list[dict[str, Any]]:
    table: pd.DataFrame = paired_contrasts(crossed, settings.ci_level)
    rows = [_with_interval(row) for row in table.to_dict("records")]
    return [row | {"dz_ci": [row.pop("dz_low"), row.pop("dz_high")]} for row in rows]


def _with_interval(row: dict[Any, Any]) -> dict[str, Any]:
    others = {str(key): value for key, value in row.items() if key not in ("ci_low", "ci_high")}
    return others | {"ci": [row["ci_low"], row["ci_high"]]}


def _assumptions(found: Assumptions) -> dict[str, Any]:
    return {
        "shapiro": {"W": found.shapiro_w, "p": found.shapiro_p},
        "levene": {"F": found.levene_f, "p": found.levene_p},
        "mauchly": {"W": found.mauchly_w, "p": found.mauchly_p},
        "sentence": found.sentence,
    }
