"""Confusion matrices as shares, and how alike two of them are (paper 5.3)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fercore.comparison.correlation import Correlation, pearson


def normalise_rows(counts: np.ndarray) -> NDArray[np.float64]:
    """Divide each row of counts (L, L) by its sum; a row without counts is NaN."""
    counts = np.asarray(counts, float)
    totals = counts.sum(axis=1, keepdims=True)
    shares: NDArray[np.float64] = np.divide(counts, totals, out=np.full_like(counts, np.nan), where=totals > 0)
    return shares


def error_shares(counts: np.ndarray) -> NDArray[np.float64]:
    """Divide the rows of many confusion matrices (n, L, L) by their sums and keep the errors, row by row: (n, L * L - L)."""
    counts = np.asarray(counts, float)
    totals = counts.sum(axis=2, keepdims=True)
    shares = np.divide(counts, totals, out=np.full(counts.shape, np.nan), where=totals > 0)
    kept: NDArray[np.float64] = shares[:, ~np.eye(counts.shape[1], dtype=bool)]
    return kept


def count_confusions(true: np.ndarray, predicted: np.ndarray, n_labels: int) -> NDArray[np.int64]:
    """Count predictions by true label (row) and predicted label (column).

    Parameters
    ----------
    true, predicted
        Integer (n,): label numbers; a prediction of -1 (none) is not counted.
    n_labels
        Number of labels.
    """
    true, predicted = np.asarray(true), np.asarray(predicted)
    made = predicted >= 0
    cells = true[made] * n_labels + predicted[made]
    return np.bincount(cells, minlength=n_labels**2).reshape(n_labels, n_labels).astype(np.int64)


def even_errors(accuracy: float, n_labels: int) -> NDArray[np.float64]:
    """Give the confusion matrix (L, L) of an observer who errs without any preference.

    ``accuracy`` on the diagonal, the rest spread evenly. Such a matrix has two values, so that its correlation with
    another one over all cells is the same at every accuracy above chance (1 / L).
    """
    matrix = np.full((n_labels, n_labels), (1 - accuracy) / (n_labels - 1))
    np.fill_diagonal(matrix, accuracy)
    return matrix


@dataclass(frozen=True)
class ConfusionCorrelation:
    """Likeness of two confusion matrices."""

    all_cells: Correlation
    """Over all cells, as in the paper: mostly the diagonal against the rest, so that any good classifier gets a high one
    (errors spread evenly over the labels correlate .998 with the paper's people)."""
    off_diagonal: Correlation
    """Over the errors alone: whether the same labels are mistaken for each other."""


def correlate_confusions(a: np.ndarray, b: np.ndarray, level: float = 0.95) -> ConfusionCorrelation:
    """Correlate two confusion matrices (L, L), each normalised by row; cells that are NaN in either are left out."""
    a, b = np.asarray(a, float), np.asarray(b, float)
    errors = ~np.eye(len(a), dtype=bool)
    return ConfusionCorrelation(pearson(a, b, level), pearson(a[errors], b[errors], level))
