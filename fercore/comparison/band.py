"""The band that agreement with people moves in: from another image's map (floor) to people among themselves (ceiling).

A model's agreement says little by itself: maps of different faces agree to some degree because faces lie in the middle,
and no model can be nearer to a mean of people than people are to each other.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

Agreement = Callable[[np.ndarray, np.ndarray], NDArray[np.float64]]
"""Takes two stacks of maps (k, h, w) and gives their agreement map by map, (k,)."""


def ceiling(
    maps: np.ndarray, answered: np.ndarray, agreement: Agreement, rng: np.random.Generator, n_splits: int = 200
) -> NDArray[np.float64]:
    """Give the mean agreement between two halves of people, image by image.

    Halves are drawn anew for each image and split; with an odd number of people one is left out. No correction for the
    halves' size is made: Spearman-Brown's holds for correlations only, so for other measures this is a lower bound of
    what all people would reach.

    Parameters
    ----------
    maps
        (n_people, n_images, h, w), bool or float: each participant's map of each image.
    answered
        Bool (n_people, n_images): whose map counts.
    agreement
        The measure, on mean maps of a half.
    rng
        Draws the halves.
    n_splits
        Random splits per image.

    Returns
    -------
    numpy.ndarray
        (n_images,); NaN where fewer than two people count.
    """
    n_images, (h, w) = maps.shape[1], maps.shape[2:]
    found = np.full(n_images, np.nan)
    for image in range(n_images):
        own = maps[answered[:, image], image].reshape(-1, h * w).astype(np.float32)
        half = len(own) // 2
        if half == 0:
            continue
        order = rng.permuted(np.tile(np.arange(len(own)), (n_splits, 1)), axis=1)
        first, second = (_means(own, order[:, part]) for part in (slice(half), slice(half, 2 * half)))
        values = agreement(first.reshape(-1, h, w), second.reshape(-1, h, w))
        found[image] = np.nanmean(values) if np.isfinite(values).any() else np.nan
    return found


def _means(own: NDArray[np.float32], members: NDArray[np.intp]) -> NDArray[np.float32]:
    """Average the maps of each half: (n_splits, h w)."""
    weights = np.zeros((len(members), len(own)), np.float32)
    np.put_along_axis(weights, members, 1 / members.shape[1], axis=1)
    means: NDArray[np.float32] = weights @ own
    return means


def floor(human: np.ndarray, model: np.ndarray, agreement: Agreement) -> NDArray[np.float64]:
    """Give the mean agreement of each model map with people's maps of all *other* images.

    Parameters
    ----------
    human, model
        (n, h, w) each, image by image.
    agreement
        The measure.

    Returns
    -------
    numpy.ndarray
        (n,); NaN where there is no other image.
    """
    n = len(model)
    total, count = np.zeros(n), np.zeros(n)
    for shift in range(1, n):
        values = agreement(np.roll(human, shift, axis=0), model)
        total += np.nan_to_num(values)
        count += np.isfinite(values)
    means: NDArray[np.float64] = np.divide(total, count, out=np.full(n, np.nan), where=count > 0)
    return means


def score(value: float, low: float, high: float) -> float:
    """Give (value - floor) / (ceiling - floor), never clipped; NaN where the ceiling is not above the floor."""
    return (value - low) / (high - low) if high > low else float("nan")
