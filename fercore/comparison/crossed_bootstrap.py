"""Bootstrap over people *and* images: an interval that speaks of other people who see other images."""

from __future__ import annotations

import numpy as np

from fercore.comparison.intervals import Interval, percentiles


def bootstrap_crossed_mean(
    values: np.ndarray, rng: np.random.Generator, *, n_resamples: int = 2000, level: float = 0.95
) -> Interval:
    """Give the percentile interval of the mean of crossed answers, people and images drawn anew in each resample.

    Owen (2007), the pigeonhole bootstrap: never too narrow by more than chance, somewhat too wide.

    Parameters
    ----------
    values
        Float (n_people, n_images); NaN where somebody did not answer.
    rng
        Source of the resampling; the same state gives the same interval.
    n_resamples
        Number of resamples; those without an answer are left out.
    level
        Level of the interval.

    Returns
    -------
    Interval
        NaN with fewer than two people or images that have answers.
    """
    known = np.isfinite(values)
    values, known = (part[known.any(axis=1)][:, known.any(axis=0)] for part in (np.asarray(values, float), known))
    if min(values.shape) < 2:
        return Interval(np.nan, np.nan)
    people, images = (rng.multinomial(k, np.full(k, 1 / k), size=n_resamples).astype(float) for k in values.shape)
    sums = ((people @ np.where(known, values, 0)) * images).sum(axis=1)
    sizes = ((people @ known.astype(float)) * images).sum(axis=1)
    return percentiles(sums[sizes > 0] / sizes[sizes > 0], level)
