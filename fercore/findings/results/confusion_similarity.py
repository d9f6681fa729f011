"""Whether network and people confuse the same expressions (paper 5.3: r = .93, .92; .91, .80; .91)."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from fercore.comparison.confusion import correlate_confusions
from fercore.comparison.correlation import Correlation
from fercore.findings.finding import FINDINGS, Finding, Row, about_people, tidy
from fercore.findings.networks import SPLITS, readouts
from fercore.findings.people import people
from fercore.machines.runs import Run
from fercore.paper import paper_value
from fercore.settings import ComparisonSettings
from fercore.study import Study

_PAPER = {"simple": "confusion_r_simple", "weighted": "confusion_r_weighted", "multiclass": "confusion_r"}


@FINDINGS.register
def confusion_similarity(study: Study, run: Run | None, settings: ComparisonSettings) -> Finding:
    """Correlate people's confusion matrix with every one of the run, with and without the diagonal."""
    ours = people(study, settings)
    rows = []
    for regime, by_split in readouts(study, run or study.run(), settings).items():
        for split in SPLITS:
            readout = by_split.get(split)
            for rule, matrix in (readout.confusion if readout else {}).items():
                result = correlate_confusions(ours.confusion, matrix, settings.ci_level)
                of = f"{regime}, {rule}{'' if rule == 'multiclass' else ' vote'}, {split} images"
                printed = paper_value("machine", regime, _PAPER[rule]) if rule in _PAPER else None
                note = about_people(study, "n cells, diagonal included")
                rows.append(_row(f"r over all cells: {of}", result.all_cells, printed, note))
                note = about_people(study, "n cells off the diagonal: errors alone; interval: confusion, r_56_ci")
                errors = replace(result.off_diagonal, ci_low=np.nan, ci_high=np.nan)  # cells are not independent
                rows.append(_row(f"r over errors: {of}", errors, None, note))
    return Finding(
        "Do network and people confuse the same expressions?",
        "section 5.3",
        tidy(rows),
        "Over all cells r mostly says that both are right more often than wrong (errors spread evenly give .998 with the paper's "
        "people), so it moves with accuracy; the errors alone say whether the same expressions are confused.",
    )


def _row(name: str, c: Correlation, paper: float | None, note: str) -> Row:
    return Row(name, c.r, c.ci_low, c.ci_high, c.n, paper, note)
