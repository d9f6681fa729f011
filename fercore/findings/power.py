"""A preview of precision: how wide the intervals of the headline numbers are with more people or more images.

Beyond the paper. It rests on the study's own variance; with simulated observers it previews the form, not the size.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from fercore.comparison.precision import Components, variance_components
from fercore.errors import MissingError
from fercore.findings.observer_groups import by_person
from fercore.findings.power_resampled import resampled_numbers
from fercore.machines.runs import Run
from fercore.settings import ComparisonSettings
from fercore.study import Study

NUMBERS = {"accuracy": "correct", "clicks": "n_clicks", "time_s": "decision_time_s"}
"""Headline numbers of people, with the column of the trials that they are means of."""

N_PEOPLE = (5, 10, 15, 22, 30, 40, 60, 80, 100)
IMAGES_PER_LABEL = (7, 14, 35, 70, 140)
"""What is previewed; in the paper 22 people and 35 images per label."""


@dataclass(frozen=True)
class Power:
    """Widths of intervals."""

    widths: pd.DataFrame
    """number, n_people, n_images, width (of the interval from end to end, in the number's units; NaN where it cannot be had),
    extrapolated (whether there are more people or more images than the study has)."""
    components: dict[str, Components]
    """Where the variance comes from, by number: `NUMBERS`, then those of `resampled_numbers` that the study has."""
    about: dict[str, str]
    """By number, whose it is, where that is not people's: a regime, a method."""
    level: float


def power(study: Study, settings: ComparisonSettings, run: Run | None = None) -> Power:
    """Preview the widths of intervals; raises `MissingError` without trials of at least two people that are kept.

    Means over trials by the method of moments; numbers of a run, and correlations, by resampling the study at smaller sizes.
    """
    if study.trials.empty or len(study.exclusion.kept) < 2:
        raise MissingError(
            f"Study {study.name!r} has no trials of two people, so nothing tells how people vary. Import or simulate trials."
        )
    components = {number: variance_components(_crossed(study, column)) for number, column in NUMBERS.items()}
    about = {}
    for number, (found, whose) in resampled_numbers(study, run, settings).items():
        components[number], about[number] = found, whose
    n_labels = len(study.label_set)
    rows = [
        (
            number,
            n_people,
            n_labels * per_label,
            found.width(n_people, n_labels * per_label, settings.ci_level),
            n_people > found.n_people or n_labels * per_label > found.n_images,
        )
        for number, found in components.items()
        for per_label in IMAGES_PER_LABEL
        for n_people in N_PEOPLE
    ]
    widths = pd.DataFrame(rows, columns=["number", "n_people", "n_images", "width", "extrapolated"])
    return Power(widths, components, about, settings.ci_level)


def power_part(study: Study, run: Run | None, settings: ComparisonSettings) -> dict[str, dict[str, Any]]:
    """Give the part ``power`` of the report by number; raises `MissingError` as `power` does."""
    found = power(study, settings, run)
    preview = ["n_people", "n_images", "width", "extrapolated"]
    return {
        number: {
            "of": found.about.get(number, ""),
            "variance": {"people": own.people, "images": own.images, "rest": own.rest},
            "n_people": own.n_people,
            "n_images": own.n_images,
            "width": own.width(own.n_people, own.n_images, found.level),
            "preview": found.widths.loc[found.widths["number"] == number, preview].to_dict("records"),
        }
        for number, own in found.components.items()
    }


def _crossed(study: Study, column: str) -> NDArray[np.float64]:
    """Lay a column of the trials out by participant and image, of which all have a value; NaN where somebody did not answer."""
    table = by_person(study, study.kept_trials, column)
    known = np.isfinite(table)
    return table[known.any(axis=1)][:, known.any(axis=0)]
