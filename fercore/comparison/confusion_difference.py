"""Whether the errors of one observer are more like a third one's than another observer's are: difference of two r."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fercore.comparison.confusion import error_shares
from fercore.comparison.reliability import correlate_rows
from fercore.comparison.strata import draw_within


@dataclass(frozen=True)
class LikenessDifference:
    """Two correlations over errors with the same matrix, and how much larger the first is."""

    first: float
    second: float
    resampled: NDArray[np.float64]
    """(n_resamples,): first minus second, images drawn anew within their true labels; NaN where a matrix does not vary."""

    @property
    def difference(self) -> float:
        """First minus second."""
        return self.first - self.second


def compare_likeness(
    reference: np.ndarray,
    first: np.ndarray,
    second: np.ndarray,
    n_labels: int,
    rng: np.random.Generator,
    n_resamples: int,
) -> LikenessDifference:
    """Correlate two observers' errors with those of a third, the same images resampled for all three.

    Parameters
    ----------
    reference, first, second
        (n_images, L * L): how often each image was answered how, cells of the confusion matrix in row-major order.
    n_labels
        L.
    rng
        Draws images within their true labels, so that rows keep their sizes.
    n_resamples
        Number of resamples.
    """
    counts = [np.asarray(own, float) for own in (reference, first, second)]
    true = np.sum(counts, axis=0).reshape(-1, n_labels, n_labels).sum(axis=2).argmax(axis=1)
    draws = draw_within(true, rng, n_resamples).astype(np.float64)
    plain, drawn = (
        [error_shares((weights @ own).reshape(-1, n_labels, n_labels)) for own in counts]
        for weights in (np.ones((1, len(true))), draws)
    )
    first_r, second_r = (float(correlate_rows(plain[0], other)[0]) for other in plain[1:])
    return LikenessDifference(
        first_r, second_r, correlate_rows(drawn[0], drawn[1]) - correlate_rows(drawn[0], drawn[2])
    )
