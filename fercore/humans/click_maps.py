"""Where people looked: click maps of single trials, and attention maps of many participants (paper 4.3)."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from fercore import tables
from fercore.errors import InputError
from fercore.humans.canvas import Canvas
from fercore.humans.clicks import Clicks, read_clicks
from fercore.humans.discs import disc_pixels

_TRIALS_AT_ONCE = 2048


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
    maps = np.empty((len(trials), cells, cells), dtype=bool)
    start = 0
    for seen in _seen(read_clicks(trials["clicks"]), len(trials), cells, cells / side, radius_px):
        maps[start : start + len(seen)] = seen
        start += len(seen)
    return maps


def uncovered_areas(trials: pd.DataFrame, side: int, radius_px: float) -> NDArray[np.float64]:
    """Give how much of the image was uncovered at the decision of every trial: (n_trials,), shares of the image.

    Parameters are as in `click_maps`; discs that overlap or reach beyond the image count once, and as far as they lie in it.
    """
    clicks = read_clicks(trials["clicks"])
    shares = [seen.mean(axis=(1, 2)) for seen in _seen(clicks, len(trials), side, 1.0, radius_px)]
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
    clicks = read_clicks(right["clicks"].iloc[order])
    n_correct = np.bincount(image, minlength=len(plan)).astype(np.intp)
    ends = np.cumsum(n_correct)
    begins = ends - n_correct
    maps = np.zeros((len(plan), side, side), dtype=np.float32)

    def pool(images: slice) -> None:
        begin = begins[images.start]
        canvas = _paint(clicks, begin, ends[images.stop - 1], side, 1.0, radius_px)
        maps[images] = canvas.count(begins[images] - begin)

    with ThreadPoolExecutor(os.cpu_count()) as threads:  # NumPy lets them work side by side
        list(threads.map(pool, _some_at_a_time(begins, ends)))
    return maps / np.maximum(n_correct, 1).astype(np.float32)[:, None, None], n_correct


def _some_at_a_time(begins: np.ndarray, ends: np.ndarray) -> Iterator[slice]:
    """Give runs of images, as many as have some trials together; each image's trials are from ``begins`` to ``ends``."""
    start = 0
    while start < len(ends):
        stop = max(start + 1, int(np.searchsorted(ends, begins[start] + _TRIALS_AT_ONCE, side="right")))
        yield slice(start, stop)
        start = stop


def click_counts(trials: pd.DataFrame, plan: pd.DataFrame, side: int) -> NDArray[np.float32]:
    """Count the clicks in each pixel, of participants with a correct response: (n_plan, side, side), images in plan order.

    Parameters are as in `attention_maps`.
    """
    right = _correct_trials(trials)
    clicks = read_clicks(right["clicks"])
    counts = np.zeros((len(plan), side * side), dtype=np.float32)
    np.add.at(counts, (_plan_rows(right, plan)[clicks.trial], clicks.pixels(side)), 1)
    return counts.reshape(len(plan), side, side)


def _paint(clicks: Clicks, start: int, stop: int, side: int, scale: float, radius_px: float) -> Canvas:
    """Paint the click maps of trials ``start`` to ``stop``; positions and radius are multiplied by ``scale``."""
    canvas = Canvas(stop - start, side, radius_px * scale)
    own = slice(*np.searchsorted(clicks.trial, (start, stop)))
    canvas.paint(clicks.trial[own] - start, clicks.rank[own], clicks.x[own] * scale, clicks.y[own] * scale)
    return canvas


def _seen(clicks: Clicks, n_trials: int, side: int, scale: float, radius_px: float) -> Iterator[NDArray[np.bool_]]:
    """Give the click maps of all trials, some at a time: (n, side, side)."""
    for start in range(0, n_trials, _TRIALS_AT_ONCE):
        yield _paint(clicks, start, min(start + _TRIALS_AT_ONCE, n_trials), side, scale, radius_px).seen()


def _correct_trials(trials: pd.DataFrame) -> pd.DataFrame:
    tables.require_columns(trials, ("participant", "image", "correct", "clicks"), "The trial table")
    return trials[trials["correct"].to_numpy(dtype=bool)]


def _plan_rows(trials: pd.DataFrame, plan: pd.DataFrame) -> NDArray[np.intp]:
    rows = pd.Index(plan["image"]).get_indexer(pd.Index(trials["image"]))
    if (rows < 0).any():
        unknown = trials["image"].iloc[int(np.argmax(rows < 0))]
        raise InputError(f"The image {unknown!r} is not in the plan. Use trials and plan of one study.")
    return np.asarray(rows, dtype=np.intp)
