"""Whether networks and people confuse the same labels, beyond the paper's r: the part ``confusion`` of the report."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fercore.comparison.confusion import correlate_confusions
from fercore.comparison.correlation import Correlation
from fercore.comparison.mantel import Mantel, mantel
from fercore.comparison.spearman import spearman
from fercore.humans.performance import confusion_counts
from fercore.settings import ComparisonSettings
from fercore.study import Study


@dataclass(frozen=True)
class Likeness:
    """How alike two confusion matrices are."""

    all_cells: Correlation
    """Pearson over all cells, as in the paper."""
    errors: Correlation
    """Pearson over the cells off the diagonal."""
    ranks: Correlation
    """Spearman over the cells off the diagonal."""
    relabelled: Mantel
    """Whether the errors are more alike than any relabelling would make them."""


def liken(a: NDArray[np.float64], b: NDArray[np.float64], settings: ComparisonSettings) -> Likeness:
    """Compare two confusion matrices (L, L), each normalised by row."""
    off_diagonal = ~np.eye(len(a), dtype=bool)
    pearson = correlate_confusions(a, b, settings.ci_level)
    ranks = spearman(a[off_diagonal], b[off_diagonal], settings.ci_level)
    return Likeness(pearson.all_cells, pearson.off_diagonal, ranks, mantel(a, b, seed=settings.seed))


def counts_by_participant(study: Study) -> NDArray[np.int64]:
    """Give each kept participant's answers, (n_participants, L, L)."""
    trials = study.kept_trials
    return np.stack([confusion_counts(own, study.label_set) for _, own in trials.groupby("participant")])
