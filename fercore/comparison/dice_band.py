"""The band that Dice of mean maps moves in, at all 256 thresholds: another condition's map below, halves of people above."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from fercore.comparison.dice_sweep import N_THRESHOLDS, scale_known, shares_at_least, sweep_dice
from fercore.comparison.resamples import known_mean


def floor_dice(human: np.ndarray, model: np.ndarray) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Compare each model map with people's mean maps of all *other* conditions, and the other way round.

    Parameters
    ----------
    human
        (C, height, width), not yet scaled; NaN in conditions without a map.
    model
        (M, C, height, width).

    Returns
    -------
    floor, others
        (256, M, C) each: mean Dice of a condition's model map with people's maps of the other conditions, and of its people's map
        with the model's maps of the others (`fercore.comparison.band.Agreement`), over those that have a map and a Dice; NaN where
        none has.
    """
    ours, known = scale_known(human)
    area = np.where(known, shares_at_least(ours), np.nan)
    n = len(ours)
    means = np.full((2, N_THRESHOLDS, len(model), n), np.nan)
    for number, maps in enumerate(model):
        theirs, there = scale_known(maps)
        own_area = np.where(there, shares_at_least(theirs), np.nan)
        total, counted = np.zeros((2, N_THRESHOLDS, n)), np.zeros((2, N_THRESHOLDS, n))
        for away in range(1, n):
            overlap = shares_at_least(np.minimum(np.roll(ours, away, axis=0), theirs))
            both = np.roll(area, away, axis=1) + own_area
            dice = np.divide(2 * overlap, both, out=np.full_like(both, np.nan), where=both > 0)
            finite = np.isfinite(dice)
            for side, shift in enumerate((0, -away)):
                total[side] += np.roll(np.where(finite, dice, 0), shift, axis=1)
                counted[side] += np.roll(finite, shift, axis=1)
        means[:, :, number] = np.divide(total, counted, out=np.full_like(total, np.nan), where=counted > 0)
    return means[0], means[1]


def ceiling_dice(
    seen: np.ndarray, images: np.ndarray, people: np.ndarray, first: np.ndarray
) -> NDArray[np.float64]:  # (256,)
    """Compare the mean maps that two halves of the people make of one condition.

    Parameters
    ----------
    seen
        Bool (n_trials, height, width): what was uncovered in each trial with a correct response to an image of the condition.
    images, people
        Integer (n_trials,): whose trial of what.
    first
        Bool (n_splits, n_people): who belongs to the first half.

    Returns
    -------
    numpy.ndarray
        (256,): mean Dice over the splits that have one; NaN where none has. A half's map of an image is the share of its
        people who uncovered a pixel, its mean map the mean over the images that one of it answered correctly. Not corrected
        for the halves' size, for which there is no formula.
    """
    if len(seen) == 0:
        return np.full(N_THRESHOLDS, np.nan)
    of_image = images == np.unique(images)[:, None]
    pixels = seen.reshape(len(seen), -1).astype(np.float32)
    halves = []
    for half in (first, ~np.asarray(first, bool)):
        member = half[:, people].astype(np.float64)  # (n_splits, n_trials)
        answered = member @ of_image.T  # (n_splits, n_images): correct answers
        n_images = (answered > 0).sum(axis=1)
        of_trial = (answered @ of_image) * n_images[:, None]
        weights = np.divide(member, of_trial, out=np.zeros_like(member), where=of_trial > 0)
        maps = (weights.astype(np.float32) @ pixels).reshape(-1, *seen.shape[1:])
        maps[n_images == 0] = np.nan
        halves.append(maps)
    dice = sweep_dice(halves[0], halves[1][None]).dice[:, 0]
    return known_mean(dice)
