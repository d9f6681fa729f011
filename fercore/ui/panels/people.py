"""What people did: accuracy, clicks and time per condition, how they go together, who was left out, in which order."""

from __future__ import annotations

import numpy as np
import pandas as pd
import streamlit as st

from fercore.comparison.sensitivity import too_few_answers
from fercore.figures.heatmap import CONFUSION, even_scale, label_matrix
from fercore.figures.overlay import over_gray
from fercore.figures.scatter import scatter
from fercore.findings.confusion_observers import of_voters
from fercore.findings.faces import easiest_and_hardest, face_table
from fercore.findings.people import CORRELATIONS, People, people
from fercore.findings.trial_relations import trial_relations
from fercore.findings.two_readings import PAPER, WHY
from fercore.findings.voters import voters
from fercore.humans.click_sequence import click_sequence_map
from fercore.notation import count, decimal, estimate, interval, probability, share
from fercore.paper import paper_value
from fercore.settings import ComparisonSettings, ExclusionSettings
from fercore.ui.components import both_readings, figure, paper, sentences, settings_behind, table, warn
from fercore.ui.messages import panel, plain
from fercore.ui.panels.condition_hover import NOTE, hover_of
from fercore.ui.panels.confusion_band import cell_in_words
from fercore.ui.state import View

SETTINGS = ComparisonSettings()

_TITLES = {"accuracy": "Accuracy", "clicks": "Clicks", "time_s": "Time"}
_UNITS = {"accuracy": "share correct", "clicks": "clicks per trial", "time_s": "seconds to the answer"}
_NOUNS = {"accuracy": "accuracy", "clicks": "clicks", "time_s": "time"}
_WORDS = {
    "clicks_time": ("Clicks and time", "clicks per trial", "time, s"),
    "clicks_accuracy": ("Clicks and accuracy", "clicks per trial", "accuracy, share correct"),
    "time_accuracy": ("Time and accuracy", "time, s", "accuracy, share correct"),
}


def _people(view: View) -> People:
    return view.find(people, SETTINGS)


@panel
def summary(view: View) -> None:
    """State people's result in words."""
    if view.study.trials.empty and view.study.votes is not None:
        votes = view.find(voters).accuracy
        sentences(
            f"Crowd voters give the image's label {share(votes.share)} of {count(votes.n_votes, 'vote')} on "
            f"{count(votes.n_images, 'image')}.",
            "They chose among all labels and saw the whole face, so there are no clicks, no times and no attention maps.",
        )
        return
    ours = _people(view)
    who = f"**{count(ours.n_participants, 'person', 'people')}** choose the right label in"
    right = f"**{share(ours.accuracy)}**"
    trials = count(ours.n_trials, "trial")
    given = paper(share(paper_value("human", "accuracy")))
    both_readings(
        view,
        [f"{who} {right} {interval(ours.accuracy_ci)} of {trials} ({given}).", _related(ours)],
        _rigorously(view, f"{who} {right}", trials),
        "uncertainty",
    )
    warn([text] if (text := too_few_answers(ours.n_trials)) else [])


def _rigorously(view: View, right: str, trials: str) -> list[str]:
    """Say the same with other images in mind too, and over single trials; nothing with fewer than two of them."""
    if view.study.kept_trials["participant"].nunique() < 2:
        return []
    found = view.find(trial_relations, SETTINGS)
    said = [
        f"{_NOUNS[x]} with {_NOUNS[y]} β = {share(b.slope)} {interval(b.ci)}"
        for name, (x, y) in CORRELATIONS.items()
        if np.isfinite((b := found.over_trials[name]).slope)
    ]
    drawn = f"people and images drawn anew {SETTINGS.n_bootstrap:,} times, seed {SETTINGS.seed}"
    return [
        f"{right} {interval(found.accuracy_ci)} of {trials} ({drawn}).",
        f"Over single trials, people and images random, {', '.join(said)}." if said else "",
    ]


def _related(ours: People) -> str:
    """Say how clicks, time and accuracy go together over conditions."""
    said = []
    for name, (x, y) in CORRELATIONS.items():
        r = ours.correlations[name]
        if np.isfinite(r.r):
            given = paper(share(paper_value("human", "correlations", name), 2))
            said.append(f"{_NOUNS[x]} with {_NOUNS[y]} r = {share(r.r)} {interval((r.ci_low, r.ci_high))} ({given})")
    if not said:
        return "There are too few conditions to say how clicks, time and accuracy go together."
    return f"Over conditions, {', '.join(said)}."


@panel
def relations(view: View) -> None:
    """Write the three correlations over conditions, within people and over single trials, the leading reading first."""
    if view.study.kept_trials["participant"].nunique() < 2:
        return
    ours, found = _people(view), view.find(trial_relations, SETTINGS)
    rows = []
    for name, (title, _, _) in _WORDS.items():
        over, within, slope = ours.correlations[name], found.within[name], found.over_trials[name]
        in_paper = {
            "over conditions": f"r = {share(over.r)} {interval((over.ci_low, over.ci_high))}, n = {over.n}",
            "paper": share(paper_value("human", "correlations", name), 2),
        }
        rigorous = {
            "within people": f"r = {share(within.r)}, n = {within.n:,}",
            "over single trials": f"β = {share(slope.slope)} {interval(slope.ci)}, {probability(slope.p)}, n = {slope.n_trials:,}",
        }
        first, second = view.leading_first(in_paper, rigorous)
        rows.append({"relation": title, **first, **second})
    table(pd.DataFrame(rows), "How clicks, time and accuracy go together, in both readings.")
    st.caption(
        "β: SDs of the second per SD of the first in a linear mixed model over single trials, people and images as random "
        f"(accuracy as 0 or 1). Within people: without an interval, which conditions' own levels make too narrow. {WHY['relations']}"
    )


