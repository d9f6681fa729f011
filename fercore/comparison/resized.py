"""How precise any statistic of crossed answers is at other numbers of people and images, by drawing smaller studies from one.

The variance over studies of p people and i images is taken to be V_people / p + V_images / i + V_rest / (p i), as of a mean
(`fercore.comparison.precision`); the three are fitted to what resamples of several sizes vary by.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import product
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import nnls

from fercore.comparison.precision import Components
from fercore.errors import InputError

SIZES: Final = (1.0, 0.5)
"""Parts of the people, and of the images of each group, that resamples have."""

_DRAWN: Final = tuple(pair for pair in product((*SIZES, None), repeat=2) if pair != (None, None))
"""Sizes of people and images in each set of resamples; None: the study's own, each once, so that only the others vary."""

Statistic = Callable[[NDArray[np.float64], NDArray[np.float64]], NDArray[np.float64]]
"""From how often each person (n_resamples, n_people) and each image (n_resamples, n_images) counts: (n_resamples,)."""


def resized_components(
    statistic: Statistic, n_people: int, groups: np.ndarray, rng: np.random.Generator, *, n_resamples: int = 500
) -> Components:
    """Divide the variance of a statistic.

    Parameters
    ----------
    statistic
        What is worked out on each resample; NaN where it cannot be had.
    n_people
        People of the study.
    groups
        (n_images,): images are drawn within these, such as labels or conditions, which keep their shares.
    rng
        Draws people and images, with replacement.
    n_resamples
        For each pair of `SIZES`, and each size of the one while the other stays as it is.

    Returns
    -------
    Components
        NaN where resamples do not have the statistic. Of a mean these are what `variance_components` gives, but for chance.

    Raises
    ------
    InputError
        With fewer than two people or images.

    Notes
    -----
    Resampled people bring along what their answers to the images at hand vary by, and images the same, so that V_rest over
    the number of images is taken off V_people, and over that of people off V_images.
    """
    n_images = len(groups)
    _check(n_people, n_images)
    designs, variances = [], []
    for part_people, part_images in _DRAWN:
        people, images = np.ones((n_resamples, n_people)), np.ones((n_resamples, n_images))
        if part_people is not None:
            people = _draw_people(n_people, part_people, rng, n_resamples)
        if part_images is not None:
            images = draw_sized(groups, part_images, rng, n_resamples)
        found = statistic(people, images)
        found = found[np.isfinite(found)]
        designs.append((_one_over(part_people, people), _one_over(part_images, images)))
        variances.append(float(found.var(ddof=1)) if len(found) > n_resamples / 2 else np.nan)
    return _components(designs, variances, n_people, n_images, len(np.unique(groups)))


def resized_mean_components(
    values: Callable[[NDArray[np.float64]], NDArray[np.float64]],
    n_people: int,
    n_images: int,
    rng: np.random.Generator,
    *,
    n_resamples: int,
) -> Components:
    """Divide the variance of a mean over images of what people make of each together, as their mean map.

    Parameters
    ----------
    values
        From how often each person counts, (n_people,): (n_images,), NaN in images without a value.
    n_people, n_images, rng, n_resamples
        As in `resized_components`; images need not be drawn, since a mean over them varies as they do.

    Raises
    ------
    InputError
        As `resized_components` does.
    """
    _check(n_people, n_images)
    whole = values(np.ones(n_people))
    whole = whole[np.isfinite(whole)]
    of_image = float(whole.var()) if len(whole) > 1 else np.nan
    designs = [(0.0, 1 / (part * n_images)) for part in SIZES]
    variances = [of_image * one_over_i for _, one_over_i in designs]
    for part in SIZES:
        people = _draw_people(n_people, part, rng, n_resamples)
        drawn = [found[np.isfinite(found)] for found in map(values, people)]
        drawn = [found for found in drawn if len(found) > 1]
        known = len(drawn) > n_resamples / 2
        of_mean = float(np.var([found.mean() for found in drawn], ddof=1)) if known else np.nan
        of_image = float(np.mean([found.var() for found in drawn])) if known else np.nan
        for one_over_i in (0.0, *(1 / (part_images * n_images) for part_images in SIZES)):
            designs.append((_one_over(part, people), one_over_i))
            variances.append(of_mean + of_image * one_over_i)
    return _components(designs, variances, n_people, n_images, 1)


def _one_over(part: float | None, draws: NDArray[np.float64]) -> float:
    return 0.0 if part is None else 1 / float(draws[0].sum())


def _check(n_people: int, n_images: int) -> None:
    if min(n_people, n_images) < 2:
        raise InputError(
            f"{n_people} people and {n_images} images do not tell how people and images vary: at least two of each are needed."
        )


def _draw_people(n: int, part: float, rng: np.random.Generator, n_resamples: int) -> NDArray[np.float64]:
    return rng.multinomial(max(round(part * n), 1), np.full(n, 1 / n), size=n_resamples).astype(np.float64)


def _components(
    designs: list[tuple[float, float]], variances: list[float], n_people: int, n_images: int, n_groups: int
) -> Components:
    """Fit the three variances, of 0 or more, to those of resamples; ``designs``: 1 / p and 1 / i, 0 where nothing was drawn.

    Every size has the same relative error.
    """
    found = np.array(variances)
    if not np.isfinite(found).all():
        return Components(np.nan, np.nan, np.nan, n_people, n_images)
    parts_of = np.array([(p, i, p * i) for p, i in designs])
    scale, units = np.where(found > 0, found, 1.0), parts_of.max(axis=0)
    parts = nnls(parts_of / units / scale[:, None], found / scale)[0] / units
    return corrected(parts, n_people, n_images, n_groups)


def corrected(resampled: NDArray[np.float64], n_people: int, n_images: int, n_groups: int) -> Components:
    """Make variances of resampled people, images and the rest those of people and images drawn anew.

    What is drawn from n varies by (n - 1) / n of what there is, from images in groups by (n - n_groups) / n; and what belongs to
    the rest is taken off the others.
    """
    of_people, of_images = n_people / (n_people - 1), n_images / max(n_images - n_groups, 1)
    people, images, rest = map(float, resampled * [of_people, of_images, of_people * of_images])
    return Components(max(people - rest / n_images, 0.0), max(images - rest / n_people, 0.0), rest, n_people, n_images)


def draw_sized(groups: np.ndarray, part: float, rng: np.random.Generator, n_resamples: int) -> NDArray[np.float64]:
    """Tell how often each image is in each resample, each group a part of its size, at least one: (n_resamples, n_images)."""
    groups = np.asarray(groups)
    draws = np.zeros((n_resamples, len(groups)))
    for group in np.unique(groups):
        own = np.flatnonzero(groups == group)
        size = max(round(part * len(own)), 1)
        draws[:, own] = rng.multinomial(size, np.full(len(own), 1 / len(own)), size=n_resamples)
    return draws
