"""How clicks, time and accuracy go together over conditions (paper 4.3: .93, -.56, -.65)."""

from __future__ import annotations

from fercore.findings.finding import FINDINGS, Finding, Row, about_people, tidy
from fercore.findings.people import people
from fercore.machines.runs import Run
from fercore.paper import paper_value
from fercore.settings import ComparisonSettings
from fercore.study import Study

_NAMES = {
    "clicks_time": "clicks and time",
    "clicks_accuracy": "clicks and accuracy",
    "time_accuracy": "time and accuracy",
}


@FINDINGS.register
def human_correlations(study: Study, _run: Run | None, settings: ComparisonSettings) -> Finding:
    """Find the three Pearson correlations over condition means, with Fisher's intervals."""
    rows = [
        Row(
            f"r of {_NAMES[name]}",
            c.r,
            c.ci_low,
            c.ci_high,
            c.n,
            paper_value("human", "correlations", name),
            about_people(study, "n conditions"),
        )
        for name, c in people(study, settings).correlations.items()
    ]
    return Finding(
        "Clicks, time and accuracy over conditions",
        "section 4.3",
        tidy(rows),
        "Each r rests on one mean per condition (56 in the paper), and conditions share labels and participants, so another "
        "sample of people or faces can move it by more than the interval says.",
    )
