"""In which order people visit the regions of a face (paper 4.3: left eye first, then right eye, finally the mouth).

Regions are drawn around three landmarks, in the face's own axes: the origin lies between the eyes, u runs from the left
eye to the right eye (as seen in the picture), v at a right angle down the face, both in eye distances. The paper shows
the order in pictures (Fig. 4) and gives no regions; these are ours.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from fercore import tables
from fercore.errors import InputError
from fercore.humans.clicks import read_clicks

REGIONS = ("left eye", "right eye", "nose", "mouth", "brow", "other")
"""Regions of a face; left and right as seen in the picture."""

USUAL_PLACES = {"left_eye": (0.34, 0.37), "right_eye": (0.66, 0.37), "mouth": (0.50, 0.73)}
"""Where eyes and mouth lie in an aligned crop, x and y as fractions of the side."""

_ORDINALS = ("first", "second", "third", "fourth", "fifth")


def usual_landmarks(plan: pd.DataFrame, side: int) -> pd.DataFrame:
    """Give `tables.LANDMARKS` for faces that nobody marked: the usual places in an aligned crop of ``side`` px."""
    places = [side * value for place in USUAL_PLACES.values() for value in place]
    landmarks = pd.DataFrame([places] * len(plan), columns=list(tables.LANDMARKS[1:]))
    landmarks.insert(0, "image", plan["image"].to_numpy())
    return landmarks


def region_of(x: np.ndarray, y: np.ndarray, landmarks: np.ndarray) -> NDArray[np.intp]:
    """Tell in which region positions lie.

    Parameters
    ----------
    x, y
        (n,), px.
    landmarks
        (n, 6), px: the columns of `tables.LANDMARKS` after ``image``, of each position's image.

    Returns
    -------
    numpy.ndarray
        (n,), positions in `REGIONS`.
    """
    left, right, mouth = landmarks[:, 0:2], landmarks[:, 2:4], landmarks[:, 4:6]
    middle = (left + right) / 2
    distance = np.linalg.norm(right - left, axis=1)
    across = (right - left) / distance[:, None]
    down = np.stack([-across[:, 1], across[:, 0]], axis=1)
    offset = np.stack([x, y], axis=1) - middle
    u, v = (offset * across).sum(1) / distance, (offset * down).sum(1) / distance
    height = ((mouth - middle) * down).sum(1) / distance  # of the mouth under the eyes

    def in_ellipse(
        u0: float, v0: NDArray[np.float64] | float, a: float, b: NDArray[np.float64] | float
    ) -> NDArray[np.bool_]:
        inside: NDArray[np.bool_] = ((u - u0) / a) ** 2 + ((v - v0) / b) ** 2 <= 1
        return inside

    inside = {
        "left eye": in_ellipse(-0.5, 0.0, 0.45, 0.32),
        "right eye": in_ellipse(0.5, 0.0, 0.45, 0.32),
        "nose": in_ellipse(0.0, 0.5 * height, 0.30, 0.32 * height),
        "mouth": in_ellipse(0.0, height, 0.65, 0.40),
        "brow": (np.abs(u) <= 1.0) & (v < 0) & (v >= -0.75),
    }
    return np.select([inside[name] for name in REGIONS[:-1]], range(len(REGIONS) - 1), default=len(REGIONS) - 1).astype(
        np.intp
    )


def region_shares(
    trials: pd.DataFrame, plan: pd.DataFrame, side: int, landmarks: pd.DataFrame | None = None, *, n_first: int = 4
) -> pd.DataFrame:
    """Give the share of first, second, ..., last clicks that falls into each region.

    Parameters
    ----------
    trials
        `tables.TRIALS`.
    plan
        `tables.PLAN`.
    side
        Side of the stored images, px.
    landmarks
        `tables.LANDMARKS` of the experimental images; without them the usual places in an aligned crop are taken.
    n_first
        How many clicks are counted from the first on, 1 to 5.

    Returns
    -------
    pandas.DataFrame
        Long: click ("first", "second", ..., "last"), region, share (of the trials that have such a click; NaN when none
        has), n (those trials). The last click of a trial is counted as such whatever its rank, so one click is both.

    Raises
    ------
    InputError
        When an image has no landmarks.
    """
    if not 1 <= n_first <= len(_ORDINALS):
        raise InputError(f"n_first is {n_first!r}; it must be 1 to {len(_ORDINALS)}.")
    marks = landmark_array(usual_landmarks(plan, side) if landmarks is None else landmarks, list(trials["image"]))
    clicks = read_clicks(trials["clicks"])
    region = region_of(clicks.x, clicks.y, marks[clicks.trial])
    chosen = {name: clicks.rank == rank for rank, name in enumerate(_ORDINALS[:n_first])}
    chosen["last"] = clicks.rank == clicks.per_trial[clicks.trial] - 1
    rows = []
    for name, which in chosen.items():
        n = int(which.sum())
        counts = np.bincount(region[which], minlength=len(REGIONS))
        rows += [(name, r, count / n if n else np.nan, n) for r, count in zip(REGIONS, counts, strict=True)]
    return pd.DataFrame(rows, columns=["click", "region", "share", "n"])


def landmark_array(landmarks: pd.DataFrame, images: list[str]) -> NDArray[np.float64]:
    """Give the landmarks of images, (n_images, 6) in px; raises `InputError` for an image without landmarks."""
    tables.require_columns(landmarks, tables.LANDMARKS, "The landmark table")
    rows = pd.Index(landmarks["image"]).get_indexer(pd.Index(images, dtype="str"))
    if (rows < 0).any():
        lost = images[int(np.argmax(rows < 0))]
        raise InputError(f"The image {lost!r} has no landmarks. Give a landmark table with every experimental image.")
    marks: NDArray[np.float64] = landmarks[list(tables.LANDMARKS[1:])].to_numpy(dtype=np.float64)[rows]
    return marks
