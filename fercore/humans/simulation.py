"""Simulated observers: trials that have the form of human data, from faces whose diagnostic pixels are known.

They fill the default study, serve tests and previews of power. They are no evidence about people, and every row says
``source = simulated``. Agreement of a model with simulated maps is circular: clicks were drawn from the diagnostic maps.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from statistics import NormalDist
from typing import Any

import cv2
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from fercore.errors import InputError
from fercore.humans.regions import USUAL_PLACES, landmark_array, usual_landmarks
from fercore.labels import EXPRESSIONS, LabelSet
from fercore.paper import paper_value
from fercore.registry import Registry

GRID = 56
"""Side of the grid on which observers work, cells."""

_USUAL_SPREAD = {"left_eye": 0.08, "right_eye": 0.08, "mouth": 0.10}


@dataclass(frozen=True)
class Stimuli:
    """What simulated observers look at; row i of everything is row i of the plan."""

    diagnostic: NDArray[np.float64]
    """(n_plan, GRID, GRID), not negative, each summing to 1: what tells true and false label apart on this face."""
    landmarks: NDArray[np.float64]
    """(n_plan, 3, 2): x and y of left eye, right eye (as seen) and mouth, as fractions of the image side."""
    plan: pd.DataFrame
    """`tables.PLAN`."""
    label_set: LabelSet
    """The study's labels."""
    side: int
    """Side of the stored images, px."""


Simulator = Callable[..., pd.DataFrame]
"""``simulator(stimuli, settings or None, n_participants, seed)`` gives `tables.TRIALS` + `tables.PROVENANCE`."""

SIMULATORS: Registry[Simulator] = Registry("fercore.humans.simulators", "human simulator")
"""Models of an observer, by name."""


def simulate(
    diagnostic_maps: np.ndarray,
    plan: pd.DataFrame,
    landmarks: pd.DataFrame | None,
    label_set: LabelSet,
    side: int,
    settings: Any = None,
    n_participants: int = 24,
    seed: int = 0,
    *,
    simulator: str = "click-reveal",
) -> pd.DataFrame:
    """Simulate a click-reveal experiment.

    Parameters
    ----------
    diagnostic_maps
        (n_plan, g, g), not negative, none empty: the diagnostic value of each place, on any grid. On rendered faces
        sqrt(motion x appearance) of the face against the same face with the false label; else `usual_places`.
    plan
        `tables.PLAN`.
    landmarks
        `tables.LANDMARKS` of the plan's images, px, or None for the usual places in an aligned crop.
    label_set
        The study's labels.
    side
        Side of the stored images, px.
    settings
        The simulator's settings; None for its defaults.
    n_participants
        How many observers.
    seed
        Seed of everything that is drawn: same arguments, same table.
    simulator
        Name in `SIMULATORS`.

    Returns
    -------
    pandas.DataFrame
        `tables.TRIALS` and `tables.PROVENANCE`, as `trial_table.read_trials` accepts it.

    Raises
    ------
    InputError
        When the maps do not fit the plan or hold values that are no amounts.
    """
    if n_participants < 1:
        raise InputError(f"n_participants is {n_participants!r}; at least one observer is needed.")
    marks = landmark_array(usual_landmarks(plan, side) if landmarks is None else landmarks, list(plan["image"]))
    stimuli = Stimuli(
        diagnostic=_on_grid(diagnostic_maps, len(plan)),
        landmarks=marks.reshape(-1, 3, 2) / side,
        plan=plan.reset_index(drop=True),
        label_set=label_set,
        side=side,
    )
    return SIMULATORS.get(simulator)(stimuli, settings, n_participants, seed)


def usual_places(plan: pd.DataFrame, grid: int = GRID) -> NDArray[np.float32]:
    """Give diagnostic maps for faces without ground truth: three Gaussians, at the eyes and the mouth of an aligned crop.

    They are the same for every image and condition; a study that uses them says so in its card.

    Returns
    -------
    numpy.ndarray
        (n_plan, grid, grid), each summing to 1.
    """
    centre = (np.arange(grid) + 0.5) / grid
    places = np.zeros((grid, grid))
    for name, (x, y) in USUAL_PLACES.items():
        spread = _USUAL_SPREAD[name]
        blob = np.exp(-((centre - y)[:, None] ** 2 + (centre - x)[None] ** 2) / (2 * spread**2))
        places += blob / blob.sum() / len(USUAL_PLACES)
    return np.repeat(places[None].astype(np.float32), len(plan), axis=0)


def condition_ease(label_set: LabelSet, rng: np.random.Generator) -> NDArray[np.float64]:
    """Give how easy each condition is, standardised over conditions, (n_labels, n_labels); NaN on the diagonal.

    For the paper's eight labels the probit of the accuracy that its Fig. 2 implies, 1 - 7 x cell, clipped to .55-.975
    because the printed cells are rounded; for other label sets drawn from N(0, 1).
    """
    off_diagonal = ~np.eye(len(label_set), dtype=bool)
    ease = np.full(off_diagonal.shape, np.nan)
    if label_set.names == EXPRESSIONS:
        implied = np.clip(1 - 7 * np.array(paper_value("human", "confusion")), 0.55, 0.975)[off_diagonal]
        probit = np.array([NormalDist().inv_cdf(p) for p in implied])
        ease[off_diagonal] = (probit - probit.mean()) / probit.std()
    else:
        ease[off_diagonal] = rng.standard_normal(int(off_diagonal.sum()))
    return ease


def _on_grid(maps: np.ndarray, n_plan: int) -> NDArray[np.float64]:
    if maps.ndim != 3 or len(maps) != n_plan or maps.shape[1] != maps.shape[2]:
        raise InputError(
            f"Diagnostic maps of shape {maps.shape} do not fit a plan of {n_plan} images. Give one square map per image, "
            "in the order of the plan."
        )
    amounts = maps.astype(np.float64)
    sums = amounts.sum(axis=(1, 2))
    bad = ~np.isfinite(sums) | (sums <= 0) | (amounts < 0).any(axis=(1, 2))
    if bad.any():
        raise InputError(
            f"Diagnostic map {int(np.argmax(bad))} is empty, negative or not finite somewhere. Maps are amounts: not "
            "negative, with a sum above 0."
        )
    g = maps.shape[1]
    if g != GRID:
        how = cv2.INTER_AREA if g > GRID else cv2.INTER_LINEAR
        amounts = np.stack([cv2.resize(amount, (GRID, GRID), interpolation=how) for amount in amounts])
    maps_of_mass: NDArray[np.float64] = amounts / amounts.sum(axis=(1, 2), keepdims=True)
    return maps_of_mass
