"""Floor and ceiling of the paper's own comparison: Dice of mean maps per condition, at every threshold.

Beyond the paper, whose Dice says neither what another expression's map would have reached nor what other people do.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fercore.comparison.band import Agreement, Band, average, sum_up_all
from fercore.comparison.dice_band import ceiling_dice, floor_dice
from fercore.comparison.dice_sweep import N_THRESHOLDS
from fercore.comparison.measures import SIMILARITY
from fercore.comparison.reliability import random_halves
from fercore.comparison.resamples import draw_images, known_mean
from fercore.errors import MissingError
from fercore.findings.attention import AttentionSweep, condition_matrix, condition_numbers, mean_maps, sweep_attention
from fercore.findings.ceiling import what_people_did
from fercore.humans.click_maps import click_maps
from fercore.machines.runs import Run
from fercore.settings import ComparisonSettings
from fercore.store import make_key
from fercore.study import Study

VERSION = 1
"""Raised when something else is computed from the same trials."""

N_SPLITS = 200
"""Random halves of the people, the same for all conditions."""

LARGEST_GRID = 96
"""Largest side of the maps that halves are compared on, in cells; larger ones are made smaller."""

CURVE = np.unique([*range(0, N_THRESHOLDS, 5), N_THRESHOLDS - 1])
"""Thresholds at which intervals are drawn."""


@dataclass(frozen=True)
class DiceBand:
    """Dice of every method between floor and ceiling, over conditions."""

    sweep: AttentionSweep
    floor: NDArray[np.float64]
    """(256, M, C): mean Dice of a method's map with people's maps of all other conditions."""
    others: NDArray[np.float64]
    """(256, M, C): mean Dice of people's map with a method's maps of all other conditions."""
    ceiling: NDArray[np.float64]
    """(256, C): Dice between halves of the people."""
    n_people: int
    settings: ComparisonSettings

    def at(self, threshold: int) -> dict[str, Band]:
        """Sum up each method over conditions at a threshold; intervals are bootstrap over conditions."""
        none = np.full(self.ceiling.shape[1], np.nan)
        rows = zip(self.sweep.dice[threshold], self.floor[threshold], self.others[threshold], strict=True)
        found = [Agreement(own, floor, none, others) for own, floor, others in rows]
        measure = SIMILARITY.get("dice-50")()
        bands = sum_up_all(found, self.ceiling[threshold], measure, self._draws, self.settings.ci_level)
        return dict(zip(self.sweep.methods, bands, strict=True))

    @cached_property
    def mean_floors(self) -> dict[str, NDArray[np.float64]]:
        """Of each method over conditions, (256,)."""
        return {method: known_mean(self.floor[:, number]) for number, method in enumerate(self.sweep.methods)}

    @cached_property
    def mean_ceiling(self) -> NDArray[np.float64]:
        """Over conditions, (256,)."""
        return known_mean(self.ceiling)

    @cached_property
    def drawn_intervals(self) -> dict[str, NDArray[np.float64]]:
        """Threshold, lower and upper bound of each method's mean Dice, (k, 3), at the thresholds of `CURVE`."""
        level = self.settings.ci_level
        return {
            method: np.array([(t, *average(self.sweep.dice[t, number], self._draws, level)[1]) for t in CURVE])
            for number, method in enumerate(self.sweep.methods)
        }

    @cached_property
    def _draws(self) -> NDArray[np.float64]:
        rng = np.random.default_rng(self.settings.seed)
        return draw_images(self.ceiling.shape[1], rng, self.settings.n_bootstrap)


def dice_band(study: Study, run: Run, settings: ComparisonSettings, others: tuple[str, ...] = ()) -> DiceBand:
    """Compare mean maps with those of other conditions and of other people; raises `MissingError` as `mean_maps` does.

    The methods are the paper's, and ``others``.
    """
    maps = mean_maps(study, run, others)
    floor, of_people = floor_dice(maps.human, np.stack(list(maps.model.values())))
    return DiceBand(
        sweep=sweep_attention(maps),
        floor=floor,
        others=of_people,
        ceiling=condition_ceiling(study, settings),
        n_people=int(study.attention_trials["participant"].nunique()),
        settings=settings,
    )


def dice_band_part(study: Study, run: Run | None, settings: ComparisonSettings) -> dict[str, Any]:
    """Give the part ``dice_band`` of the report at the threshold; raises `MissingError` as `mean_maps` does."""
    if run is None:
        raise MissingError(f"Study {study.name!r} has no finished run whose maps could be compared.")
    found = dice_band(study, run, settings)
    bands = {
        method: {
            "mean": band.mean,
            "ci": band.ci,
            "floor": band.floor,
            "ceiling": band.ceiling,
            "ceiling_ci": band.ceiling_ci,
            "score": band.score,
            "score_ci": band.score_ci,
            "n_conditions": band.n_images,
            "floor_by_condition": condition_matrix(found.floor[settings.threshold, number], study.label_set),
        }
        for number, (method, band) in enumerate(found.at(settings.threshold).items())
    }
    ceiling = condition_matrix(found.ceiling[settings.threshold], study.label_set)
    return {"ceiling_by_condition": ceiling, "methods": bands}


def condition_ceiling(study: Study, settings: ComparisonSettings) -> NDArray[np.float64]:
    """Give Dice between halves of people by threshold and condition, (256, C); kept once it is worked out."""
    key = condition_ceiling_key(study, settings)
    found = study.maps_store.get(key)
    if found is None:
        found = {"dice": _condition_ceiling(study, settings)}
        study.maps_store.put(key, found)
    return found["dice"]


def condition_ceiling_key(study: Study, settings: ComparisonSettings) -> str:
    """Give the store key of the ceilings of conditions."""
    parts = what_people_did(study, {}, settings)
    return make_key("condition ceiling", version=VERSION, n_splits=N_SPLITS, largest_grid=LARGEST_GRID, **parts)


def _condition_ceiling(study: Study, settings: ComparisonSettings) -> NDArray[np.float64]:
    trials = study.attention_trials
    right = trials[trials["correct"].to_numpy(bool)]
    who = np.unique(trials["participant"])
    person = np.searchsorted(who, right["participant"])
    image = study.plan.reset_index().set_index("image")["index"].loc[right["image"]].to_numpy()
    condition = condition_numbers(study)[image]
    n = len(study.label_set.conditions)
    if len(who) < 2:
        return np.full((N_THRESHOLDS, n), np.nan)
    first = random_halves(len(who), N_SPLITS, np.random.default_rng(settings.seed))
    grid = min(study.side, LARGEST_GRID)
    by_condition = []
    for number in range(n):
        own = np.flatnonzero(condition == number)
        seen = click_maps(right.iloc[own], study.side, study.radius_px, grid=grid)
        by_condition.append(ceiling_dice(seen, image[own], person[own], first))
    return np.stack(by_condition, axis=1)
