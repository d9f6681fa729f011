"""Accuracy, clicks and time per condition (paper Fig. 3, whose numbers are not printed)."""

from __future__ import annotations

import numpy as np

from fercore.comparison.intervals import wilson
from fercore.findings.finding import FINDINGS, Finding, Row, about_people, tidy
from fercore.findings.people import people
from fercore.machines.runs import Run
from fercore.settings import ComparisonSettings
from fercore.study import Study


@FINDINGS.register
def condition_tables(study: Study, _run: Run | None, settings: ComparisonSettings) -> Finding:
    """Find the three values of every condition; shares with Wilson's interval over trials."""
    rows = []
    for c in people(study, settings).conditions.to_dict("records"):
        name, n = f"{c['true_label']}|{c['false_label']}", c["n"]
        low, high = wilson(round(c["accuracy"] * n), n, settings.ci_level) if n else (np.nan, np.nan)
        rows += [
            Row(f"accuracy, {name}", c["accuracy"], low, high, n, note=about_people(study, "n trials")),
            Row(f"clicks, {name}", c["clicks"], n=n, note=about_people(study, "mean per trial")),
            Row(f"time, {name}", c["time_s"], n=n, note=about_people(study, "mean s from first click to answer")),
        ]
    return Finding(
        "Accuracy, clicks and time per condition",
        "section 4.3, Fig. 3",
        tidy(rows),
        "The paper draws these values and prints none of them.",
        n_short=0,
    )
