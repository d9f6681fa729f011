"""Error consistency: whether two observers fail on the same images more than their accuracies alone would have them.

Geirhos, Meding, Wichmann, *Beyond accuracy: quantifying trial-by-trial behaviour of CNNs and humans by measuring error
consistency*, NeurIPS 2020: Cohen's kappa of right and wrong.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.stats import norm

from fercore.comparison.intervals import Interval, percentiles
from fercore.errors import InputError

N_ENOUGH: Final = 70
"""Shared images below which kappa says little: its interval is then about .4 wide or more."""


@dataclass(frozen=True)
class Consistency:
    """How far two observers are right and wrong on the same images. NaN where there is none to be had."""

    both: int
    """Images on which both were right."""
    only_a: int
    only_b: int
    neither: int

    @property
    def counts(self) -> NDArray[np.int64]:
        """Both, only a, only b, neither: (4,)."""
        return np.array([self.both, self.only_a, self.only_b, self.neither])

    @property
    def n(self) -> int:
        """Images that both answered."""
        return self.both + self.only_a + self.only_b + self.neither

    @property
    def accuracy_a(self) -> float:
        """Share of right answers of the first observer."""
        return (self.both + self.only_a) / self.n if self.n else math.nan

    @property
    def accuracy_b(self) -> float:
        """Share of right answers of the second observer."""
        return (self.both + self.only_b) / self.n if self.n else math.nan

    @property
    def observed(self) -> float:
        """Share of images on which both were right or both wrong."""
        return (self.both + self.neither) / self.n if self.n else math.nan

    @property
    def expected(self) -> float:
        """That share for independent observers of these accuracies: pa pb + (1 - pa)(1 - pb)."""
        return self.accuracy_a * self.accuracy_b + (1 - self.accuracy_a) * (1 - self.accuracy_b)

    @property
    def kappa(self) -> float:
        """(observed - expected) / (1 - expected): 0 for independent errors; negative for errors that avoid each other.

        NaN where ``expected`` is 1.
        """
        return self._kappa(self.observed)

    @property
    def kappa_min(self) -> float:
        """Smallest kappa that these two accuracies allow."""
        return self._kappa(abs(self.accuracy_a + self.accuracy_b - 1))

    @property
    def kappa_max(self) -> float:
        """Largest kappa that these two accuracies allow."""
        return self._kappa(1 - abs(self.accuracy_a - self.accuracy_b))

    @property
    def observed_given_expected(self) -> Interval:
        """Bounds of ``observed`` for any two accuracies with this ``expected`` (Geirhos et al. 2020, section 2)."""
        e = self.expected
        if math.isnan(e):
            return Interval(math.nan, math.nan)
        return Interval(0.0, 1 - math.sqrt(1 - 2 * e)) if e < 0.5 else Interval(math.sqrt(2 * e - 1), 1.0)

    @property
    def kappa_given_expected(self) -> Interval:
        """Bounds of kappa for any two accuracies with this ``expected``."""
        low, high = self.observed_given_expected
        return Interval(self._kappa(low), self._kappa(high))

    @property
    def se_analytic(self) -> float:
        """Standard error for large n, not assuming independence (Fleiss, Cohen, Everitt 1969)."""
        if math.isnan(self.kappa):
            return math.nan
        pa, pb, k, e = self.accuracy_a, self.accuracy_b, self.kappa, self.expected
        agree = self.both / self.n * (1 - (pa + pb) * (1 - k)) ** 2
        agree += self.neither / self.n * (1 - (2 - pa - pb) * (1 - k)) ** 2
        # of each disagreement: the one observer's share of what the other answered
        differ = self.only_a / self.n * (pb + 1 - pa) ** 2 + self.only_b / self.n * (pa + 1 - pb) ** 2
        variance = agree + (1 - k) ** 2 * differ - (k - e * (1 - k)) ** 2
        return math.sqrt(max(variance, 0.0) / self.n) / (1 - e)

    @property
    def se_jackknife(self) -> float:
        """Standard error from leaving out one image at a time: sqrt((n - 1) / n sum (k_i - mean)^2)."""
        there = np.flatnonzero(self.counts)
        without = kappas(self.counts - np.eye(4, dtype=int)[there])
        times = self.counts[there]
        mean = np.average(without, weights=times) if self.n > 1 else math.nan
        return math.sqrt((self.n - 1) / self.n * float(times @ (without - mean) ** 2)) if self.n > 1 else math.nan

    @property
    def warning(self) -> str:
        """Say that there are too few images to tell; empty where there are enough."""
        return too_few_images(self.n)

    def interval(self, level: float = 0.95, *, jackknife: bool = False) -> Interval:
        """Give the normal interval of kappa from either standard error; it may reach beyond what is possible."""
        margin = float(norm.ppf((1 + level) / 2)) * (self.se_jackknife if jackknife else self.se_analytic)
        return Interval(self.kappa - margin, self.kappa + margin)

    def bootstrap(self, rng: np.random.Generator, *, n_resamples: int = 2000, level: float = 0.95) -> Interval:
        """Give the percentile bootstrap interval of kappa over images.

        Only the four counts enter kappa, so images are drawn as counts. Resamples without a kappa are left out.

        Parameters
        ----------
        rng
            Source of the resampling; the same state gives the same interval.
        n_resamples
            Number of resamples.
        level
            Level of the interval.
        """
        if math.isnan(self.kappa):
            return Interval(math.nan, math.nan)
        drawn = kappas(rng.multinomial(self.n, self.counts / self.n, size=n_resamples))
        return percentiles(drawn, level)

    def _kappa(self, observed: float) -> float:
        expected = self.expected
        return (observed - expected) / (1 - expected) if expected < 1 else math.nan


def too_few_images(n: int) -> str:
    """Say that n shared images are too few to tell; empty where they are enough."""
    return "" if n >= N_ENOUGH else f"Only {n} shared images: below {N_ENOUGH}, kappa is mostly noise."


def error_consistency(a: np.ndarray, b: np.ndarray) -> Consistency:
    """Compare the errors of two observers.

    Parameters
    ----------
    a, b
        (n,): whether each was right on each image; bool, or float with NaN where an image was not answered, which leaves
        it out.

    Raises
    ------
    InputError
        When the two are of different lengths.
    """
    if len(a) != len(b):
        raise InputError(
            f"{len(a)} answers cannot be compared with {len(b)}: give both observers' answers to the same images."
        )
    x, y = np.asarray(a, float), np.asarray(b, float)
    known = np.isfinite(x) & np.isfinite(y)
    right_a, right_b = x[known] > 0, y[known] > 0
    cells = (right_a & right_b, right_a & ~right_b, ~right_a & right_b, ~right_a & ~right_b)
    return Consistency(*(int(cell.sum()) for cell in cells))


def kappas(counts: np.ndarray) -> NDArray[np.float64]:
    """Give kappa of tables of counts (..., 4) as in `Consistency.counts`: (...), NaN where there is none."""
    both, only_a, only_b, neither = np.moveaxis(np.asarray(counts, float), -1, 0)
    n = both + only_a + only_b + neither
    products = (both + only_a) * (both + only_b) + (neither + only_a) * (neither + only_b)
    found: NDArray[np.float64] = np.divide(
        n * (both + neither) - products, n**2 - products, out=np.full(n.shape, np.nan), where=n**2 > products
    )
    return found


def mean_kappa(a: np.ndarray, others: np.ndarray) -> float:
    """Give the mean kappa of one observer (n,) with several others (m, n); those without a kappa are left out."""
    found = np.array([error_consistency(a, other).kappa for other in others])
    return float(np.nanmean(found)) if np.isfinite(found).any() else math.nan