@panel
def heatmaps(view: View) -> None:
    """Draw accuracy, clicks and time per condition in one size."""
    ours = _people(view)
    with st.grid(3, min_column_width=255) as grid:
        for name, values in ours.by_condition.items():
            write, digits = (share, 2) if name == "accuracy" else (decimal, 1)
            with grid.cell():
                drawing = label_matrix(
                    values, list(view.study.label_set), view.theme, even_scale([values], _colours(name)),
                    title=_TITLES[name], subtitle=f"{_UNITS[name]}, {_n(view)}", write=write, digits=digits, height=345,
                    empty="the false label cannot be the true one", hover=hover_of(view, name),
                )  # fmt: skip
                figure(drawing, f"people-{name}", f"Heatmap of {_UNITS[name]} for each true and false label.")
    st.caption(NOTE)


def _colours(name: str) -> str:
    return "cividis" if name == "accuracy" else "viridis"


def _n(view: View) -> str:
    return f"{len(view.study.exclusion.kept)} {view.people}"


@panel
def scatters(view: View) -> None:
    """Draw the three correlations over conditions."""
    ours = _people(view)
    tag = " · simulated" if view.study.simulated else ""
    names = [f"{c.true_label} against {c.false_label}" for c in ours.conditions.itertuples()]
    with st.grid(3, min_column_width=255) as grid:
        for name, (x, y) in CORRELATIONS.items():
            title, x_title, y_title = _WORDS[name]
            r = ours.correlations[name]
            given = paper_value("human", "correlations", name)
            drawing = scatter(
                ours.conditions[x].to_numpy(float), ours.conditions[y].to_numpy(float), names, view.theme, title=title,
                subtitle=f"r = {estimate(r.r, (r.ci_low, r.ci_high), r.n)} · paper {share(given, 2)}{tag}",
                x_title=x_title, y_title=y_title, y_share=y == "accuracy", height=310 if view.lead == PAPER else 260,
            )  # fmt: skip
            with grid.cell():
                figure(drawing, f"scatter-{name}", f"Scatter plot of {x_title} and {y_title} over conditions.")
    st.caption(
        "One point per condition (true label against false label). The interval treats conditions as independent, "
        "which they are not quite: the same people answered all of them."
    )


@panel
def exclusions(view: View) -> None:
    """List who was left out, and why."""
    outcome = view.study.exclusion
    left = outcome.participants[~outcome.participants["kept"]]
    st.header("Who was left out", anchor=False)
    sentences(f"{len(outcome.kept)} of {count(len(outcome.participants), 'participant')} are kept.", outcome.note)
    if not left.empty:
        shown = pd.DataFrame(
            {
                "participant": left["participant"].map(plain),
                "trials": left["n_trials"].map(str),
                "missing": left["n_missing"].map(str),
                "accuracy": left["accuracy"].map(share),
                "SDs from the mean": left["z"].map(decimal),
                "reason": left["reason"],
            }
        )
        table(shown, "Participants who were left out, with the reason.")
    settings_behind(exclusion=ExclusionSettings(), intervals=SETTINGS, design=view.study.card.design)


@panel
def sequences(view: View) -> None:
    """Draw the click sequences of the easiest and the hardest image."""
    study = view.study
    st.header("In which order people uncover a face", anchor=False)
    faces = view.find(face_table, None).set_index("image").to_dict("index")
    with st.grid(4, min_column_width=115) as grid:
        for word, image in zip(("easiest", "hardest"), view.find(easiest_and_hardest), strict=True):
            face = np.asarray(study.images.pixels[study.images.positions([image])[0]])
            row = faces[image]
            own = study.kept_trials[study.kept_trials["image"] == image]
            painted = over_gray(face, click_sequence_map(own, study.side, study.radius_px))
            with grid.cell():
                st.image(face, width="stretch", alt=f"The {word} face, {row['true_label']}")
                st.caption(
                    f"{word}: {row['true_label']} against {row['false_label']}, {share(row['people_accuracy'])} correct"
                )
            with grid.cell():
                st.image(painted, width="stretch", alt=f"Click sequence on the {word} face")
                st.caption(
                    f"{view.people}, {decimal(row['clicks'], 1)} clicks; first red, last yellow; correct answers only"
                )


@panel
def vote_confusion(view: View) -> None:
    """Draw what crowd voters chose."""
    group, labels = view.find(of_voters, SETTINGS), list(view.study.label_set)
    drawing = label_matrix(
        group.matrix, labels, view.theme, CONFUSION, title="Voters", subtitle=f"share of {group.note}", columns="voted for",
        empty="no votes", height=430, hover=lambda row, column, text: cell_in_words(group, labels, row, column, text),
    )  # fmt: skip
    figure(drawing, "vote-confusion", "Confusion matrix of crowd votes.")


@panel
def no_clicks(view: View) -> None:
    """Say what a study without trials cannot show, and what mends it."""
    view.study.require_images()
    looks = view.study.looks
    if looks is not None:
        st.info(
            f"{count(len(looks), 'look')} at {count(looks['image'].nunique(), 'image')} without an answer: there are attention "
            "maps (pages Images, Attention and Statistics), and no accuracy, no times and no confusions.",
            icon=":material/touch_app:",
        )
        return
    st.info(
        f"Study {view.study.name!r} has no clicks, so there are no times, no exclusions and no attention maps. Import a "
        f"trial table (`python -m fercore import {view.study.name} TRIALS.csv`), or try the way of the analysis with "
        f"simulated observers (`python -m fercore simulate {view.study.name}`).",
        icon=":material/touch_app:",
    )
