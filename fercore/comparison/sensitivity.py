"""Sensitivity d' of answers between two alternatives: accuracy on a scale without a ceiling."""

from __future__ import annotations

import math
from dataclasses import dataclass

from scipy.stats import norm

from fercore.comparison.error_consistency import N_ENOUGH
from fercore.comparison.intervals import Interval, wilson


@dataclass(frozen=True)
class Sensitivity:
    """d' of one observer; NaN without trials."""

    d_prime: float
    ci: Interval
    """Wilson's interval of the accuracy on the scale of d'; a bound at 0 or 1 is infinite."""
    corrected: bool
    """Whether the accuracy was 0 or 1 and had to be moved inwards."""


def d_prime_2afc(n_correct: int, n: int, level: float = 0.95) -> Sensitivity:
    """Give d' = sqrt(2) z(accuracy) (Green & Swets 1966; Macmillan & Creelman 2005, chapter 7).

    Parameters
    ----------
    n_correct, n
        Correct trials, and all of them.
    level
        Level of the interval.

    Notes
    -----
    Accuracies of 0 and 1 have no finite z: they are replaced by 1 / (2 n) and 1 - 1 / (2 n) (Macmillan & Kaplan 1985).
    The observer is taken to have no bias towards either alternative. sqrt(2) is that of two observations per trial, as is
    usual for 2AFC; a single face between two labels could as well be read as one observation, with d' = 2 z: all values
    are then larger by the same factor, and comparisons between observers are unchanged.
    """
    if n == 0:
        return Sensitivity(math.nan, Interval(math.nan, math.nan), False)
    accuracy = min(max(n_correct / n, 1 / (2 * n)), 1 - 1 / (2 * n))
    return Sensitivity(_scaled(accuracy), d_prime_bounds(wilson(n_correct, n, level)), n_correct in (0, n))


def d_prime_bounds(accuracy: Interval) -> Interval:
    """Bring any interval of an accuracy in 2AFC to the scale of d'; a bound at 0 or 1 is infinite."""
    return Interval(*(_scaled(bound) for bound in accuracy))


def too_few_answers(n: int) -> str:
    """Say that n answers are too few to tell an accuracy in 2AFC; empty where they are enough."""
    if n >= N_ENOUGH:
        return ""
    return f"Only {n} answers: below {N_ENOUGH}, an accuracy may be off by about .1 either way, and d' with it."


def _scaled(accuracy: float) -> float:
    return math.sqrt(2) * float(norm.ppf(accuracy))
