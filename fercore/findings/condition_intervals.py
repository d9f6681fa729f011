"""How sure people's means per condition are, cell by cell."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

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


def interval_matrices(study: Study, settings: ComparisonSettings) -> tuple[dict[str, Any], list[list[int]]]:
    """Give intervals by measure and numbers of trials as rows and columns of labels; no interval and 0 where nobody answered."""
    found, labels = condition_intervals(study, settings), list(study.label_set)
    nobody = ConditionMean(Interval(np.nan, np.nan), 0, 0)
    cells = {name: [[own.get((t, f), nobody) for f in labels] for t in labels] for name, own in found.items()}
    bounds = {name: [[list(cell.ci) for cell in row] for row in rows] for name, rows in cells.items()}
    return bounds, [[cell.n_trials for cell in row] for row in cells["accuracy"]]


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
