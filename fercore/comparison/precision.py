"""How wide an interval is going to be, with other numbers of people and of images.

A share or a mean over trials varies with who takes part, with what is shown, and with neither: for p people and i images
Var(mean) = V_people / p + V_images / i + V_rest / (p i), the crossed random-effects design of Cornfield & Tukey (1956).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.stats import norm

from fercore.errors import InputError


@dataclass(frozen=True)
class Components:
    """Where the variance of single answers comes from; squared units of the answers, 0 or more."""

    people: float
    images: float
    rest: float
    """Differences of people between images, and chance."""
    n_people: int
    n_images: int

    def standard_error(self, n_people: int, n_images: int) -> float:
        """Give the standard error of the mean over other people and other images, this many of each."""
        return float(np.sqrt(self.people / n_people + self.images / n_images + self.rest / (n_people * n_images)))

    def width(self, n_people: int, n_images: int, level: float = 0.95) -> float:
        """Give the width of a normal interval of the mean, from end to end, in the units of the answers."""
        return float(2 * norm.ppf((1 + level) / 2) * self.standard_error(n_people, n_images))


def variance_components(values: np.ndarray) -> Components:
    """Divide the variance of crossed answers by the method of moments.

    Parameters
    ----------
    values
        Float (n_people, n_images); NaN where somebody did not answer.

    Returns
    -------
    Components
        Unbiased up to the cut at 0. Missing answers are taken into account by the mean numbers of answers per person and
        per image, which is exact when nothing is missing.

    Raises
    ------
    InputError
        With fewer than two people or images that have answers.
    """
    known = np.isfinite(values)
    values, known = (part[known.any(axis=1)][:, known.any(axis=0)] for part in (np.asarray(values, float), known))
    p, i = values.shape
    if min(p, i) < 2:
        raise InputError(
            f"{p} people and {i} images do not tell how people and images vary: at least two of each are needed."
        )
    filled = np.where(known, values, 0.0)
    n_of_person, n_of_image = known.sum(axis=1), known.sum(axis=0)
    grand = filled.sum() / known.sum()
    of_person, of_image = filled.sum(axis=1) / n_of_person, filled.sum(axis=0) / n_of_image
    residual = np.where(known, values - of_person[:, None] - of_image + grand, 0.0)
    degrees = known.sum() - p - i + 1
    rest = float((residual**2).sum() / degrees) if degrees > 0 else 0.0
    people = max(float(of_person.var(ddof=1)) - rest * float((1 / n_of_person).mean()), 0.0)
    images = max(float(of_image.var(ddof=1)) - rest * float((1 / n_of_image).mean()), 0.0)
    return Components(people, images, rest, p, i)
