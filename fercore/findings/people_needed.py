"""How many people a ceiling takes: agreement between two groups of people against their size.

Measured with the groups that the study allows. For correlations it goes on by Spearman and Brown's formula (Spearman 1910,
Brown 1910), which takes people as parallel measurements of one map; whether they are is checked by what the formula says
from half of the largest groups. For other measures no such formula is known, so that their curves end where the data do.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from fercore.comparison.band import average
from fercore.comparison.halves import half_agreement
from fercore.comparison.intervals import Interval
from fercore.comparison.measures import Measure, measures
from fercore.comparison.reliability import spearman_brown
from fercore.comparison.resamples import draw_images
from fercore.errors import MissingError
from fercore.findings.ceiling import crowds, people_ceiling, what_people_did
from fercore.settings import ComparisonSettings
from fercore.store import make_key
from fercore.study import Study

VERSION = 1
"""Raised when something else is computed from the same trials."""

N_SPLITS = 200
"""Random pairs of groups per image and size: the mean over images then varies far less than between images."""

FARTHEST = 4
"""How far curves go on by formula, in numbers of people who answered an image correctly."""

GOALS = (0.5, 0.6, 0.7, 0.8, 0.85, 0.9, 0.95)
"""Ceilings that people are counted for: the next two above that of the study."""


@dataclass(frozen=True)
class Goal:
    """A ceiling, and how many people reach it by formula."""

    ceiling: float
    answers: float
    """Correct answers per image; NaN where more than the curve shows."""
    people: float
    """The same in people, of whom so many answer an image correctly as in the study."""
    ci: Interval
    """Of `people`, from the curve's interval; an upper end beyond the curve is infinite."""


@dataclass(frozen=True)
class PeopleNeeded:
    """How one ceiling grows with people."""

    label: str
    """What agrees between people."""
    correlation: bool
    """Whether it goes on by formula, and its ceiling holds for all people."""
    bounded: bool
    """Whether it cannot exceed 1."""
    curve: pd.DataFrame
    """n_people (with a correct answer to an image, in each of two groups that share nobody), agreement, ci_low, ci_high
    (bootstrap over images), extrapolated."""
    n_images: int
    """Images that all measured groups fit in."""
    n_people: int
    """People of the study."""
    answers: float
    """Correct answers per image, mean."""
    ceiling: float
    """The study's ceiling, over all images (`fercore.findings.ceiling.people_ceiling`)."""
    ceiling_ci: Interval
    check: tuple[int, float, float] | None
    """Size of a smaller group, what the formula makes of it for the largest one, and what was measured there."""
    goals: tuple[Goal, ...]
    correct_only: bool = True
    """Whether people count by their correct answers to an image, or by all of them."""

    @property
    def holds_for(self) -> float:
        """How many correct answers per image the ceiling is that of: all, or those of a half."""
        return self.answers if self.correlation else self.answers / 2


def people_needed(
    study: Study, settings: ComparisonSettings, names: tuple[str, ...] | None = None, n_splits: int = N_SPLITS
) -> dict[str, PeopleNeeded]:
    """Tell by measure how agreement between people grows with their number.

    Parameters
    ----------
    study
        The study.
    settings
        Seed, resampling, level of intervals.
    names
        Measures; by default all but the optional ones.
    n_splits
        Random pairs of groups per image and size.

    Raises
    ------
    MissingError
        When no image was answered correctly by two people.
    """
    chosen = measures(settings, names)
    measured = grown_agreement(study, chosen, settings, n_splits)
    ceilings = people_ceiling(study, chosen, settings)
    return {name: _needed(study, measure, measured[name], ceilings[name], settings) for name, measure in chosen.items()}


