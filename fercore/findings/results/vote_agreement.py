"""What FER+ voters say: another group of people, another task, beyond the paper (Barsoum et al. 2016)."""

from __future__ import annotations

from fercore.comparison.confusion import correlate_confusions
from fercore.findings.finding import FINDINGS, Finding, Row, tidy
from fercore.findings.networks import readouts
from fercore.findings.voters import voters
from fercore.machines.runs import Run
from fercore.settings import ComparisonSettings
from fercore.study import Study


@FINDINGS.register
def vote_agreement(study: Study, run: Run | None, settings: ComparisonSettings) -> Finding:
    """Find how far votes agree with the labels, and their confusions with the network's where there is a run."""
    crowd = voters(study)
    n = crowd.accuracy.n_images
    rows = [
        Row(
            "mean share of votes on the label",
            crowd.accuracy.share,
            n=n,
            note=f"n images, {crowd.accuracy.n_votes} votes",
        ),
        Row(
            "label has most votes", crowd.accuracy.plurality, n=n, note="1 by construction where votes made the labels"
        ),
    ]
    if run is None and study.run_names:
        run = study.run()
    for regime, by_split in (readouts(study, run, settings) if run else {}).items():
        readout = by_split.get("experimental")
        for rule, matrix in (readout.confusion if readout else {}).items():
            result = correlate_confusions(crowd.confusion, matrix, settings.ci_level)
            of = f"{regime}, {rule}{'' if rule == 'multiclass' else ' vote'}"
            c, errors = result.all_cells, result.off_diagonal
            rows.append(Row(f"r over all cells with votes: {of}", c.r, c.ci_low, c.ci_high, c.n, note="n cells"))
            rows.append(Row(f"r over errors with votes: {of}", errors.r, n=errors.n, note="n cells, not independent"))
    return Finding(
        "What human voters say",
        "beyond the paper",
        tidy(rows),
        "Voters saw the whole face and chose among all labels, which is another task than the paper's two options.",
    )
