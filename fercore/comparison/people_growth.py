"""How alike the answers of two groups of people are, by the size of the groups: what a ceiling grows by with people."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from fercore.comparison.reliability import correlate_rows
from fercore.comparison.resamples import known_mean

Summary = Callable[[NDArray[np.float64]], NDArray[np.float64]]
"""From counts of a group's answers, (m, n_cells), to what is correlated, (m, n)."""


def grow_correlation(
    counts: NDArray[np.float64], summary: Summary, rng: np.random.Generator, n_splits: int, n_splits_drawn: int
) -> NDArray[np.float64]:
    """Correlate groups of 1, 2, ... people who share nobody, up to half of them.

    Parameters
    ----------
    counts
        (1 + n_resamples, n_people, n_cells): each person's answers, in the data first, and then in resamples of images.
    summary
        What of a group's answers is correlated.
    rng
        Draws the groups.
    n_splits, n_splits_drawn
        Random pairs of groups of each size in the data, and in each resample.

    Returns
    -------
    numpy.ndarray
        (n_people // 2, 1 + n_resamples): mean r over pairs of groups, by size; NaN where none has one.
    """
    n_rows, n_people = counts.shape[:2]
    found = np.full((n_people // 2, n_rows), np.nan)
    for size in range(1, n_people // 2 + 1):
        members = np.tile(
            (np.arange(n_people) < size).astype(float) - (np.arange(n_people) >= n_people - size), (n_splits, 1)
        )
        data = rng.permuted(members, axis=1)
        pair = [summary((data == side).astype(float) @ counts[0]) for side in (1, -1)]
        found[size - 1, 0] = known_mean(correlate_rows(*pair))
        drawn = np.full((n_rows - 1, n_splits_drawn), np.nan)
        for number in range(n_splits_drawn):
            order = rng.permuted(members[0])
            pair = [summary(counts[1:, order == side].sum(axis=1)) for side in (1, -1)]
            drawn[:, number] = correlate_rows(*pair)
        found[size - 1, 1:] = known_mean(drawn)
    return found
