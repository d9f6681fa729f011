"""Resampling within groups: so many of each group as there are, drawn with replacement."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def draw_within(groups: np.ndarray, rng: np.random.Generator, n_resamples: int) -> NDArray[np.int64]:
    """Tell how often each of n things is in each resample, each group keeping its size: (n_resamples, n).

    Parameters
    ----------
    groups
        (n,): which group each belongs to.
    rng
        Draws them.
    n_resamples
        Number of resamples.
    """
    groups = np.asarray(groups)
    draws = np.zeros((n_resamples, len(groups)), dtype=np.int64)
    for group in np.unique(groups):
        own = np.flatnonzero(groups == group)
        draws[:, own] = rng.multinomial(len(own), np.full(len(own), 1 / len(own)), size=n_resamples)
    return draws


def group_means(values: np.ndarray, groups: np.ndarray, draws: np.ndarray) -> NDArray[np.float64]:
    """Average values (n,) within each group in every resample: (n_resamples, n_groups), groups in ascending order."""
    _, number = np.unique(groups, return_inverse=True)
    member = np.eye(int(number.max(initial=-1)) + 1)[number]
    means: NDArray[np.float64] = (draws @ (member * np.asarray(values, float)[:, None])) / (draws @ member)
    return means
