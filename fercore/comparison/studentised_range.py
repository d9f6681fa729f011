"""The studentised range: how far the largest and the smallest of k means lie apart by chance (Tukey 1949).

scipy has it by adaptive quadrature, a hundredth of a second for each value, which is too slow to follow a slider. Both
integrands are analytic and fall off at both ends, so the trapezoidal rule with a few dozen points gives all digits
(Trefethen and Weideman 2014).
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import brentq
from scipy.special import gammaln, ndtr

_CUT: Final = 40.0
"""An integrand is left out where it is below exp(-40) of its peak."""

_Z: Final = np.linspace(-9, 9, 73)
_BELOW_Z: Final = ndtr(_Z)


def survival(q: np.ndarray | float, k: int, df: float) -> NDArray[np.float64]:
    """Give the chance that the range of k means, over their standard error, is larger than q >= 0: in the shape of ``q``.

    Parameters
    ----------
    q
        Ranges.
    k
        Number of means, 2 or more.
    df
        Degrees of freedom of the standard error, 1 or more.

    Notes
    -----
    With s the estimated over the true standard error and w = q s, it is the mean over s of k times the integral of
    phi(z) (Phi(z)^(k-1) - (Phi(z) - Phi(z-w))^(k-1)) over z, the place of the largest mean. Absolute error below 1e-11.
    """
    s, weight = _errors(df)
    w = np.asarray(q, float)[..., None, None] * s[:, None]
    farther = np.minimum(ndtr(_Z - w) / _BELOW_Z, 1)  # of one other mean, given that it is below z
    none_farther = (1 - farther) ** (k - 1)
    largest = k * np.exp(-(_Z**2) / 2) / np.sqrt(2 * np.pi) * _BELOW_Z ** (k - 1) * (_Z[1] - _Z[0])
    chance: NDArray[np.float64] = ((1 - none_farther) @ largest) @ weight
    return np.clip(chance, 0, 1)


@lru_cache(maxsize=64)
def critical(level: float, k: int, df: float) -> float:
    """Give the range that is exceeded with probability 1 - ``level``."""
    high = 1.0
    while survival(high, k, df) > 1 - level:
        high *= 2
    return float(brentq(lambda q: float(survival(q, k, df)) - (1 - level), 0, high, xtol=1e-12, rtol=1e-13))


@lru_cache(maxsize=64)
def _errors(df: float) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Give values of s and their weights, which sum to 1: df s^2 is chi-squared distributed with df degrees of freedom.

    Spaced evenly in log s, whose density is exp(df (log s - s^2 / 2)) up to a factor.
    """
    step = min(0.15, 0.45 / np.sqrt(2 * df))
    log_s = np.arange(-_CUT / df - 0.5, np.sqrt(_CUT / df) + step, step)
    peak = np.log(2) + df / 2 * np.log(df / 2) - gammaln(df / 2)
    s = np.exp(log_s)
    return s, step * np.exp(peak + df * (log_s - s**2 / 2))
