"""How many people the ceilings of confusions and of accuracy per condition take; with those of maps the part ``people_needed``.

Groups of people who share nobody are correlated as halves are; beyond the largest ones it goes on by Spearman and Brown's formula.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.sparse import csr_array

from fercore.comparison.confusion import error_shares
from fercore.comparison.confusion_ceiling import confusion_ceiling
from fercore.comparison.people_growth import Summary, grow_correlation
from fercore.comparison.reliability import spearman_brown
from fercore.comparison.resamples import moved_interval
from fercore.comparison.strata import draw_within
from fercore.findings.attention import condition_numbers
from fercore.findings.confusion_agreement import counts_by_participant
from fercore.findings.participants import reliability
from fercore.findings.people_needed import FARTHEST, PeopleNeeded, next_goals, people_needed
from fercore.machines.runs import Run
from fercore.settings import ComparisonSettings
from fercore.study import Study

CONFUSIONS, ACCURACY = "confusions", "accuracy"
LABELS: Final = {CONFUSIONS: "r over errors", ACCURACY: "r of accuracy per condition"}

N_RESAMPLES: Final = 400
"""Of images, within their labels or conditions."""

N_SPLITS, N_SPLITS_DRAWN = 300, 5
"""Pairs of groups of each size: in the data, and in each resample."""


def answers_needed(study: Study, settings: ComparisonSettings) -> dict[str, PeopleNeeded]:
    """Tell by `LABELS` how agreement between people's answers grows with their number; nothing with fewer than two people."""
    if study.trials.empty or study.kept_trials["participant"].nunique() < 2:
        return {}
    n_labels = len(study.label_set)
    labels = pd.Index(study.label_set.names)
    trials, conditions = study.kept_trials, condition_numbers(study)
    image = pd.Index(study.plan["image"]).get_indexer(pd.Index(trials["image"]))
    true, response = (labels.get_indexer(pd.Index(trials[column])) for column in ("true_label", "response"))
    of_label = labels.get_indexer(pd.Index(study.plan["true_label"]))
    there = np.unique(conditions[image])

    def errors(counts: NDArray[np.float64]) -> NDArray[np.float64]:
        return error_shares(counts.reshape(-1, n_labels, n_labels))

    def accuracies(counts: NDArray[np.float64]) -> NDArray[np.float64]:
        wrong, right = np.moveaxis(counts.reshape(len(counts), -1, 2)[:, there], 2, 0)
        n = wrong + right
        shares: NDArray[np.float64] = np.divide(right, n, out=np.full(n.shape, np.nan), where=n > 0)
        return shares

    halves = confusion_ceiling(counts_by_participant(study), np.random.default_rng(settings.seed))
    cells = {
        CONFUSIONS: (true * n_labels + response, n_labels**2, of_label, errors, halves.mean),
        ACCURACY: (
            2 * conditions[image] + trials["correct"].to_numpy(np.intp),
            2 * len(study.label_set.conditions),
            conditions,
            accuracies,
            reliability(study, settings)["accuracy"]["split_half"],
        ),
    }
    return {name: _needed(study, LABELS[name], image, *own, settings) for name, own in cells.items()}


def people_needed_part(study: Study, _run: Run | None, settings: ComparisonSettings) -> dict[str, dict[str, Any]]:
    """Give the part ``people_needed`` of the report by measure, then by `LABELS`; raises `MissingError` as `people_needed` does."""
    return {
        name: {
            "n_people": found.n_people,
            "n_images": found.n_images,
            "answers": found.answers,
            "ceiling": found.ceiling,
            "ceiling_ci": found.ceiling_ci,
            "holds_for": found.holds_for,
            "curve": [
                {key: row[key] for key in ("n_people", "agreement", "extrapolated")}
                | {"ci": [row["ci_low"], row["ci_high"]]}
                for row in found.curve.to_dict("records")
            ],
            "check": None
            if found.check is None
            else dict(zip(("n_people", "predicted", "measured"), found.check, strict=True)),
            "goals": [vars(goal) for goal in found.goals],
        }
        for name, found in (people_needed(study, settings) | answers_needed(study, settings)).items()
    }


def _needed(
    study: Study, label: str, image: NDArray[np.intp], cell: NDArray[np.intp], n_cells: int, strata: NDArray[np.intp],
    summary: Summary, ceiling: float, settings: ComparisonSettings,
) -> PeopleNeeded:  # fmt: skip
    who, person = np.unique(study.kept_trials["participant"], return_inverse=True)
    n_people, n_images = len(who), len(strata)
    rng = np.random.default_rng(settings.seed)
    draws = np.vstack([np.ones((1, n_images)), draw_within(strata, rng, N_RESAMPLES)])
    table = csr_array((np.ones(len(cell)), (image, person * n_cells + cell)), shape=(n_images, n_people * n_cells))
    counts = (draws @ table).reshape(len(draws), n_people, n_cells)
    grown = grow_correlation(counts, summary, rng, N_SPLITS, N_SPLITS_DRAWN)
    largest = len(grown)
    by_size = dict(enumerate(grown, 1)) | {
        size: spearman_brown(grown[-1], size / largest) for size in range(largest + 1, FARTHEST * n_people + 1)
    }
    curve = pd.DataFrame(
        (
            (size, rows[0], *moved_interval(rows, settings.ci_level, correlation=True), size > largest)
            for size, rows in by_size.items()
        ),
        columns=["n_people", "agreement", "ci_low", "ci_high", "extrapolated"],
    )
    doubled = spearman_brown(grown[-1, 1:])
    small = largest // 2
    return PeopleNeeded(
        label=label,
        correlation=True,
        bounded=True,
        curve=curve,
        n_images=n_images,
        n_people=n_people,
        answers=float(n_people),
        ceiling=ceiling,
        ceiling_ci=moved_interval(np.r_[ceiling, doubled], settings.ci_level, correlation=True),
        check=(small, float(spearman_brown(grown[small - 1, :1], largest / small)[0]), float(grown[-1, 0]))
        if small
        else None,
        goals=next_goals(curve, ceiling, 1.0),
        correct_only=False,
    )
