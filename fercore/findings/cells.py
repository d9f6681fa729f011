"""Condition by condition, where people and networks differ: the part ``cells`` of the report. Exploratory."""

from __future__ import annotations

from typing import Any

import numpy as np

from fercore.comparison.intervals import bootstrap_mean
from fercore.comparison.multiplicity import benjamini_hochberg
from fercore.comparison.resamples import known_mean
from fercore.comparison.signed_ranks import signed_ranks
from fercore.errors import MissingError
from fercore.findings.attention import condition_numbers
from fercore.findings.observer_groups import answers_of_people, network_right
from fercore.machines.runs import Run
from fercore.settings import ComparisonSettings
from fercore.study import Study


def compare_cells(study: Study, run: Run | None, settings: ComparisonSettings) -> dict[str, list[dict[str, Any]]]:
    """Compare each participant's accuracy with each regime's in the same 2AFC, within conditions.

    Returns
    -------
    dict
        By regime, one row per condition in the order of the label set: true_label, false_label, people and network
        (accuracies), difference (people minus network), p (Wilcoxon's signed ranks over participants, exact, the network
        and the images as they are), q (Benjamini and Hochberg over the conditions of the regime); ci of the difference
        (bootstrap over participants), n_people and n_images that it rests on.

    Raises
    ------
    MissingError
        Without a run, or with fewer than two participants.
    """
    people = answers_of_people(study)
    if run is None or len(people) < 2:
        raise MissingError(f"Study {study.name!r} needs two participants and a run to compare them by condition.")
    conditions = condition_numbers(study)
    part = {}
    for regime in run.regimes:
        network = network_right(study, run, regime)
        rows = []
        for number, condition in enumerate(study.label_set.conditions):
            own = conditions == number
            accuracies, there = known_mean(people[:, own]), float(known_mean(network[None, own])[0])
            ours = float(known_mean(accuracies[None])[0])
            rows.append(
                {
                    "true_label": condition.true_label,
                    "false_label": condition.false_label,
                    "people": ours,
                    "network": there,
                    "difference": ours - there,
                    "p": signed_ranks(accuracies - there),
                    "ci": bootstrap_mean(
                        accuracies - there,
                        np.arange(len(accuracies)),
                        np.random.default_rng(settings.seed),
                        n_resamples=settings.n_bootstrap,
                        level=settings.ci_level,
                    ),
                    "n_people": int(np.isfinite(accuracies).sum()),
                    "n_images": int(np.isfinite(network[own]).sum()),
                }
            )
        q = benjamini_hochberg(np.array([row["p"] for row in rows], float))
        part[regime] = [row | {"q": float(adjusted)} for row, adjusted in zip(rows, q, strict=True)]
    return part
