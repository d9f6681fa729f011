"""What hides behind the means over people: the parts ``reliability``, ``accuracy_model`` and ``within_participants``."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import pandas as pd

from fercore.comparison.correlation import Correlation
from fercore.comparison.mixed_accuracy import mixed_accuracy
from fercore.comparison.reliability import cronbach_alpha, intraclass_correlation, random_halves, split_half
from fercore.comparison.within_participants import correlate_within
from fercore.errors import MissingError
from fercore.findings.people import CORRELATIONS
from fercore.machines.runs import Run
from fercore.settings import ComparisonSettings
from fercore.study import Study

N_SPLITS: Final = 1000
"""Random halvings of the participants."""

MEASURES: Final = {"accuracy": "correct", "clicks": "n_clicks", "time_s": "decision_time_s"}
"""What is averaged per condition, with the column of the trial table."""


def reliability_part(study: Study, _run: Run | None, settings: ComparisonSettings) -> dict[str, Any]:
    """Tell how well means over these people per condition would be found again with others.

    Returns
    -------
    dict
        Of accuracy per condition, and under ``clicks`` and ``time_s`` the same of those. Conditions that somebody has no
        value of are left out.

    Raises
    ------
    MissingError
        With fewer than two participants.
    """
    found = reliability(study, settings)
    return found["accuracy"] | {name: found[name] for name in MEASURES if name != "accuracy"}


def reliability(study: Study, settings: ComparisonSettings) -> dict[str, dict[str, Any]]:
    """Give the same by measure: split_half, split_half_spread, alpha, icc2k, icc2k_ci, n_participants, n_conditions."""
    means = _condition_means(study)
    return {name: _reliability(means[name], settings) for name in MEASURES}


def accuracy_model_part(study: Study, _run: Run | None, settings: ComparisonSettings) -> dict[str, Any]:
    """Fit people's accuracy with participants and images as samples; raises `MissingError` with fewer than two people."""
    trials = _trials(study)
    found = mixed_accuracy(
        trials["correct"].to_numpy(float),
        trials["participant"].to_numpy(),
        trials["image"].to_numpy(),
        settings.ci_level,
    )
    return {
        "intercept": found.intercept,
        "se_intercept": found.se_intercept,
        "accuracy": found.accuracy,
        "accuracy_ci": found.accuracy_ci,
        "sd_participant": found.sd_participant,
        "sd_image": found.sd_image,
        "log_likelihood": found.log_likelihood,
        "aic": found.aic,
        "n_trials": found.n_trials,
        "n_participants": found.n_participants,
        "n_images": found.n_images,
    }


def within_participants_part(study: Study, _run: Run | None, settings: ComparisonSettings) -> dict[str, Any]:
    """Give the same as numbers; raises `MissingError` with fewer than two people."""
    found = within_participants(study, settings)
    return {name: {"r": c.r, "p": c.p, "ci": [c.ci_low, c.ci_high], "n": c.n} for name, c in found.items()}


def within_participants(study: Study, settings: ComparisonSettings) -> dict[str, Correlation]:
    """Correlate clicks, time and accuracy over each participant's own condition means.

    Raises `MissingError` with fewer than two people.
    """
    means = _condition_means(study)
    found = {}
    for name, columns in CORRELATIONS.items():
        x, y = (means[column].to_numpy(float) for column in columns)
        owner = np.repeat(np.arange(x.shape[0]), x.shape[1])
        found[name] = correlate_within(x.ravel(), y.ravel(), owner, settings.ci_level)
    return found


def _trials(study: Study) -> pd.DataFrame:
    if study.trials.empty or study.kept_trials["participant"].nunique() < 2:
        raise MissingError(f"Study {study.name!r} has fewer than two participants to compare with each other.")
    return study.kept_trials


def _condition_means(study: Study) -> dict[str, pd.DataFrame]:
    """Give each measure's means: one row per participant, one column per condition, NaN where there is none."""
    groups = _trials(study).groupby(["participant", "true_label", "false_label"])
    return {
        name: groups[column]
        .mean()
        .astype(float)
        .reset_index()
        .pivot_table(column, "participant", ["true_label", "false_label"])
        for name, column in MEASURES.items()
    }


def _reliability(means: pd.DataFrame, settings: ComparisonSettings) -> dict[str, Any]:
    scores = means.dropna(axis="columns").to_numpy(float)
    halves = split_half(scores, random_halves(len(scores), N_SPLITS, np.random.default_rng(settings.seed)))
    icc = intraclass_correlation(scores, settings.ci_level)
    return {
        "split_half": halves.mean,
        "split_half_spread": halves.spread(settings.ci_level),
        "alpha": cronbach_alpha(scores),
        "icc2k": icc.mean,
        "icc2k_ci": icc.mean_ci,
        "n_participants": icc.n_participants,
        "n_conditions": icc.n_items,
    }
