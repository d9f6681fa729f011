"""Error consistency averaged over several pairs of observers, such as a network with each of the people."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fercore.comparison.error_consistency import Consistency, kappas, too_few_images
from fercore.comparison.intervals import Interval, percentiles


@dataclass(frozen=True)
class MeanConsistency:
    """Means over the pairs that have a kappa; NaN where none has. A single pair is its own mean."""

    n_pairs: int
    """Pairs with a kappa."""
    n: int
    """Images that the two of a pair both answered: the fewest among these pairs (0 without any)."""
    observed: float
    expected: float
    kappa: float
    kappa_max: float
    """Largest kappa that the accuracies of each pair allow."""
    ci: Interval
    """Percentile bootstrap over images: the same observers, other images of their kind."""

    @property
    def warning(self) -> str:
        """Say that there are too few images to tell; empty where there are enough, or no kappa."""
        return too_few_images(self.n) if self.n_pairs else ""


def no_consistency() -> MeanConsistency:
    """Give what there is where no pair has a kappa."""
    nan = math.nan
    return MeanConsistency(0, 0, nan, nan, nan, nan, Interval(nan, nan))


def mean_consistency(a: np.ndarray, b: np.ndarray, draws: np.ndarray, level: float = 0.95) -> MeanConsistency:
    """Average the error consistency of pairs of observers.

    Parameters
    ----------
    a, b
        (n_pairs, n_images): whether the first and the second observer of each pair was right on each image, bool or float
        with NaN where an image was not answered.
    draws
        (n_resamples, n_images): how often each image is in each resample (`fercore.comparison.resamples.draw_images`), for all
        pairs together.
    level
        Level of the interval.
    """
    x, y = np.atleast_2d(np.asarray(a, float)), np.atleast_2d(np.asarray(b, float))
    known = np.isfinite(x) & np.isfinite(y)
    x, y = x > 0, y > 0
    cells = np.stack([x & y, x & ~y, ~x & y, ~x & ~y], axis=1) & known[:, None]
    counts = cells.sum(axis=2)
    there = np.isfinite(kappas(counts))
    pairs = [Consistency(*map(int, row)) for row in counts[there]]
    if not pairs:
        return no_consistency()
    means = np.array([[p.observed, p.expected, p.kappa, p.kappa_max] for p in pairs]).mean(axis=0)
    observed, expected, kappa, kappa_max = map(float, means)
    resampled = draws.astype(np.float32) @ cells[there].reshape(-1, x.shape[1]).T.astype(np.float32)  # counts: exact
    ci = central(kappas(resampled.reshape(len(draws), -1, 4)), level)
    return MeanConsistency(len(pairs), min(p.n for p in pairs), observed, expected, kappa, kappa_max, ci)


def central(resampled: NDArray[np.float64], level: float) -> Interval:
    """Give the central part of the mean kappa of each resample, (n_resamples, n_pairs)."""
    known = np.isfinite(resampled)
    n = known.sum(axis=1)
    return percentiles(np.where(known, resampled, 0).sum(axis=1)[n > 0] / n[n > 0], level)
