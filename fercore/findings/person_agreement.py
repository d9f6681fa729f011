"""One person's own click maps against the methods' maps, by every measure: what averaging over people first would hide."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from fercore.comparison.dice_sweep import sweep_dice
from fercore.comparison.map_stack import MapStack
from fercore.comparison.measures import Measure
from fercore.comparison.resamples import known_mean
from fercore.errors import MissingError
from fercore.findings.agreement import raise_to_zero
from fercore.humans.click_maps import click_maps
from fercore.humans.clicks import read_clicks
from fercore.machines.runs import Run
from fercore.study import Study

LARGEST_GRID: Final = 32
"""Largest side of the maps, in cells; larger ones are made smaller."""


@dataclass(frozen=True)
class PersonAgreement:
    """Of each of P people the mean over the images that this person answered correctly; NaN where there is none."""

    dice: NDArray[np.float64]
    """(256, M, P): by threshold on the method's map; a person's own map is cut by itself."""
    iou: NDArray[np.float64]
    """The same."""
    values: dict[str, NDArray[np.float64]]
    """By measure, (M, P)."""


def person_agreement(
    study: Study, run: Run, methods: tuple[str, ...], chosen: Mapping[str, Measure]
) -> PersonAgreement:
    """Compare every person's map of every image with M methods' maps of the same image.

    Parameters
    ----------
    study, run
        The study, and the run whose maps are compared.
    methods
        Methods whose maps are there.
    chosen
        Measures without a threshold. Those that need clicks take the person's own.

    Raises
    ------
    MissingError
        Where nobody answered correctly, or a method has no maps.
    """
    trials = study.attention_trials
    right = trials[trials["correct"].to_numpy(bool)]
    grid = min(study.side, LARGEST_GRID)
    theirs = [_smaller(study, run, method, grid) for method in methods]
    row = {image: number for number, image in enumerate(study.plan["image"])}
    cut: list[list[NDArray[np.float64]]] = []
    values: dict[str, list[list[NDArray[np.float64]]]] = {name: [] for name in chosen}
    for _, own in right.groupby("participant", sort=True):
        image = own["image"].map(row).to_numpy()
        seen = click_maps(own, study.side, study.radius_px, grid=grid)
        model = [maps[image] for maps in theirs]
        dice = sweep_dice(seen, model).dice
        cut.append([known_mean(dice), known_mean(dice / (2 - dice))])
        stacks = [MapStack(raise_to_zero(maps)) for maps in model]
        people = {False: MapStack(seen.astype(np.float32)), True: MapStack(_clicks(own, study.side, grid))}
        for name, measure in chosen.items():
            side = measure.human(people[measure.needs_clicks])
            values[name].append([known_mean(measure.pair(side, measure.model(stack))) for stack in stacks])
    if not cut:
        raise MissingError(f"Nobody who is kept answered correctly in study {study.name!r}, so people have no maps.")
    dice, iou = np.moveaxis(np.array(cut), 0, -1)
    return PersonAgreement(dice, iou, {name: np.array(found).T for name, found in values.items()})


def _smaller(study: Study, run: Run, method: str, grid: int) -> NDArray[np.float32]:
    block = study.maps(run, method)
    if block is None:
        raise MissingError(f"Run {run.name!r} has no maps by {method!r}.")
    resized = [cv2.resize(one.astype(np.float32), (grid, grid), interpolation=cv2.INTER_AREA) for one in block.maps]
    return np.stack(resized)


def _clicks(trials: pd.DataFrame, side: int, grid: int) -> NDArray[np.float32]:
    """Count each trial's clicks in the cells of a grid: (n_trials, grid, grid)."""
    clicks = read_clicks(trials["clicks"])
    counts = np.zeros((len(trials), grid, grid), dtype=np.float32)
    row, column = (np.floor(place * (grid / side)).astype(np.intp) for place in (clicks.y, clicks.x))
    np.add.at(counts, (clicks.trial, row, column), 1)
    return counts
