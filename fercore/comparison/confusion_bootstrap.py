"""Intervals of how alike the errors of two observers are, for other people who see other images of the same labels.

People, and images within their true labels, are drawn anew together (Owen 2007). Drawing adds noise to both matrices and so makes
them less alike than they are: percentiles lie too low. They are therefore moved, correlations on the scale of Fisher's z, so that
their median is the value observed. What such an interval holds is the mean over studies of this size, noise of the cells and all;
its coverage is tried in ``benchmarks/false_positives.py``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.stats import rankdata

from fercore.comparison.confusion import error_shares
from fercore.comparison.reliability import correlate_rows, random_halves, spearman_brown
from fercore.comparison.resamples import count_weights, known_mean

N_HALVINGS: Final = 10
"""Halvings of the people in each resample, whose mean is its ceiling."""

N_CELLS: Final = 4
"""Errors that a correlation with an interval takes at least, as Fisher's does."""

_AT_ONCE: Final = 4_000_000
"""Numbers that are held at once."""


@dataclass(frozen=True)
class Answers:
    """Single answers, (n,) each."""

    image: np.ndarray
    """What was answered, by any name that is the same for all observers."""
    cell: NDArray[np.intp]
    """Cell of the confusion matrix (L, L), row by row."""
    person: NDArray[np.intp]
    """Number of who answered, from 0; the same for all where they are one, or not known one by one."""
    times: NDArray[np.float64]
    """How often the answer was given."""


class ErrorResamples:
    """Resamples of images that several observers answered, the same ones for all of them."""

    def __init__(self, everybody: Sequence[Answers], n_labels: int, rng: np.random.Generator, n_resamples: int) -> None:
        """Draw images within their true labels, those that the first of ``everybody`` answered apart from others."""
        images = [answers.image for answers in everybody] or [np.empty(0)]
        cells = [answers.cell for answers in everybody] or [np.empty(0, np.intp)]
        self._names, first = np.unique(np.concatenate(images), return_index=True)
        labels = np.concatenate(cells)[first] // n_labels
        shared = np.isin(self._names, images[0])
        self._n_labels, self._rng = n_labels, rng
        self._draws = np.ones((1 + n_resamples, len(self._names)))
        for stratum in np.unique(np.stack([labels, shared]), axis=1).T:
            own = np.flatnonzero((labels == stratum[0]) & (shared == stratum[1]))
            self._draws[1:, own] = rng.multinomial(len(own), np.full(len(own), 1 / len(own)), size=n_resamples)

    def errors(self, answers: Answers) -> NDArray[np.float64]:
        """Give the errors, as shares of their rows, (1 + n_resamples, L * L - L): the data in the first row.

        Several people are drawn anew with the images.
        """
        return self._shares(answers, 0)[0]

    def errors_and_ceiling(self, answers: Answers) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Give the same, and how alike the errors of halves of the people are in each resample, (1 + n_resamples,).

        Whoever is drawn twice is twice in one half. Mean over `N_HALVINGS` halvings, each with Spearman-Brown; NaN with one person.
        """
        return self._shares(answers, N_HALVINGS)

    def _shares(self, answers: Answers, n_halvings: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        n_rows, n_cells = len(self._draws), self._n_labels**2
        n_people = int(answers.person.max(initial=-1)) + 1
        people = np.ones((n_rows, n_people))
        if n_people > 1:
            people = count_weights(n_people, self._rng, n_rows - 1)
        where = np.searchsorted(self._names, answers.image), answers.person * n_cells + answers.cell
        counts = csr_array((answers.times, where), shape=(len(self._names), n_people * n_cells))
        kept, ceilings = [], []
        step = max(_AT_ONCE // max(n_people * n_cells, 1), 1)
        for start in range(0, n_rows, step):
            part = slice(start, start + step)
            own = (self._draws[part] @ counts).reshape(-1, n_people, n_cells)
            kept.append(self._errors(np.einsum("rp,rpc->rc", people[part], own)))
            ceilings.append(self._halves(own, people[part], n_halvings if n_people > 1 else 0))
        return np.concatenate(kept), np.concatenate(ceilings)

    def _errors(self, counts: NDArray[np.float64]) -> NDArray[np.float64]:
        return error_shares(counts.reshape(-1, self._n_labels, self._n_labels))

    def _halves(self, counts: NDArray[np.float64], people: NDArray[np.float64], n: int) -> NDArray[np.float64]:
        found = np.full((len(people), max(n, 1)), np.nan)
        for number in range(n):
            first = random_halves(people.shape[1], len(people), self._rng)
            halves = (self._errors(np.einsum("rp,rpc->rc", people * half, counts)) for half in (first, ~first))
            found[:, number] = spearman_brown(correlate_rows(*halves))
        return known_mean(found)


def likeness_rows(a: NDArray[np.float64], b: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Correlate errors (1 + n_resamples, m), or (1, m) of a matrix that is not drawn anew, by Pearson and by Spearman.

    Cells that the data lack in either are left out; NaN with fewer than `N_CELLS`, and where a resample has no answers in a row.
    """
    a, b = np.broadcast_arrays(a, b)
    known = np.isfinite(a[0]) & np.isfinite(b[0])
    if known.sum() < N_CELLS:
        return np.full(len(a), np.nan), np.full(len(a), np.nan)
    a, b = a[:, known], b[:, known]
    return correlate_rows(a, b), correlate_rows(rankdata(a, axis=1), rankdata(b, axis=1))
