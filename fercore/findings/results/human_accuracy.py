"""How often people were right (paper 4.3: 83.9 %), and who was left out (4.1)."""

from __future__ import annotations

from fercore.findings.finding import FINDINGS, Finding, Row, about_people, tidy
from fercore.findings.people import people
from fercore.machines.runs import Run
from fercore.paper import paper_value
from fercore.settings import ComparisonSettings
from fercore.study import Study


@FINDINGS.register
def human_accuracy(study: Study, _run: Run | None, settings: ComparisonSettings) -> Finding:
    """Find people's 2AFC accuracy with a bootstrap interval over participants."""
    ours = people(study, settings)
    everybody = len(study.exclusion.participants)
    low, high = ours.accuracy_ci
    rows = [
        Row(
            "2AFC accuracy of people",
            ours.accuracy,
            low,
            high,
            ours.n_participants,
            paper_value("human", "accuracy"),
            about_people(study, f"n participants kept, {ours.n_trials} trials; chance .500"),
        ),
        Row(
            "participants kept",
            ours.n_participants,
            n=everybody,
            paper=paper_value("human", "n_kept"),
            note=about_people(study, f"of {everybody}; the paper: of {paper_value('human', 'n_participants')}"),
        ),
    ]
    return Finding(
        "How often people are right",
        "section 4.3",
        tidy(rows),
        "Other faces and other people: accuracy follows how hard the faces are and how often clicks uncover what tells the two "
        "expressions apart.",
    )
