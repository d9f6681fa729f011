"""A binomial mixed model of accuracy: ``correct ~ 1 + (1 | participant) + (1 | image)``.

Participants and images are both samples: a share of correct trials with an interval over one of them alone speaks of no
other images, or of no other people (Clark 1973). Nothing among the packages that fercore stands on fits the model by
maximum likelihood, so it is fitted here: by Laplace's approximation, as lme4's ``glmer`` does it (Bates et al. 2015).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import cho_factor, cho_solve
from scipy.optimize import minimize
from scipy.special import expit
from scipy.stats import norm

from fercore.comparison.intervals import Interval

_CLOSE: Final = 1e-9
"""Change of the random effects, in SDs, below which they are taken as found."""

_STEP: Final = 1e-3
"""Step of the second differences that give the standard error."""


@dataclass(frozen=True)
class MixedAccuracy:
    """A fit; NaN where there is none to be had (one participant, one image, or no trial right or wrong)."""

    intercept: float
    """Log odds of a correct answer of the middle participant to the middle image."""
    se_intercept: float
    intercept_ci: Interval
    """Wald's."""
    sd_participant: float
    """SD of participants' log odds; 0 where they differ by no more than chance."""
    sd_image: float
    log_likelihood: float
    n_trials: int
    n_participants: int
    n_images: int

    @property
    def accuracy(self) -> float:
        """Accuracy of the middle participant on the middle image; above the mean accuracy, as that is drawn to 1/2."""
        return float(expit(self.intercept))

    @property
    def accuracy_ci(self) -> Interval:
        """Interval for other people *and* other images of their kind."""
        return Interval(*(float(expit(bound)) for bound in self.intercept_ci))

    @property
    def aic(self) -> float:
        """Akaike's criterion, of three parameters."""
        return 6 - 2 * self.log_likelihood


def mixed_accuracy(
    correct: np.ndarray, participants: np.ndarray, images: np.ndarray, level: float = 0.95
) -> MixedAccuracy:
    """Fit accuracy with participants and images as random.

    Parameters
    ----------
    correct
        (n,), bool or 0 and 1: whether each trial was correct.
    participants, images
        (n,): whose trial it was, and of which image. Not everybody need have seen everything.
    level
        Level of the intervals.

    Notes
    -----
    Trials are held as a table of participants by images: memory and time grow with its size, not with that of all
    random effects squared (their Hessian is solved by blocks).
    """
    names_p, row = np.unique(np.asarray(participants), return_inverse=True)
    names_i, column = np.unique(np.asarray(images), return_inverse=True)
    shape = len(names_p), len(names_i)
    right = np.asarray(correct, float)
    cells = row * max(shape[1], 1) + column
    n, hits = (
        np.bincount(cells, weights, shape[0] * shape[1]).reshape(shape).astype(np.float64)
        for weights in (np.ones(len(cells)), right)
    )
    if min(shape) < 2 or hits.sum() in (0, n.sum()):
        nan = math.nan
        return MixedAccuracy(nan, nan, Interval(nan, nan), nan, nan, nan, len(right), *shape)
    laplace = _Laplace(hits, n)
    start = np.array([math.log(hits.sum() / (n - hits).sum()), 0.5, 0.5])
    found = minimize(laplace, start, method="BFGS", options={"gtol": 1e-4})
    se = _standard_error(laplace, found.x)
    margin = float(norm.ppf((1 + level) / 2)) * se
    intercept = float(found.x[0])
    return MixedAccuracy(
        intercept=intercept,
        se_intercept=se,
        intercept_ci=Interval(intercept - margin, intercept + margin),
        sd_participant=abs(float(found.x[1])),
        sd_image=abs(float(found.x[2])),
        log_likelihood=-float(found.fun),
        n_trials=len(right),
        n_participants=shape[0],
        n_images=shape[1],
    )


class _Laplace:
    """Negative log likelihood of (intercept, SD of participants, SD of images) by Laplace's approximation.

    Random effects are in units of their SD. Signs of SDs make no difference, so that the fit needs no bounds.
    """

    def __init__(self, hits: NDArray[np.float64], n: NDArray[np.float64]) -> None:
        self.hits, self.n = hits, n
        self.u, self.v = np.zeros(n.shape[0]), np.zeros(n.shape[1])
        """Random effects of participants and images where they were found last: where the next search starts."""

    def __call__(self, parameters: NDArray[np.float64]) -> float:
        intercept, s, t = parameters
        u, v = self.u, self.v
        height = self._joint(intercept, s, t, u, v)
        for _ in range(100):
            step_u, step_v, _ = self._newton(intercept, s, t, u, v)
            size = 1.0
            while (higher := self._joint(intercept, s, t, u + size * step_u, v + size * step_v)) < height - 1e-10:
                size /= 2
            u, v, height = u + size * step_u, v + size * step_v, higher
            if size * max(np.abs(step_u).max(), np.abs(step_v).max()) < _CLOSE:
                break
        self.u, self.v = u, v
        return 0.5 * self._newton(intercept, s, t, u, v)[2] - height

    def _joint(self, intercept: float, s: float, t: float, u: NDArray[np.float64], v: NDArray[np.float64]) -> float:
        """Log density of answers and random effects together, but for constants of the latter."""
        eta = intercept + s * u[:, None] + t * v
        return float((self.hits * eta - self.n * np.logaddexp(0, eta)).sum() - 0.5 * (u @ u + v @ v))

    def _newton(
        self, intercept: float, s: float, t: float, u: NDArray[np.float64], v: NDArray[np.float64]
    ) -> tuple[NDArray[np.float64], NDArray[np.float64], float]:
        """Give the Newton step of both random effects, and the log determinant of their negative Hessian.

        The Hessian's blocks of participants and of images are diagonal; eliminating the images leaves one equation per
        participant.
        """
        p = expit(intercept + s * u[:, None] + t * v)
        residual, weight = self.hits - self.n * p, self.n * p * (1 - p)
        gradient_u, gradient_v = s * residual.sum(axis=1) - u, t * residual.sum(axis=0) - v
        block_u, block_v = 1 + s**2 * weight.sum(axis=1), 1 + t**2 * weight.sum(axis=0)
        across = s * t * weight
        factor = cho_factor(np.diag(block_u) - (across / block_v) @ across.T)
        step_u = cho_solve(factor, gradient_u - across @ (gradient_v / block_v))
        step_v = (gradient_v - across.T @ step_u) / block_v
        log_determinant = float(2 * np.log(np.diag(factor[0])).sum() + np.log(block_v).sum())
        return step_u, step_v, log_determinant


def _standard_error(laplace: _Laplace, at: NDArray[np.float64]) -> float:
    """Give the standard error of the intercept from the curvature at the maximum, SDs estimated with it.

    NaN where the likelihood is flat, as where answers are perfectly separated.
    """
    k = len(at)
    steps = _STEP * np.eye(k)
    hessian = np.empty((k, k))
    for i in range(k):
        for j in range(i + 1):
            corners = [laplace(at + a * steps[i] + b * steps[j]) for a, b in ((1, 1), (1, -1), (-1, 1), (-1, -1))]
            hessian[i, j] = hessian[j, i] = (corners[0] - corners[1] - corners[2] + corners[3]) / (4 * _STEP**2)
    curvatures, directions = np.linalg.eigh(hessian)
    return math.sqrt(float((directions[0] ** 2 / curvatures).sum())) if curvatures.min() > 0 else math.nan
