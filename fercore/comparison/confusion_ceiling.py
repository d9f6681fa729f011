"""What a confusion matrix of people can agree with at best: itself, from other people."""

from __future__ import annotations

import numpy as np

from fercore.comparison.confusion import error_shares
from fercore.comparison.reliability import SplitHalf, correlate_rows, random_halves


def confusion_ceiling(counts: np.ndarray, rng: np.random.Generator, n_splits: int = 1000) -> SplitHalf:
    """Correlate the confusions of two halves of the participants off the diagonal.

    Parameters
    ----------
    counts
        (n_participants, L, L): each participant's answers by true label (row) and response (column).
    rng
        Draws the halves.
    n_splits
        Number of random splits.

    Returns
    -------
    SplitHalf
        r of each split; NaN where a half has a row without answers. Empty with fewer than two participants.
    """
    counts = np.asarray(counts, float)
    n, n_labels = counts.shape[:2]
    if n < 2:
        return SplitHalf(np.empty(0))
    first = random_halves(n, n_splits, rng)
    halves = [
        error_shares((half.astype(float) @ counts.reshape(n, -1)).reshape(n_splits, n_labels, n_labels))
        for half in (first, ~first)
    ]
    return SplitHalf(correlate_rows(*halves))
