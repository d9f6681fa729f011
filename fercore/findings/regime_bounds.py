"""Between what the measures of training regimes lie, as far as they are agreement with people."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from fercore.comparison.confusion_ceiling import confusion_ceiling
from fercore.findings.confusion_agreement import counts_by_participant
from fercore.findings.dice_band import condition_ceiling
from fercore.findings.observer_groups import answers_of_people
from fercore.findings.two_afc import kappas_among
from fercore.notation import share
from fercore.settings import ComparisonSettings
from fercore.study import Study


@dataclass(frozen=True)
class Bounds:
    """Floor and ceiling of one measure; NaN where there is none."""

    floor: float
    ceiling: float
    words: str
    """What they are, or why there is none."""


_NO_AGREEMENT = "No floor and no ceiling: it is how often networks are right, and no agreement with people."
_NO_PEOPLE = "No ceiling: it takes the trials of two people or more."


def regime_bounds(study: Study, settings: ComparisonSettings) -> dict[str, Bounds]:
    """Give the bounds of every measure of `fercore.findings.regimes.MEASURES`."""
    none = math.nan
    chance = 1 / len(study.label_set)
    right = Bounds(none, none, f"{_NO_AGREEMENT} Guessing reaches {share(chance)}.")
    found = {
        "validation_accuracy": right,
        "rare_recall": right,
        "two_afc": Bounds(none, none, f"{_NO_AGREEMENT} Guessing reaches .5; people's accuracy is marked."),
        "confusion_r": Bounds(0.0, none, _NO_PEOPLE),
        "kappa": Bounds(0.0, none, _NO_PEOPLE),
        "dice": Bounds(none, none, _NO_PEOPLE),
        "score": Bounds(
            0.0, 1.0, "It is counted from the floor, people's maps of other images, to the ceiling, halves of people."
        ),
    }
    if study.trials.empty or len(study.exclusion.kept) < 2:
        return found
    kappas = np.array(kappas_among(answers_of_people(study)))
    known = kappas[np.isfinite(kappas)]
    ceiling = confusion_ceiling(counts_by_participant(study), np.random.default_rng(settings.seed)).mean
    dice = condition_ceiling(study, settings)[settings.threshold]
    return found | {
        "confusion_r": Bounds(
            0.0, ceiling, "Floor: any relabelling. Ceiling: r between halves of people, 2r / (1 + r) (Spearman-Brown)."
        ),
        "kappa": Bounds(
            0.0, float(known.mean()) if len(known) else none,
            "Floor: independent errors. Ceiling: mean kappa of every two people.",
        ),
        "dice": Bounds(
            none, float(np.nanmean(dice)) if np.isfinite(dice).any() else none,
            "Ceiling: mean maps of halves of the people; it holds for half of them, since Spearman-Brown is for correlations "
            "only. No floor is drawn, because it differs from network to network: the score is counted from it.",
        ),
    }  # fmt: skip
