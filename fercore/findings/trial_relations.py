"""How clicks, time and accuracy go together: over condition means as in the paper, within people, and over single trials."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from fercore.comparison.correlation import Correlation
from fercore.comparison.crossed_bootstrap import bootstrap_crossed_mean
from fercore.comparison.intervals import Interval
from fercore.comparison.mixed_slope import MixedSlope, mixed_slope
from fercore.errors import MissingError
from fercore.findings.observer_groups import answers_of_people
from fercore.findings.participants import MEASURES, within_participants
from fercore.settings import ComparisonSettings
from fercore.study import Study

OUTCOMES: Final = {
    "clicks_time": ("time_s", "clicks"),
    "clicks_accuracy": ("accuracy", "clicks"),
    "time_accuracy": ("accuracy", "time_s"),
}
"""What depends on what in the model over trials, by the name of the correlation."""


@dataclass(frozen=True)
class TrialRelations:
    """What stands beside the paper's three correlations and its accuracy."""

    within: dict[str, Correlation]
    """By `fercore.findings.people.CORRELATIONS`: over each person's own condition means, the person's mean taken out."""
    over_trials: dict[str, MixedSlope]
    """By the same names: over single trials, people and images as random. Accuracy is 0 or 1, its slope that of a linear
    probability."""
    accuracy_ci: Interval
    """Of people's accuracy, people and images drawn anew."""


def trial_relations(study: Study, settings: ComparisonSettings) -> TrialRelations:
    """Relate clicks, time and accuracy beyond condition means; raises `MissingError` with fewer than two people."""
    if study.trials.empty or study.kept_trials["participant"].nunique() < 2:
        raise MissingError(f"Study {study.name!r} has fewer than two participants to compare with each other.")
    trials = study.kept_trials
    columns = {name: trials[column].to_numpy(float) for name, column in MEASURES.items()}
    people, images = trials["participant"].to_numpy(), trials["image"].to_numpy()
    return TrialRelations(
        within=within_participants(study, settings),
        over_trials={
            name: mixed_slope(columns[y], columns[x], people, images, settings.ci_level)
            for name, (y, x) in OUTCOMES.items()
        },
        accuracy_ci=bootstrap_crossed_mean(
            answers_of_people(study),
            np.random.default_rng(settings.seed),
            n_resamples=settings.n_bootstrap,
            level=settings.ci_level,
        ),
    )


def trial_values(found: TrialRelations) -> dict[str, Any]:
    """Give the part ``trial_relations`` of the report; relations within people are a part of their own."""
    return {
        "accuracy_ci": found.accuracy_ci,
        "over_trials": {name: vars(slope) for name, slope in found.over_trials.items()},
    }
