"""Where people looked: click maps of single trials, and attention maps of many participants (paper 4.3)."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from fercore import tables
from fercore.errors import InputError
from fercore.humans.clicks import Clicks, read_clicks
from fercore.humans.discs import disc_pixels

_TRIALS_AT_ONCE = 256


def click_map(clicks: Sequence[Sequence[float]] | np.ndarray, side: int, radius_px: float) -> NDArray[np.bool_]:
    """Give what one participant uncovered of one image.

    Parameters
    ----------
    clicks
        (n, 2) or (n, 3): x, y in px, and t_ms, which is not used; n may be 0.
    side
        Side of the image, px.
    radius_px
        Radius of a disc, px.

    Returns
    -------
    numpy.ndarray
        (side, side), True where the union of the discs lies.
    """
    seen = np.zeros((side, side), dtype=bool)
    if len(clicks):
        places = np.asarray(clicks, dtype=np.float64)
        _, row, column = disc_pixels(places[:, 0], places[:, 1], side, radius_px)
        seen[row, column] = True
    return seen


def click_maps(trials: pd.DataFrame, side: int, radius_px: float, *, grid: int | None = None) -> NDArray[np.bool_]:
    """Give the click map of every trial of a table.

    Parameters
    ----------
    trials
        `tables.TRIALS`.
    side, radius_px
        Side of the stored images and radius of a disc, px.
    grid
        Side of the maps in cells, by default ``side``; positions and radius are scaled to it.

    Returns
    -------
    numpy.ndarray
        (n_trials, grid, grid), in row order. It takes n_trials x grid² bytes.
    """
    cells = side if grid is None else grid
    return _paint(read_clicks(trials["clicks"]), 0, len(trials), cells, cells / side, radius_px)


def uncovered_areas(trials: pd.DataFrame, side: int, radius_px: float) -> NDArray[np.float64]:
    """Give how much of the image was uncovered at the decision of every trial: (n_trials,), shares of the image.

    Parameters are as in `click_maps`; discs that overlap or reach beyond the image count once, and as far as they lie in it.
    """
    clicks = read_clicks(trials["clicks"])
    shares = [
        _paint(clicks, start, min(start + _TRIALS_AT_ONCE, len(trials)), side, 1.0, radius_px).mean(axis=(1, 2))
        for start in range(0, len(trials), _TRIALS_AT_ONCE)
    ]
    return np.concatenate(shares) if shares else np.zeros(0)


def participant_maps(
    trials: pd.DataFrame, plan: pd.DataFrame, side: int, radius_px: float, *, grid: int | None = None
) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Give every participant's click map of every image, for reliability between halves of people.

    Parameters
    ----------
    trials, plan, side, radius_px, grid
        As in `click_maps` and `attention_maps`.

    Returns
    -------
    maps, correct
        (n_participants, n_plan, grid, grid) and (n_participants, n_plan), participants sorted by name, images in plan
        order. Trials that are absent or wrong have an empty map and ``correct`` False.
    """
    right = _correct_trials(trials)
    people = pd.Index(sorted(trials["participant"].unique()))
    cells = side if grid is None else grid
    maps = np.zeros((len(people), len(plan), cells, cells), dtype=bool)
    correct = np.zeros((len(people), len(plan)), dtype=bool)
    person, image = people.get_indexer(pd.Index(right["participant"])), _plan_rows(right, plan)
    maps[person, image] = click_maps(right, side, radius_px, grid=grid)
    correct[person, image] = True
    return maps, correct


def attention_maps(
    trials: pd.DataFrame, plan: pd.DataFrame, side: int, radius_px: float
) -> tuple[NDArray[np.float32], NDArray[np.intp]]:
    """Pool the clicks of participants with a correct response: the human counterpart of saliency maps (paper 4.3, 5.3).

    Parameters
    ----------
    trials
        `tables.TRIALS`, of the participants that are kept; at most one trial per participant and image.
    plan
        `tables.PLAN`; its row order is that of the maps.
    side, radius_px
        Side of the stored images and radius of a disc, px.

    Returns
    -------
    maps, n_correct
        (n_plan, side, side) in [0, 1]: the share of participants with a correct response who uncovered the pixel; and
        (n_plan,), how many they are. An image that nobody answered correctly has a map of zeros and ``n_correct`` 0.

    Raises
    ------
    InputError
        When a trial's image is not in the plan.
    """
    right = _correct_trials(trials)
    image = _plan_rows(right, plan)
    order = np.argsort(image, kind="stable")
    image = image[order]
    clicks = read_clicks(right["clicks"].iloc[order])
    sums = np.zeros((len(plan), side, side), dtype=np.float32)
    for start in range(0, len(image), _TRIALS_AT_ONCE):
        stop = min(start + _TRIALS_AT_ONCE, len(image))
        seen = _paint(clicks, start, stop, side, 1.0, radius_px)
        shown, begins = np.unique(image[start:stop], return_index=True)
        sums[shown] += np.add.reduceat(seen, begins, axis=0, dtype=np.float32)
    n_correct = np.bincount(image, minlength=len(plan)).astype(np.intp)
    return sums / np.maximum(n_correct, 1).astype(np.float32)[:, None, None], n_correct


def click_counts(trials: pd.DataFrame, plan: pd.DataFrame, side: int) -> NDArray[np.float32]:
    """Count the clicks in each pixel, of participants with a correct response: (n_plan, side, side), images in plan order.

    Parameters are as in `attention_maps`.
    """
    right = _correct_trials(trials)
    clicks = read_clicks(right["clicks"])
    counts = np.zeros((len(plan), side * side), dtype=np.float32)
    np.add.at(counts, (_plan_rows(right, plan)[clicks.trial], clicks.pixels(side)), 1)
    return counts.reshape(len(plan), side, side)


def _paint(
    clicks: Clicks, start: int, stop: int, side: int, scale: float, radius_px: float
) -> NDArray[np.bool_]:  # (stop - start, side, side)
    """Paint the click maps of trials ``start`` to ``stop``; positions and radius are multiplied by ``scale``."""
    maps = np.zeros((stop - start, side, side), dtype=bool)
    begin, end = np.searchsorted(clicks.trial, (start, stop))
    for first in range(begin, end, 4096):
        part = slice(first, min(first + 4096, end))
        disc, row, column = disc_pixels(clicks.x[part] * scale, clicks.y[part] * scale, side, radius_px * scale)
        maps[clicks.trial[part][disc] - start, row, column] = True
    return maps


def _correct_trials(trials: pd.DataFrame) -> pd.DataFrame:
    tables.require_columns(trials, ("participant", "image", "correct", "clicks"), "The trial table")
    return trials[trials["correct"].to_numpy(dtype=bool)]


def _plan_rows(trials: pd.DataFrame, plan: pd.DataFrame) -> NDArray[np.intp]:
    rows = pd.Index(plan["image"]).get_indexer(pd.Index(trials["image"]))
    if (rows < 0).any():
        unknown = trials["image"].iloc[int(np.argmax(rows < 0))]
        raise InputError(f"The image {unknown!r} is not in the plan. Use trials and plan of one study.")
    return np.asarray(rows, dtype=np.intp)