def grown_agreement(
    study: Study, chosen: Mapping[str, Measure], settings: ComparisonSettings, n_splits: int = N_SPLITS
) -> dict[str, NDArray[np.float64]]:
    """Give by measure the agreement between groups of 1, 2, ... people, (n_sizes, n_images); kept once worked out.

    Sizes go up to the largest that at least half of the images allow, always over those images.
    """
    sizes = study.n_correct[study.n_correct > 1]
    if len(sizes) == 0:
        raise MissingError(f"No image of study {study.name!r} was answered correctly by two people or more.")
    key = growth_key(study, chosen, settings, n_splits)
    found = study.maps_store.get(key)
    if found is None:
        largest = int(np.sort(sizes)[(len(sizes) - 1) // 2]) // 2
        large = [crowd for crowd in crowds(study) if len(crowd.seen) >= 2 * largest]
        found = {name: np.full((largest, len(large)), np.nan) for name in chosen}
        for size in range(1, largest + 1):
            rng = np.random.default_rng([settings.seed, size])
            for number, crowd in enumerate(large):
                agreement = half_agreement(crowd, chosen, rng, n_splits=n_splits, size=size)
                for name in chosen:
                    found[name][size - 1, number] = agreement[name]
        study.maps_store.put(key, found)
    return found


def growth_key(
    study: Study, chosen: Mapping[str, Measure], settings: ComparisonSettings, n_splits: int = N_SPLITS
) -> str:
    """Give the store key of agreement by the number of people."""
    return make_key("growth", version=VERSION, n_splits=n_splits, **what_people_did(study, chosen, settings))


def _needed(
    study: Study,
    measure: Measure,
    measured: NDArray[np.float64],
    ceilings: NDArray[np.float64],
    settings: ComparisonSettings,
) -> PeopleNeeded:
    answers = float(study.n_correct.mean())
    n_people = int(study.attention_trials["participant"].nunique())
    draws = draw_images(measured.shape[1], np.random.default_rng(settings.seed), settings.n_bootstrap)
    largest, farthest = len(measured), round(FARTHEST * answers)
    by_size = dict(enumerate(measured, 1))
    if measure.spearman_brown:
        by_size |= {
            size: spearman_brown(measured[-1], size / largest)
            for size in range(largest + 1, max(farthest, largest) + 1)
        }
    rows = []
    for size, values in by_size.items():
        mean, interval = average(values, draws, settings.ci_level)
        rows.append((size, mean, *interval, size > largest))
    curve = pd.DataFrame(rows, columns=["n_people", "agreement", "ci_low", "ci_high", "extrapolated"])
    all_draws = draw_images(len(ceilings), np.random.default_rng(settings.seed), settings.n_bootstrap)
    ceiling, ceiling_ci = average(ceilings, all_draws, settings.ci_level)
    return PeopleNeeded(
        label=measure.label,
        correlation=measure.spearman_brown,
        bounded=measure.range[1] <= 1,
        curve=curve,
        n_images=measured.shape[1],
        n_people=n_people,
        answers=answers,
        ceiling=ceiling,
        ceiling_ci=ceiling_ci,
        check=_check(measured) if measure.spearman_brown else None,
        goals=next_goals(curve, ceiling, n_people / answers) if measure.spearman_brown else (),
    )


def _check(measured: NDArray[np.float64]) -> tuple[int, float, float] | None:
    """Predict the largest groups from those of half their size; None where those are not smaller."""
    largest, small = len(measured), len(measured) // 2
    if small < 1:
        return None
    predicted, there = spearman_brown(measured[small - 1], largest / small), measured[-1]
    known = np.isfinite(predicted) & np.isfinite(there)
    return (small, float(predicted[known].mean()), float(there[known].mean())) if known.any() else None


def next_goals(curve: pd.DataFrame, ceiling: float, people_per_answer: float) -> tuple[Goal, ...]:
    """Read off a curve what the next two goals above a ceiling take."""
    return tuple(_goal(curve, goal, people_per_answer) for goal in [one for one in GOALS if one > ceiling][:2])


def _goal(curve: pd.DataFrame, goal: float, people_per_answer: float) -> Goal:
    answers, late, early = (_first_at(curve, column, goal) for column in ("agreement", "ci_low", "ci_high"))
    ci = Interval(people_per_answer * early, people_per_answer * late if np.isfinite(late) else np.inf)
    return Goal(goal, answers, people_per_answer * answers, ci)


def _first_at(curve: pd.DataFrame, column: str, goal: float) -> float:
    """Give the number of people at which a column reaches the goal, linear between whole numbers; NaN where it does not."""
    values, sizes = curve[column].to_numpy(float), curve["n_people"].to_numpy(float)
    reached = np.flatnonzero(values >= goal)
    if len(reached) == 0:
        return float("nan")
    at = int(reached[0])
    if at == 0:
        return float(sizes[0])
    share = (goal - values[at - 1]) / (values[at] - values[at - 1])
    return float(sizes[at - 1] + share * (sizes[at] - sizes[at - 1]))
