"""Claims about networks beside people: who is right more often, and whether they mistake the same (paper 5.3, abstract)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from fercore.comparison.confusion import normalise_rows
from fercore.comparison.confusion_difference import compare_likeness
from fercore.comparison.correlation import pearson
from fercore.comparison.intervals import Interval, bootstrap_mean, percentiles
from fercore.errors import MissingError
from fercore.findings.deciders.networks import ENSEMBLE
from fercore.findings.evidence import FAILS, HOLDS, IN_PART, UNKNOWN, Decision, Evidence, side
from fercore.findings.observer_groups import answers_of_people, network_right
from fercore.machines.regime import MULTICLASS
from fercore.notation import interval, probability, share
from fercore.study.seeing import read_seeing


def humans_better(evidence: Evidence) -> Decision:
    """Hold people against the ensemble in people's 2AFC: with the whole image, and with what each person had uncovered."""
    study, run, people = evidence.study, evidence.run, evidence.people
    evidence.require_regime(ENSEMBLE)
    vote = evidence.readout(ENSEMBLE, "simple").accuracy["simple"]
    ours = f"{share(people.accuracy)} (2AFC), {share(vote.value)} ({len(study.label_set)}-way)"
    right = answers_of_people(study)
    known = np.isfinite(right).any(axis=0)
    mean = np.full(len(study.plan), np.nan)
    mean[known] = np.nanmean(right[:, known], axis=0)
    whole = _difference(evidence, mean - network_right(study, run, ENSEMBLE), np.arange(len(study.plan)))
    told = [f"whole image {_said(whole)}"]
    seeing = read_seeing(study, run, ENSEMBLE)
    uncovered = None
    if seeing is not None:
        trials = study.kept_trials
        network = np.where(np.isfinite(seeing.revealed), seeing.revealed > 0, np.nan)
        uncovered = _difference(evidence, trials["correct"].to_numpy(float) - network, trials["image"].to_numpy())
        told.append(f"what each person had uncovered {_said(uncovered)}")
    rigorous = f"same 2AFC, people minus network: {'; '.join(told)}"
    ahead = side(whole[1]), 0 if uncovered is None else side(uncovered[1])
    if ahead == (1, 1) or (ahead[0] == 1 and uncovered is None):
        return Decision(ours, rigorous, HOLDS, "people are right more often in the same task")
    if ahead[1] == 1:
        return Decision(ours, rigorous, IN_PART, "only where the network sees no more than the person had uncovered")
    if ahead[0] == 1:
        return Decision(ours, rigorous, IN_PART, "only where the network sees the whole image")
    return Decision(ours, rigorous, FAILS, "the printed numbers are of two tasks; in the same one people are not ahead")


def _difference(evidence: Evidence, values: NDArray[np.float64], images: np.ndarray) -> tuple[float, Interval]:
    settings = evidence.settings
    ci = bootstrap_mean(values, images, evidence.rng(), n_resamples=settings.n_bootstrap, level=settings.ci_level)
    return (float(np.nanmean(values)) if np.isfinite(values).any() else np.nan), ci


def _said(found: tuple[float, Interval]) -> str:
    return f"{share(found[0])} {interval(found[1])}"


def similarity(*keys: tuple[str, str]) -> Callable[[Evidence], Decision]:
    """Give what decides whether confusions of networks are like people's; ``keys``: regime and rule of each.

    The regime ``epochs`` stands for the one with a fixed number of epochs.
    """

    def decide(evidence: Evidence) -> Decision:
        evidence.people  # noqa: B018  says what is missing: voters had another task
        found = []
        for named, rule in keys:
            regime = evidence.fixed_epochs if named == "epochs" else named
            evidence.readout(regime, rule)
            key = MULTICLASS if rule == MULTICLASS else f"{regime} {rule}"
            found.append(evidence.part("confusion")[key])
        ours = f"r = {', '.join(share(one['r_64'], 2) for one in found)}"
        even = found[0]["even_error_r_64"]
        rigorous = (
            "; ".join(map(_errors, found))
            + f"; people's ceiling {share(found[0]['ceiling'], 2)}; even errors {share(even)}"
        )
        alike = [one["mantel_p"] < evidence.alpha for one in found]
        beyond = f"over all cells errors without any preference get {share(even)}"
        if not all(np.isfinite(one["mantel_p"]) for one in found):
            return Decision(ours, rigorous, UNKNOWN, "errors do not vary, so that they cannot be alike")
        if all(alike):
            return Decision(ours, rigorous, HOLDS, f"errors alone are alike too, far less than r says: {beyond}")
        if any(alike):
            return Decision(ours, rigorous, IN_PART, f"the errors of one vote only are alike: {beyond}")
        return Decision(ours, rigorous, IN_PART, f"only over all cells, where {beyond.removeprefix('over all cells ')}")

    return decide


