"""Error consistency averaged over several pairs of observers, such as a network with each of the people."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from fercore.comparison.error_consistency import Consistency, kappas, too_few_images
from fercore.comparison.intervals import Interval
from fercore.comparison.resamples import known_mean


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
    resampled: NDArray[np.float64] = field(default_factory=lambda: np.empty(0), compare=False, repr=False)
    """(n_resamples,): mean kappa of each resample; NaN where none has one."""

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
        (n_resamples, n_images): how often each image is in each resample (`fercore.comparison.band.draw_images`), for all
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
    drawn = known_mean(kappas(resampled.reshape(len(draws), -1, 4)))
    n = min(p.n for p in pairs)
    return MeanConsistency(len(pairs), n, observed, expected, kappa, kappa_max, central(drawn, level), drawn)


def central(resampled: NDArray[np.float64], level: float) -> Interval:
    """Give the central part of resampled values (n_resamples,), leaving out NaN."""
    known = resampled[np.isfinite(resampled)]
    if not len(known):
        return Interval(math.nan, math.nan)
    low, high = np.quantile(known, [(1 - level) / 2, (1 + level) / 2])
    return Interval(float(low), float(high))


def share_of_ceiling(found: MeanConsistency, ceiling: MeanConsistency, level: float = 0.95) -> tuple[float, Interval]:
    """Give kappa over that of people among themselves, and the percentiles of this ratio in the resamples of both.

    Both must have been worked out on the same draws of images. NaN where the ceiling is not above 0 or there is no kappa;
    resamples in which it is not are left out.
    """
    if not (ceiling.kappa > 0 and found.n_pairs):
        return math.nan, Interval(math.nan, math.nan)
    above = ceiling.resampled > 0
    ratios = np.divide(found.resampled, ceiling.resampled, out=np.full(len(above), np.nan), where=above)
    return found.kappa / ceiling.kappa, central(ratios, level)
