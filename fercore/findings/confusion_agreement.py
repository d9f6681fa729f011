"""Whether networks and people confuse the same labels, beyond the paper's r: the part ``confusion`` of the report."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from fercore.comparison.confusion import correlate_confusions, even_errors
from fercore.comparison.confusion_ceiling import confusion_ceiling
from fercore.comparison.mantel import mantel
from fercore.comparison.spearman import spearman
from fercore.errors import MissingError
from fercore.findings.networks import MULTICLASS, readouts
from fercore.findings.people import people
from fercore.humans.performance import confusion_counts
from fercore.machines.runs import Run
from fercore.settings import ComparisonSettings
from fercore.study import Study


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
    ceiling = confusion_ceiling(_counts_by_participant(study), np.random.default_rng(settings.seed))
    even = correlate_confusions(ours, even_errors(0.5, len(ours)), settings.ci_level).all_cells.r
    errors = ~np.eye(len(ours), dtype=bool)
    part = {}
    for regime, by_split in readouts(study, run, settings).items():
        if "experimental" not in by_split:
            continue
        for rule, matrix in by_split["experimental"].confusion.items():
            pearson = correlate_confusions(ours, matrix, settings.ci_level)
            test = mantel(ours, matrix, seed=settings.seed)
            r_56 = pearson.off_diagonal
            part[MULTICLASS if rule == MULTICLASS else f"{regime} {rule}"] = {
                "r_64": pearson.all_cells.r,
                "r_56": r_56.r,
                "r_56_ci": [r_56.ci_low, r_56.ci_high],
                "spearman_56": spearman(ours[errors], matrix[errors], settings.ci_level).r,
                "mantel_r": test.r,
                "mantel_p": test.p,
                "n_permutations": test.n_permutations,
                "exact": test.exact,
                "ceiling": ceiling.mean,
                "ceiling_spread": ceiling.spread(settings.ci_level),
                "even_error_r_64": even,
            }
    return part


def _counts_by_participant(study: Study) -> NDArray[np.int64]:
    trials = study.kept_trials
    return np.stack([confusion_counts(own, study.label_set) for _, own in trials.groupby("participant")])