def _errors(found: dict[str, Any]) -> str:
    return f"errors alone r = {share(found['r_56'], 2)} {interval(found['r_56_ci'], 2)}, Mantel {probability(found['mantel_p'])}"


def ensemble_nearer(evidence: Evidence) -> Decision:
    """Hold the ensemble's likeness to people against the multiclass network's; images are drawn within their true labels."""
    n = len(evidence.study.label_set)
    simple, multi = evidence.readout(ENSEMBLE, "simple"), evidence.readout(MULTICLASS, MULTICLASS)
    counts = [
        _people_counts(evidence, n),
        _counts(simple.true, simple.winners["simple"], n),
        _counts(multi.true, multi.winners[MULTICLASS], n),
    ]
    plain = [normalise_rows(own.sum(axis=0).reshape(n, n)) for own in counts]
    all_cells = [pearson(plain[0], matrix).r for matrix in plain[1:]]
    found = compare_likeness(counts[0], counts[1], counts[2], n, evidence.rng(), evidence.settings.n_bootstrap)
    ci = percentiles(found.resampled, evidence.settings.ci_level)
    ours = f"r = {share(all_cells[0], 2)}, {share(all_cells[1], 2)}"
    rigorous = (
        f"errors alone r = {share(found.first, 2)}, {share(found.second, 2)}; "
        f"difference {share(found.difference, 2)} {interval(ci, 2)}"
    )
    told = {
        1: (HOLDS, "its errors are more like people's"),
        -1: (FAILS, "the multiclass network's errors are more like people's"),
        0: (UNKNOWN, "the interval over images holds both signs"),
    }
    return Decision(ours, rigorous, *told[side(ci)])


def _counts(true: NDArray[np.intp], answered: NDArray[np.intp], n: int) -> NDArray[np.float64]:
    """Give each image's answer as a confusion matrix, (n_images, n * n)."""
    counts = np.zeros((len(true), n * n))
    counts[np.arange(len(true)), true * n + answered] = 1
    return counts


def _people_counts(evidence: Evidence, n: int) -> NDArray[np.float64]:
    evidence.people  # noqa: B018  says what is missing
    study = evidence.study
    trials, label_set = study.kept_trials, study.label_set
    row = {image: number for number, image in enumerate(study.plan["image"])}
    counts = np.zeros((len(row), n * n))
    cells = [
        (row[image], label_set.index(true) * n + label_set.index(response))
        for image, true, response in zip(trials["image"], trials["true_label"], trials["response"], strict=True)
    ]
    if not cells:
        raise MissingError("nobody answered")
    np.add.at(counts, tuple(np.array(cells).T), 1)
    return counts


DECIDERS: Final[dict[str, Callable[[Evidence], Decision]]] = {
    "humans-better": humans_better,
    "confusion-simple": similarity((ENSEMBLE, "simple")),
    "confusion-weighted": similarity((ENSEMBLE, "weighted")),
    "confusion-epochs": similarity(("epochs", "simple"), ("epochs", "weighted")),
    "confusion-multiclass": similarity((MULTICLASS, MULTICLASS)),
    "ensemble-nearer": ensemble_nearer,
}
"""By the names in ``claims.toml``."""
