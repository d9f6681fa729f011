"""How the people of a study did, summed up once for every result that needs it (paper 4.3)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from fercore.comparison.correlation import Correlation, pearson
from fercore.comparison.intervals import Interval, bootstrap_mean
from fercore.errors import MissingError
from fercore.humans.performance import (
    accuracy,
    by_condition,
    condition_means,
    confusion,
    confusion_counts,
)
from fercore.settings import ComparisonSettings
from fercore.study import Study

CORRELATIONS = {
    "clicks_time": ("clicks", "time_s"),
    "clicks_accuracy": ("clicks", "accuracy"),
    "time_accuracy": ("time_s", "accuracy"),
}
"""The paper's three correlations over conditions, with the two columns of `fercore.humans.performance.condition_means`."""


@dataclass(frozen=True)
class People:
    """Kept participants of a study."""

    n_participants: int
    n_trials: int
    accuracy: float
    """Share of correct 2AFC trials."""
    accuracy_ci: Interval
    """Cluster bootstrap over participants: percentile interval, seeded by the settings."""
    confusion: NDArray[np.float64]
    """(L, L), row true label, column response, rows sum to 1."""
    confusion_counts: NDArray[np.int64]
    """(L, L), the same in trials."""
    by_condition: dict[str, NDArray[np.float64]]
    """accuracy, clicks, time_s: (L, L), row true label, column false label, NaN on the diagonal."""
    conditions: pd.DataFrame
    """The same in one row per condition: true_label, false_label, accuracy, clicks, time_s, n."""
    correlations: dict[str, Correlation]
    """`CORRELATIONS`, over the conditions that have trials."""


def people(study: Study, settings: ComparisonSettings) -> People:
    """Sum up the trials of the kept participants; raises `MissingError` when there are none."""
    study.require_images()
    if study.trials.empty:
        raise MissingError(
            f"Study {study.name!r} has no trials. Import a trial table: `python -m fercore import {study.name} FILE`."
        )
    trials = study.kept_trials
    if trials.empty:
        raise MissingError(
            f"Study {study.name!r} has trials, but every participant is left out of the analysis. "
            "The table of exclusions says why."
        )
    conditions = condition_means(trials, study.label_set)
    interval = bootstrap_mean(
        trials["correct"].to_numpy(float),
        trials["participant"].to_numpy(),
        np.random.default_rng(settings.seed),
        n_resamples=settings.n_bootstrap,
        level=settings.ci_level,
    )
    return People(
        n_participants=len(study.exclusion.kept),
        n_trials=len(trials),
        accuracy=accuracy(trials),
        accuracy_ci=interval,
        confusion=confusion(trials, study.label_set),
        confusion_counts=confusion_counts(trials, study.label_set),
        by_condition=by_condition(trials, study.label_set),
        conditions=conditions,
        correlations={
            name: pearson(conditions[x].to_numpy(float), conditions[y].to_numpy(float), settings.ci_level)
            for name, (x, y) in CORRELATIONS.items()
        },
    )
