"""Whether the errors of one observer are more like a third one's than another observer's are: difference of two r."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

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
    plain = [_error_shares(own.sum(axis=0, keepdims=True), n_labels) for own in counts]
    drawn = [_error_shares(draws @ own, n_labels) for own in counts]
    return LikenessDifference(
        first=float(_rows_r(plain[0], plain[1])[0]),
        second=float(_rows_r(plain[0], plain[2])[0]),
        resampled=_rows_r(drawn[0], drawn[1]) - _rows_r(drawn[0], drawn[2]),
    )


def _error_shares(pooled: NDArray[np.float64], n: int) -> NDArray[np.float64]:
    """Divide rows by their sums, and keep the cells off the diagonal: (n_resamples, n * n - n)."""
    matrices = pooled.reshape(-1, n, n)
    totals = matrices.sum(axis=2, keepdims=True)
    shares = np.divide(matrices, totals, out=np.full(matrices.shape, np.nan), where=totals > 0)
    kept: NDArray[np.float64] = shares[:, ~np.eye(n, dtype=bool)]
    return kept


def _rows_r(a: NDArray[np.float64], b: NDArray[np.float64]) -> NDArray[np.float64]:
    x, y = a - a.mean(axis=1, keepdims=True), b - b.mean(axis=1, keepdims=True)
    norm = np.sqrt((x**2).sum(axis=1) * (y**2).sum(axis=1))
    r: NDArray[np.float64] = np.divide((x * y).sum(axis=1), norm, out=np.full(len(x), np.nan), where=norm > 0)
    return r
