"""Whether networks and people confuse the same labels, beyond the paper's r: the part ``confusion`` of the report."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from fercore.comparison.confusion import correlate_confusions
from fercore.comparison.confusion_bootstrap import Answers, likeness_rows
from fercore.comparison.correlation import Correlation
from fercore.comparison.intervals import Interval
from fercore.comparison.mantel import Mantel, mantel
from fercore.comparison.resamples import moved_interval
from fercore.comparison.spearman import spearman
from fercore.errors import MissingError
from fercore.humans.performance import confusion_counts
from fercore.settings import ComparisonSettings
from fercore.study import Study

_NO_CEILING = np.full(1, np.nan)


@dataclass(frozen=True)
class Likeness:
    """How alike two confusion matrices are."""

    all_cells: Correlation
    """Pearson over all cells, as in the paper."""
    errors: Correlation
    """Pearson over the cells off the diagonal; its own interval takes cells as independent: `errors_ci` is the one to report."""
    ranks: Correlation
    """Spearman over the cells off the diagonal; the same holds."""
    relabelled: Mantel
    """Whether the errors are more alike than any relabelling would make them."""
    errors_ci: Interval
    """Of ``errors``, people and images within labels drawn anew; NaN where nobody's single answers are known."""
    ranks_ci: Interval
    """Of ``ranks``, in the same resamples."""
    score: float
    """``errors`` over people's ceiling; NaN where that is not above 0."""
    score_ci: Interval
    """In the same resamples, the ceiling moving with them."""


Drawn = tuple[NDArray[np.float64], NDArray[np.float64]]
"""Errors of two observers in the same resamples, as `ErrorResamples.errors` gives them."""


def liken(
    a: NDArray[np.float64],
    b: NDArray[np.float64],
    settings: ComparisonSettings,
    drawn: Drawn,
    ceiling: NDArray[np.float64] = _NO_CEILING,
) -> Likeness:
    """Compare two confusion matrices (L, L), each normalised by row.

    Parameters
    ----------
    a, b
        The matrices.
    settings
        Level of intervals, seed of relabellings.
    drawn
        The errors of both in resamples.
    ceiling
        People's ceiling and that of each resample, (1 + n_resamples,).
    """
    off_diagonal = ~np.eye(len(a), dtype=bool)
    pearson = correlate_confusions(a, b, settings.ci_level)
    ranks = spearman(a[off_diagonal], b[off_diagonal], settings.ci_level)
    rows, by_ranks = likeness_rows(*drawn)
    ratio = np.divide(rows, ceiling, out=np.full(len(rows), np.nan), where=ceiling > 0)
    level = settings.ci_level
    return Likeness(
        all_cells=pearson.all_cells,
        errors=pearson.off_diagonal,
        ranks=ranks,
        relabelled=mantel(a, b, seed=settings.seed),
        errors_ci=moved_interval(rows, level, correlation=True),
        ranks_ci=moved_interval(by_ranks, level, correlation=True),
        score=float(ratio[0]),
        score_ci=moved_interval(ratio, level, correlation=False),
    )


def counts_by_participant(study: Study) -> NDArray[np.int64]:
    """Give each kept participant's answers, (n_participants, L, L)."""
    trials = study.kept_trials
    return np.stack([confusion_counts(own, study.label_set) for _, own in trials.groupby("participant")])


def answers_of_participants(study: Study) -> Answers:
    """Give every answer of the kept participants."""
    trials, label_set = study.kept_trials, study.label_set
    true, response = (
        pd.Index(label_set.names).get_indexer(pd.Index(trials[name])) for name in ("true_label", "response")
    )
    person = np.unique(trials["participant"], return_inverse=True)[1]
    return Answers(trials["image"].to_numpy(str), true * len(label_set) + response, person, np.ones(len(trials)))


def answers_of_network(images: pd.Series, true: NDArray[np.intp], answered: NDArray[np.intp], n: int) -> Answers:
    """Give one answer per image, (n_images,) each: numbers of the true label and of the one answered, of ``n`` labels."""
    return Answers(images.to_numpy(str), true * n + answered, np.zeros(len(true), np.intp), np.ones(len(true)))


def answers_of_responders(study: Study, names: Sequence[str]) -> Answers:
    """Give every answer of some who chose among all labels; the same image in another condition of seeing is another one."""
    table, labels = study.responses, pd.Index(study.label_set.names)
    if table is None:
        raise MissingError(f"Study {study.name!r} has no answers among all labels.")
    own = table[table["observer"].isin(names) & (table["response"] != "")]
    true, response = (labels.get_indexer(pd.Index(own[column])) for column in ("true_label", "response"))
    images = (own["seeing"].astype(str) + "/" + own["image"].astype(str)).to_numpy(str)
    person = np.unique(own["observer"], return_inverse=True)[1]
    return Answers(images, true * len(labels) + response, person, np.ones(len(own)))
