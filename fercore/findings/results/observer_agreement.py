"""How people and networks do who chose among all labels, and whether they fail on the same images (Geirhos et al. 2021)."""

from __future__ import annotations

from fercore.findings.finding import FINDINGS, Finding, Row, tidy
from fercore.findings.responses import responses
from fercore.machines.runs import Run
from fercore.settings import ComparisonSettings
from fercore.study import Study


@FINDINGS.register
def observer_agreement(study: Study, _run: Run | None, settings: ComparisonSettings) -> Finding:
    """Find everybody's accuracy, and the mean error consistency of each with all (other) people."""
    found = responses(study, settings)
    rows = []
    if found.people:
        n = len(found.people)
        rows.append(Row("accuracy of people", found.people_accuracy, *found.people_ci, n, note="n people"))
    for o in found.observers:
        missed = f", {o.n_missed} of them missed" if o.n_missed else ""
        rows.append(Row(f"accuracy of {o.name}", o.accuracy, *o.ci, o.n, note=f"n answers{missed}"))
    for o in found.observers if found.people else ():
        others = len(found.people) - o.person
        whom = "other people" if o.person else "people"
        rows.append(Row(f"κ of {o.name}", found.with_people(o.name), n=others, note=f"n {whom}, mean over pairs"))
    return Finding(
        "Who is right among all labels, and on the same images as people",
        "beyond the paper",
        tidy(rows),
        "Answers that were given elsewhere: a missing one is wrong, and κ is a mean over conditions of seeing, both as in "
        "model-vs-human.",
    )
