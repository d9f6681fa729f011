"""What a study found in a few sentences, the leading reading first."""

from __future__ import annotations

import math
from collections.abc import Callable

import streamlit as st

from fercore.comparison.sensitivity import too_few_answers
from fercore.errors import MissingError
from fercore.findings.confusions import PEOPLE as CROWD
from fercore.findings.confusions import ConfusionLikeness
from fercore.findings.networks import Readout, Share, readouts
from fercore.findings.observer_groups import PEOPLE
from fercore.findings.people import People, people
from fercore.findings.two_afc import FULL, REVEALED, two_afc_table
from fercore.findings.voters import voters
from fercore.notation import count, decimal, interval, share
from fercore.paper import paper_value
from fercore.settings import ComparisonSettings
from fercore.ui.components import CIRCULAR, both_readings, paper
from fercore.ui.messages import panel
from fercore.ui.panels import observers
from fercore.ui.panels.confusion import found_confusions
from fercore.ui.panels.map_agreement import at_equal_area, attention_sweep, found_equal_area, mean_dice
from fercore.ui.state import View

SETTINGS = ComparisonSettings()


def pair_readout(view: View) -> tuple[str, Readout]:
    """Give the regime of the run's pair classifiers, and its answers on the experimental images."""
    run = view.finished_run
    if run.pair_regime is None:
        raise MissingError(f"Run {run.name!r} has no pair classifiers. Retrain with a pair regime such as accuracy-90.")
    return run.pair_regime, view.find(readouts, run, SETTINGS)[run.pair_regime]["experimental"]


def simple_vote(view: View) -> tuple[Share, float | None]:
    """Give the simple vote among all labels, and the paper's number if there is one."""
    regime, readout = pair_readout(view)
    if "simple" not in readout.accuracy:
        raise MissingError(
            f"Run {view.finished_run.name!r} has not trained all {len(view.study.label_set.pairs)} pairs, and a vote among "
            "all labels needs every pair. Retrain with all pairs."
        )
    return readout.accuracy["simple"], paper_value("machine", regime, "simple_vote_accuracy")


def asked_people(view: View) -> People:
    """Give how the kept participants did."""
    return view.find(people, SETTINGS)


def two_afc(view: View, observer: str, seeing: str) -> dict[str, float]:
    """Give accuracy, interval and d' of an observer in people's 2AFC; raises `MissingError` where it was not asked."""
    table = view.find(two_afc_table, view.run, SETTINGS)
    own = table[(table["observer"] == observer) & (table["seeing"] == seeing)].to_dict("records")
    if not own:
        raise MissingError(f"{observer!r} has not answered with {seeing!r} images.")
    return {str(name): value for name, value in own[0].items()}


@panel
def summary(view: View) -> None:
    """State the result in both readings, as far as the study has it."""
    with st.skeleton(height=110):
        in_paper = [_said(view, sentence) for sentence in (_two_tasks, _all_cells, _at_threshold)]
        rigorous = [_said(view, sentence) for sentence in (_one_task, _errors, _at_equal_area)]
        first, _ = view.leading_first(in_paper, rigorous)
        first.insert(0, _said(view, _all_labels))
    reasons = [
        reason
        for reason, *both in zip(("task", "confusions", "area"), in_paper[-3:], rigorous[-3:], strict=True)
        if all(both)
    ]
    both_readings(view, in_paper, rigorous, *reasons)
    if view.study.simulated:
        st.caption(CIRCULAR)


def _said(view: View, sentence: Callable[[View], str]) -> str:
    try:
        return sentence(view)
    except MissingError:
        return ""


def _all_labels(view: View) -> str:
    """Say how people did who chose among all labels: the same in both readings."""
    if view.study.responses is not None:
        return observers.in_words(view)
    if view.study.trials.empty and view.study.votes is not None:
        votes = view.find(voters).accuracy
        said = f"{count(votes.n_votes, 'vote')} on {count(votes.n_images, 'image')}"
        return f"Crowd voters give **{share(votes.share)}** of their votes to the image's label ({said})."
    return ""


def _two_tasks(view: View) -> str:
    said = []
    if not view.study.trials.empty:
        ours = asked_people(view)
        said.append(
            f"asked which of two expressions a face shows, people are right in **{share(ours.accuracy)}** "
            f"{interval(ours.accuracy_ci)} of {ours.n_trials:,} trials ({paper(share(paper_value('human', 'accuracy')))})"
        )
    try:
        vote, given = simple_vote(view)
        said.append(
            f"choosing among all {len(view.study.label_set)} expressions by simple vote, the network is right in "
            f"**{share(vote.value)}** {interval(vote.ci)} of {vote.n:,} images ({paper(None if given is None else share(given, 2))})"
        )
    except MissingError:
        pass
    text = "; ".join(said)
    return f"{text[:1].upper()}{text[1:]}." if text else ""


def _one_task(view: View) -> str:
    said = []
    for observer, seeing, who in (
        (PEOPLE, REVEALED, "people"),
        (pair_readout(view)[0] if view.run is not None else "", FULL, "the network with full images"),
        (pair_readout(view)[0] if view.run is not None else "", REVEALED, "the network with what people had uncovered"),
    ):
        try:
            own = two_afc(view, observer, seeing)
        except MissingError:
            continue
        bounds = interval((own["ci_low"], own["ci_high"]))
        sensitivity = f"d′ {decimal(own['d_prime'])} [{decimal(own['d_prime_low'])}, {decimal(own['d_prime_high'])}]"
        warning = too_few_answers(int(own["n"])).removesuffix(".")
        few = f" ({warning})" if warning else ""
        said.append(f"{who} in **{share(own['accuracy'])}** {bounds}, {sensitivity}{few}")
    return f"In people's own 2AFC (chance .5) right answers are given by {'; by '.join(said)}." if said else ""


def _all_cells(view: View) -> str:
    found, name = _nearest_network(view)
    r, given = found.others[name].all_cells, found.observers[name].paper_r
    bounds = interval((r.ci_low, r.ci_high))
    noted = "" if given is None else f" ({paper(share(given, 2))})"
    return f"Its confusions correlate with {_reference(found)} by **r = {share(r.r)}** {bounds} over all {r.n} cells{noted}."


def _errors(view: View) -> str:
    found, name = _nearest_network(view)
    like, among = found.others[name], found.ceiling.mean
    r, bounds = like.errors, interval(like.errors_ci)
    people = f"; people among themselves reach {share(among)}" if math.isfinite(among) else ""
    return f"Over the {r.n} errors alone its confusions correlate with {_reference(found)} by **r = {share(r.r)}** {bounds}{people}."


def _nearest_network(view: View) -> tuple[ConfusionLikeness, str]:
    """Give everybody's confusions and the network that is spoken of; raises `MissingError` without one."""
    found = found_confusions(view)
    name = found.first_network
    if name is None:
        raise MissingError("No network has answered yet.")
    return found, name


def _reference(found: ConfusionLikeness) -> str:
    return "people's" if found.reference == CROWD else f"those of {found.observers[found.reference].label}"


def _at_threshold(view: View) -> str:
    found = view.find(attention_sweep, view.finished_run)
    return f"Mean maps cut at {SETTINGS.threshold} overlap with people's by a Dice of {mean_dice(found, SETTINGS.threshold)}."


def _at_equal_area(view: View) -> str:
    return at_equal_area(found_equal_area(view))
