"""Claims about classifiers that are all trained for the same number of epochs (paper 5.2)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import numpy as np

from fercore.comparison.confusion_bootstrap import ErrorResamples
from fercore.findings.confusion_agreement import answers_of_network, liken
from fercore.findings.deciders.networks import ENSEMBLE, SIMILAR, is_answer, is_right, more, pair
from fercore.findings.evidence import FAILS, HOLDS, UNKNOWN, Decision, Evidence
from fercore.machines.regime import MULTICLASS
from fercore.notation import interval, probability, share


def epochs_accuracy(evidence: Evidence) -> Decision:
    """Look whether a fixed number of epochs is right about as often as training up to 90 %, by either vote."""
    fixed = evidence.fixed_epochs
    found = {
        rule: pair(evidence, is_right(evidence, fixed, rule), is_right(evidence, ENSEMBLE, rule))
        for rule in ("simple", "weighted")
    }
    one, other = found.values()
    ours = f"{share(one.first)}, {share(other.first)} ({fixed}) beside {share(one.second)}, {share(other.second)} ({ENSEMBLE})"
    rigorous = "; ".join(f"{rule} vote {own.rigorous}" for rule, own in found.items())
    apart = [rule for rule, own in found.items() if own.sign(evidence.alpha)]
    if apart:
        return Decision(ours, rigorous, FAILS, f"they differ on the same images, by {' and '.join(apart)} vote")
    if max(abs(bound) for own in found.values() for bound in own.ci) <= SIMILAR:
        return Decision(ours, rigorous, HOLDS, f"both intervals lie within {share(SIMILAR, 2)}")
    return Decision(
        ours, rigorous, UNKNOWN, f"neither a difference is shown nor one of more than {share(SIMILAR, 2)} excluded"
    )


def epochs_bias(evidence: Evidence) -> Decision:
    """Look whether a fixed number of epochs makes more answers 'happy' than training up to 90 %."""
    fixed = evidence.fixed_epochs
    found = pair(
        evidence, is_answer(evidence, fixed, "simple", "happy"), is_answer(evidence, ENSEMBLE, "simple", "happy")
    )
    ours = f"answers 'happy': {share(found.first)} ({fixed}), {share(found.second)} ({ENSEMBLE})"
    return Decision(
        ours, found.rigorous, *more(evidence, found, "more answers are 'happy'", "fewer answers are 'happy'")
    )


def weighted_bias(evidence: Evidence) -> Decision:
    """Look whether the weighted vote makes more answers 'happy' than the simple one."""
    fixed = evidence.fixed_epochs
    found = pair(evidence, *(is_answer(evidence, fixed, rule, "happy") for rule in ("weighted", "simple")))
    ours = f"answers 'happy': {share(found.first)} (weighted), {share(found.second)} (simple)"
    return Decision(
        ours, found.rigorous, *more(evidence, found, "more answers are 'happy'", "fewer answers are 'happy'")
    )


def multiclass_pattern(evidence: Evidence) -> Decision:
    """Look whether the multiclass network mistakes the same labels as the ensemble with a fixed number of epochs."""
    fixed = evidence.fixed_epochs
    read = [(evidence.readout(regime, rule), rule) for regime, rule in ((fixed, "simple"), (MULTICLASS, MULTICLASS))]
    n, images, settings = len(evidence.study.label_set), evidence.study.plan["image"], evidence.settings
    answers = [answers_of_network(images, own.true, own.winners[rule], n) for own, rule in read]
    resamples = ErrorResamples(answers, n, evidence.rng(), settings.n_bootstrap)
    matrices = [own.confusion[rule] for own, rule in read]
    like = liken(matrices[0], matrices[1], settings, (resamples.errors(answers[0]), resamples.errors(answers[1])))
    errors, p = like.errors, like.relabelled.p
    ours = f"r = {share(like.all_cells.r, 2)} over all cells"
    rigorous = f"errors alone r = {share(errors.r, 2)} {interval(like.errors_ci, 2)}, Mantel {probability(p)}"
    if not np.isfinite(p):
        return Decision(ours, rigorous, UNKNOWN, "errors do not vary, so that they cannot be alike")
    if p < evidence.alpha:
        return Decision(ours, rigorous, HOLDS, "errors alone are alike too")
    return Decision(
        ours, rigorous, UNKNOWN, "errors alone are not shown to be alike, and all cells are mostly the right ones"
    )


DECIDERS: Final[dict[str, Callable[[Evidence], Decision]]] = {
    "epochs-accuracy": epochs_accuracy,
    "epochs-bias": epochs_bias,
    "weighted-bias": weighted_bias,
    "multiclass-pattern": multiclass_pattern,
}
"""By the names in ``claims.toml``."""
