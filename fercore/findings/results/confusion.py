"""What people take for what (paper Fig. 2)."""

from __future__ import annotations

import numpy as np

from fercore.comparison.intervals import wilson
from fercore.findings.finding import FINDINGS, Finding, Row, about_people, has_papers_labels, tidy
from fercore.findings.people import people
from fercore.machines.runs import Run
from fercore.paper import paper_value
from fercore.settings import ComparisonSettings
from fercore.study import Study

_N_LARGEST = 4  # confusions that the paper names


@FINDINGS.register
def confusion(study: Study, _run: Run | None, settings: ComparisonSettings) -> Finding:
    """Find every cell of people's confusion matrix, with Wilson's interval over the trials of its row.

    The diagonal comes first, then the errors, the most frequent ones first.
    """
    ours = people(study, settings)
    printed = paper_value("human", "confusion") if has_papers_labels(study) else None
    totals = ours.confusion_counts.sum(axis=1)
    hits: list[Row] = []
    errors: list[Row] = []
    for i, true in enumerate(study.label_set):
        for j, response in enumerate(study.label_set):
            low, high = wilson(int(ours.confusion_counts[i, j]), int(totals[i]), settings.ci_level)
            paper = printed[i][j] if printed else None
            note = about_people(study, "n trials of the true label")
            row = Row(f"{true} taken for {response}", ours.confusion[i, j], low, high, int(totals[i]), paper, note)
            (hits if i == j else errors).append(row)
    errors.sort(key=lambda row: -np.nan_to_num(row.value))
    return Finding(
        "What people take for what",
        "section 4.3, Fig. 2",
        tidy(hits + errors),
        "A wrong label can be chosen only where it was offered, with eight labels in a seventh of its row's trials, so a cell "
        "rests on few trials; the paper prints two decimals.",
        n_short=len(hits) + _N_LARGEST,
    )
