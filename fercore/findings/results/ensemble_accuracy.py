"""How often the network is right: votes of the pair classifiers, the 2AFC of people, and the multiclass network (paper 5.2)."""

from __future__ import annotations

from fercore.findings.finding import FINDINGS, Finding, Row, tidy
from fercore.findings.networks import SPLITS, readouts
from fercore.machines.runs import Run
from fercore.paper import paper_value
from fercore.settings import ComparisonSettings
from fercore.study import Study

_PAPER = {"simple": "simple_vote_accuracy", "weighted": "weighted_vote_accuracy", "multiclass": "accuracy"}


@FINDINGS.register
def ensemble_accuracy(study: Study, run: Run | None, settings: ComparisonSettings) -> Finding:
    """Find the accuracy of every regime by every rule, on validation and on experimental images."""
    n_labels = len(study.label_set)
    rows = []
    for regime, by_split in readouts(study, run or study.run(), settings).items():
        for split in SPLITS:
            readout = by_split.get(split)
            if readout is None:
                continue
            for rule, share in readout.accuracy.items():
                rows.append(
                    Row(
                        f"{regime}, {rule}{'' if rule == 'multiclass' else ' vote'}, {split} images",
                        share.value,
                        *share.ci,
                        share.n,
                        paper_value("machine", regime, _PAPER[rule]) if rule in _PAPER else None,
                        f"{n_labels} options, chance {1 / n_labels:.3f}",
                    )
                )
            task = "same options as people" if split == "experimental" else "true label against each other label"
            rows.append(
                Row(
                    f"{regime}, 2AFC, {split} images",
                    readout.two_afc.value,
                    *readout.two_afc.ci,
                    readout.two_afc.n,
                    note=f"{task}, chance .500",
                )
            )
    return Finding(
        "How often the network is right",
        "section 5.2",
        tidy(rows),
        "The paper trains ResNet-50 on AffectNet and does not say on which images it counts; other faces, networks and numbers "
        "of training images give other accuracies.",
    )
