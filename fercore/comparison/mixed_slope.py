"""A linear mixed model over single trials: ``y ~ 1 + x + (1 | participant) + (1 | image)``.

Over condition means, as in the paper, two measures can go together because some images are hard; over all trials, because
some people are slow. With both as random the slope is what remains for the same person on images alike.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import cho_factor, cho_solve
from scipy.optimize import minimize
from scipy.stats import norm

from fercore.comparison.intervals import Interval


@dataclass(frozen=True)
class MixedSlope:
    """A fit by restricted maximum likelihood; NaN where there is none to be had."""

    slope: float
    """SDs of y per SD of x, both over all trials: comparable with a correlation."""
    se: float
    p: float
    """Wald's, two-sided."""
    ci: Interval
    variance_participant: float
    """In units of the variance of y over all trials, as are the others."""
    variance_image: float
    variance_residual: float
    n_trials: int
    n_participants: int
    n_images: int


def mixed_slope(
    y: np.ndarray, x: np.ndarray, participants: np.ndarray, images: np.ndarray, level: float = 0.95
) -> MixedSlope:
    """Fit the slope of y on x with participants and images as random.

    Parameters
    ----------
    y, x
        (n,): values trial by trial; trials in which either is not finite are left out. y may be 0 and 1: the slope is then
        that of a linear probability.
    participants, images
        (n,): whose trial it was, and of which image.
    level
        Level of the interval.

    Notes
    -----
    Variances are searched for as multiples of the residual one; everything else follows from them in closed form (Bates et
    al. 2015). Time grows with the table of participants by images, not with that of all random effects squared.
    """
    y, x = np.asarray(y, float), np.asarray(x, float)
    known = np.isfinite(y) & np.isfinite(x)
    y, x = y[known], x[known]
    names_p, of_person = np.unique(np.asarray(participants)[known], return_inverse=True)
    names_i, of_image = np.unique(np.asarray(images)[known], return_inverse=True)
    n, n_people, n_images = len(y), len(names_p), len(names_i)
    if min(n_people, n_images) < 2 or n < n_people + n_images or np.ptp(y) == 0 or np.ptp(x) == 0:
        nan = math.nan
        return MixedSlope(nan, nan, nan, Interval(nan, nan), nan, nan, nan, n, n_people, n_images)
    fit = _Restricted((y - y.mean()) / y.std(), (x - x.mean()) / x.std(), of_person, of_image, n_people, n_images)
    found = minimize(fit, np.log([0.1, 0.1]), method="L-BFGS-B", bounds=[(-16, 8)] * 2)
    ratio_person, ratio_image = np.exp(found.x)
    (_, slope), errors, residual = fit.solve(found.x)
    se = math.sqrt(residual * errors[1, 1])
    margin = float(norm.ppf((1 + level) / 2)) * se
    return MixedSlope(
        slope=float(slope),
        se=se,
        p=2 * float(norm.sf(abs(slope) / se)),
        ci=Interval(float(slope) - margin, float(slope) + margin),
        variance_participant=float(ratio_person) * residual,
        variance_image=float(ratio_image) * residual,
        variance_residual=residual,
        n_trials=n,
        n_participants=n_people,
        n_images=n_images,
    )


class _Restricted:
    """Restricted deviance of the logarithms of both variances over the residual one, but for a constant."""

    def __init__(
        self,
        y: NDArray[np.float64],
        x: NDArray[np.float64],
        of_person: NDArray[np.intp],
        of_image: NDArray[np.intp],
        n_people: int,
        n_images: int,
    ) -> None:
        fixed = np.column_stack([np.ones_like(x), x, y])
        self.n = len(y)
        self.products = fixed.T @ fixed
        """(3, 3): of the constant, x and y with each other."""
        self.of_people, self.of_images = (
            np.stack([np.bincount(owner, column, size) for column in fixed.T], axis=1)
            for owner, size in ((of_person, n_people), (of_image, n_images))
        )
        """(n_people, 3) and (n_images, 3): sums of the same."""
        cells = np.bincount(of_person * n_images + of_image, minlength=n_people * n_images)
        self.counts = cells.reshape(n_people, n_images).astype(np.float64)
        """Trials of each person with each image."""

    def _weigh(self, logs: NDArray[np.float64]) -> tuple[NDArray[np.float64], float]:
        """Give the products weighted by the inverse covariance, and the log determinant of the latter's random part.

        Blocks of people and of images are diagonal; eliminating the images leaves one equation per person.
        """
        s, t = np.exp(logs / 2)
        block_people, block_images = 1 + s**2 * self.counts.sum(axis=1), 1 + t**2 * self.counts.sum(axis=0)
        across = s * t * self.counts
        people, images = s * self.of_people, t * self.of_images
        factor = cho_factor(np.diag(block_people) - (across / block_images) @ across.T)
        u = cho_solve(factor, people - (across / block_images) @ images)
        v = (images - across.T @ u) / block_images[:, None]
        weighted: NDArray[np.float64] = self.products - people.T @ u - images.T @ v
        return weighted, float(2 * np.log(np.diag(factor[0])).sum() + np.log(block_images).sum())

    def __call__(self, logs: NDArray[np.float64]) -> float:
        weighted, log_determinant = self._weigh(logs)
        rest = weighted[2, 2] - weighted[:2, 2] @ np.linalg.solve(weighted[:2, :2], weighted[:2, 2])
        return float(log_determinant + np.linalg.slogdet(weighted[:2, :2])[1] + (self.n - 2) * math.log(rest))

    def solve(self, logs: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64], float]:
        """Give intercept and slope, their covariance in units of the residual variance, and that variance."""
        weighted, _ = self._weigh(logs)
        covariance: NDArray[np.float64] = np.linalg.inv(weighted[:2, :2]).astype(np.float64)
        effects = covariance @ weighted[:2, 2]
        return effects, covariance, float((weighted[2, 2] - weighted[:2, 2] @ effects) / (self.n - 2))
