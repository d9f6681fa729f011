"""Error consistency: whether two observers fail on the same images more than their accuracies alone would have them.

Geirhos, Meding, Wichmann, *Beyond accuracy: quantifying trial-by-trial behaviour of CNNs and humans by measuring error
consistency*, NeurIPS 2020: Cohen's kappa of right and wrong.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fercore.errors import InputError


@dataclass(frozen=True)
class Consistency:
    """How far two observers are right and wrong on the same images. NaN where there is none to be had."""

    n: int
    """Images that both answered."""
    accuracy_a: float
    accuracy_b: float
    observed: float
    """Share of images on which both were right or both wrong."""
    expected: float
    """That share for independent observers of these accuracies: pa pb + (1 - pa)(1 - pb)."""
    kappa: float
    """(observed - expected) / (1 - expected): 0 for independent errors; negative for errors that avoid each other. NaN
    where ``expected`` is 1."""
    kappa_min: float
    """Smallest kappa that these two accuracies allow."""
    kappa_max: float
    """Largest kappa that these two accuracies allow."""


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
    x, y = x[known], y[known]
    n = len(x)
    if n == 0:
        return Consistency(0, *[math.nan] * 7)
    pa, pb = float(x.mean()), float(y.mean())
    expected = pa * pb + (1 - pa) * (1 - pb)
    observed = float((x == y).mean())
    kappa, low, high = (_kappa(o, expected) for o in (observed, abs(pa + pb - 1), 1 - abs(pa - pb)))
    return Consistency(n, pa, pb, observed, expected, kappa, low, high)


def _kappa(observed: float, expected: float) -> float:
    return (observed - expected) / (1 - expected) if expected < 1 else math.nan


def mean_kappa(a: np.ndarray, others: np.ndarray) -> float:
    """Give the mean kappa of one observer (n,) with several others (m, n); those without a kappa are left out."""
    kappas: NDArray[np.float64] = np.array([error_consistency(a, other).kappa for other in others])
    return float(np.nanmean(kappas)) if np.isfinite(kappas).any() else math.nan
