"""Whether networks and people confuse the same labels, beyond the paper's r: the part ``confusion`` of the report."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fercore.comparison.confusion import correlate_confusions, even_errors
from fercore.comparison.confusion_ceiling import confusion_ceiling
from fercore.comparison.correlation import Correlation
from fercore.comparison.mantel import Mantel, mantel
from fercore.comparison.spearman import spearman
from fercore.errors import MissingError
from fercore.findings.networks import MULTICLASS, readouts
from fercore.findings.people import people
from fercore.humans.performance import confusion_counts
from fercore.machines.runs import Run
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


def confusion_part(study: Study, run: Run | None, settings: ComparisonSettings) -> dict[str, dict[str, Any]]:
    """Compare people's confusions with those of every regime and voting rule on the experimental images.

    Returns
    -------
    dict
        By ``REGIME RULE`` (``accuracy-90 simple``), and ``multiclass``, which needs no rule.

    Raises
    ------
    MissingError
        Without trials, or without a run.
    """
    if run is None:
        raise MissingError(f"Study {study.name!r} has no run yet: train one, `python -m fercore train {study.name}`.")
    ours = people(study, settings).confusion
    ceiling = confusion_ceiling(counts_by_participant(study), np.random.default_rng(settings.seed))
    even = correlate_confusions(ours, even_errors(0.5, len(ours)), settings.ci_level).all_cells.r
    part = {}
    for regime, by_split in readouts(study, run, settings).items():
        if "experimental" not in by_split:
            continue
        for rule, matrix in by_split["experimental"].confusion.items():
            like = liken(ours, matrix, settings)
            part[MULTICLASS if rule == MULTICLASS else f"{regime} {rule}"] = {
                "r_64": like.all_cells.r,
                "r_56": like.errors.r,
                "r_56_ci": [like.errors.ci_low, like.errors.ci_high],
                "spearman_56": like.ranks.r,
                "mantel_r": like.relabelled.r,
                "mantel_p": like.relabelled.p,
                "n_permutations": like.relabelled.n_permutations,
                "exact": like.relabelled.exact,
                "ceiling": ceiling.mean,
                "ceiling_spread": ceiling.spread(settings.ci_level),
                "even_error_r_64": even,
            }
    return part


def counts_by_participant(study: Study) -> NDArray[np.int64]:
    """Give each kept participant's answers, (n_participants, L, L)."""
    trials = study.kept_trials
    return np.stack([confusion_counts(own, study.label_set) for _, own in trials.groupby("participant")])
