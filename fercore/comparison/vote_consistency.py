"""Error consistency with voters whose single votes are counted per image, and who are not known from image to image.

A voter stands for whoever votes on an image: kappa is that of an observer and one voter drawn anew on each image, and among
voters that of two different ones. Where each image has one vote it is `fercore.comparison.error_consistency` itself.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from fercore.comparison.intervals import percentiles
from fercore.comparison.mean_consistency import MeanConsistency, no_consistency
from fercore.comparison.resamples import known_mean

_Sums = tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]
"""Agreement and the shares right of both sides, each (m,)."""


def with_voters(
    right: np.ndarray, n_right: np.ndarray, n_wrong: np.ndarray, draws: np.ndarray, level: float = 0.95
) -> MeanConsistency:
    """Compare observers with the voters, and average.

    Parameters
    ----------
    right
        (n_observers, n_images) or (n_images,): whether each was right, NaN where an image was not answered.
    n_right, n_wrong
        (n_images,): votes that were right and wrong.
    draws
        (n_resamples, n_images): how often each image is in each resample (`fercore.comparison.resamples.draw_images`).
    level
        Level of the interval, over images.
    """
    observers = np.atleast_2d(np.asarray(right, float))
    n = n_right + n_wrong
    voted = np.divide(n_right, n, out=np.full(len(n), np.nan), where=n > 0)
    found = [_compare(own, voted, own * voted + (1 - own) * (1 - voted), draws) for own in observers]
    known = (np.isfinite(observers) & np.isfinite(voted)).sum(axis=1)
    return _mean(found, known, level)


def among_voters(n_right: np.ndarray, n_wrong: np.ndarray, draws: np.ndarray, level: float = 0.95) -> MeanConsistency:
    """Compare two different voters of each image that has two votes or more; parameters as in `with_voters`."""
    n = np.asarray(n_right + n_wrong, float)
    several = n > 1
    voted = np.divide(n_right, n, out=np.full(len(n), np.nan), where=several)
    alike = n_right * (n_right - 1) + n_wrong * (n_wrong - 1)
    agreed = np.divide(alike, n * (n - 1), out=np.full(len(n), np.nan), where=several)
    return _mean([_compare(voted, voted, agreed, draws)], np.array([several.sum()]), level)


def _compare(a: np.ndarray, b: np.ndarray, agreed: np.ndarray, draws: np.ndarray) -> NDArray[np.float64]:
    """Give observed, expected, kappa and the largest kappa, (4, 1 + n_resamples), of all images first."""
    known = np.isfinite(a) & np.isfinite(b)
    weights = np.vstack([np.ones(len(a)), draws])[:, known]
    total = weights.sum(axis=1)
    series = np.stack([agreed[known], a[known], b[known]]) @ weights.T
    observed, pa, pb = np.divide(series, total, out=np.full(series.shape, np.nan), where=total > 0)
    expected = pa * pb + (1 - pa) * (1 - pb)
    room = 1 - expected
    kappa, largest = (
        np.divide(share - expected, room, out=np.full(len(room), np.nan), where=room > 1e-12)
        for share in (observed, 1 - np.abs(pa - pb))
    )
    return np.stack([observed, expected, kappa, largest])


def _mean(found: list[NDArray[np.float64]], known: np.ndarray, level: float) -> MeanConsistency:
    there = [number for number, one in enumerate(found) if np.isfinite(one[2, 0])]
    if not there:
        return no_consistency()
    values = np.stack([found[number] for number in there])
    observed, expected, kappa, largest = map(float, values[:, :, 0].mean(axis=0))
    drawn = known_mean(values[:, 2, 1:].T)
    n = int(known[there].min())
    return MeanConsistency(len(there), n, observed, expected, kappa, largest, percentiles(drawn, level), drawn)
