"""Error consistency averaged over several pairs of observers, such as a network with each of the people."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from fercore.comparison.error_consistency import Consistency, kappas, too_few_images
from fercore.comparison.intervals import Interval, percentiles
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


def mean_consistency(
    a: np.ndarray, b: np.ndarray, draws: np.ndarray, level: float = 0.95, within: np.ndarray | None = None
) -> MeanConsistency:
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
    within
        (n_images,): the condition of seeing of each image, where there are several. A pair's values are then means over the
        conditions in which it has a kappa (Geirhos et al. 2021): over all images together observers agree already by failing
        in the harder ones.
    """
    x, y = np.atleast_2d(np.asarray(a, float)), np.atleast_2d(np.asarray(b, float))
    both = np.isfinite(x) & np.isfinite(y)
    x, y = x > 0, y > 0
    cells = np.stack([x & y, x & ~y, ~x & y, ~x & ~y], axis=1) & both[:, None]
    seeing = np.zeros(x.shape[1]) if within is None else within
    conditions = [np.flatnonzero(seeing == one) for one in np.unique(seeing)]
    counts = np.stack([cells[:, :, at].sum(axis=2) for at in conditions], axis=1)  # (n_pairs, n_conditions, 4)
    known = np.isfinite(kappas(counts))
    there = known.any(axis=1)
    if not there.any():
        return no_consistency()
    pairs = [
        [Consistency(*map(int, row)) for row in own[has]] for own, has in zip(counts[there], known[there], strict=True)
    ]
    means = [np.mean([(c.observed, c.expected, c.kappa, c.kappa_max) for c in own], axis=0) for own in pairs]
    observed, expected, kappa, kappa_max = map(float, np.mean(means, axis=0))
    by_condition = np.stack([_drawn(draws[:, at], cells[there][:, :, at]) for at in conditions], axis=-1)
    resampled = known_mean(known_mean(by_condition))
    n = int(counts[there].sum(axis=(1, 2)).min())
    return MeanConsistency(
        len(pairs), n, observed, expected, kappa, kappa_max, percentiles(resampled, level), resampled
    )


def _drawn(draws: np.ndarray, cells: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Give kappa of each pair in each resample, (n_resamples, n_pairs), of cells (n_pairs, 4, n_images)."""
    counts = draws.astype(np.float32, copy=False) @ cells.reshape(-1, cells.shape[2]).T.astype(
        np.float32
    )  # whole numbers: exact
    return kappas(counts.reshape(len(draws), -1, 4))


def share_of_ceiling(found: MeanConsistency, ceiling: MeanConsistency, level: float = 0.95) -> tuple[float, Interval]:
    """Give kappa over that of people among themselves, and the percentiles of this ratio in the resamples of both.

    Both must have been worked out on the same draws of images. NaN where the ceiling is not above 0 or there is no kappa;
    resamples in which it is not are left out.
    """
    if not (ceiling.kappa > 0 and found.n_pairs):
        return math.nan, Interval(math.nan, math.nan)
    above = ceiling.resampled > 0
    ratios = np.divide(found.resampled, ceiling.resampled, out=np.full(len(above), np.nan), where=above)
    return found.kappa / ceiling.kappa, percentiles(ratios, level)
