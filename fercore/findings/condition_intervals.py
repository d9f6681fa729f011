"""How sure people's means per condition are, cell by cell."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from fercore.comparison.intervals import Interval, bootstrap_mean
from fercore.errors import MissingError
from fercore.findings.participants import MEASURES
from fercore.settings import ComparisonSettings
from fercore.study import Study


@dataclass(frozen=True)
class ConditionMean:
    """What one cell rests on."""

    ci: Interval
    """Bootstrap over participants; NaN with fewer than two."""
    n_trials: int
    n_people: int


def condition_intervals(study: Study, settings: ComparisonSettings) -> dict[str, dict[tuple[str, str], ConditionMean]]:
    """Give interval and n of people's accuracy, clicks and time, by measure and (true label, false label).

    Raises
    ------
    MissingError
        Without trials.
    """
    if study.trials.empty:
        raise MissingError(f"Study {study.name!r} has no trials. Import a trial table first.")
    groups = study.kept_trials.groupby(["true_label", "false_label"])
    found: dict[str, dict[tuple[str, str], ConditionMean]] = {name: {} for name in MEASURES}
    for (true, false), own in groups:
        for name, column in MEASURES.items():
            values, people = own[column].to_numpy(float), own["participant"].to_numpy()
            known = np.isfinite(values)
            ci = bootstrap_mean(
                values, people, np.random.default_rng(settings.seed),
                n_resamples=settings.n_bootstrap, level=settings.ci_level,
            )  # fmt: skip
            n_people = len(np.unique(people[known]))
            found[name][str(true), str(false)] = ConditionMean(ci, int(known.sum()), n_people)
    return found
