"""How far each method's maps can be trusted: every check as a figure, and one table that ranks the methods."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd
import streamlit as st

from fercore.findings.trust import Trust, trust
from fercore.notation import count, interval, share
from fercore.settings import ComparisonSettings
from fercore.study.revealing import PEOPLE
from fercore.study.trusting import checked_sources, trusted_sources, unchecked_sources
from fercore.ui.components import CIRCULAR, sentences, table
from fercore.ui.messages import panel
from fercore.ui.panels import jobs, masks
from fercore.ui.panels.trust_checks import BLIND, chosen_check, label_of, score_table
from fercore.ui.state import View

SETTINGS = ComparisonSettings()

LEADING = ("deletion_area", "insertion_area", "same_decision", "randomised_spearman", "other_seeds", "auc_appearance")
"""Scores of the table that ranks all methods, unless the reader asks for all of them."""


@panel
def trusted(view: View) -> None:
    """Rank the methods, draw the chosen check, and offer to make those that are missing.

    Without a run of pair classifiers it draws nothing: what comes after it says so.
    """
    run = view.run
    if run is None or run.pair_regime is None:
        return
    st.header("Which maps hold what they promise?", anchor=False)
    _offer(view)
    if not trusted_sources(view.study, run):
        return
    with st.skeleton(height=480):
        found = view.find(trust, run, SETTINGS)
    sentences(*_told(view, found))
    _ranking(view, found)
    st.caption(
        "Mean over images with its 95 % interval (bootstrap over images, the same resamples for all), and the rank among all "
        "rows; n where it is not all images (methods that see an image many times are checked with new weights on a drawn part, and "
        "ranked with the others). ↑ higher is better, ↓ lower is better. In gray rows stand maps that know nothing of the network. "
        "Images are resampled as if they were independent; ten share each classifier."
        + (f" {CIRCULAR}" if view.study.simulated and PEOPLE in set(found.scores["source"]) else "")
    )
    masks.covered_table(view)
    chosen_check(view, found)


_ROW_PX = 35
"""Height of a row of a table that scrolls sideways."""


@st.fragment
def _ranking(view: View, found: Trust) -> None:
    there = list(dict.fromkeys(found.scores["score"]))
    whole = st.toggle(f"All {len(there)} scores", key="all-scores", bind="query-params")
    if whole:
        words = score_table(view, found, there).replace(r"\*\*|:gray\[|(?<=[a-z])\]$", "", regex=True)
        pinned = {"maps by": st.column_config.TextColumn(pinned=True)}
        st.dataframe(words, hide_index=True, column_config=pinned, height=_ROW_PX * (len(words) + 1) + 3)
    else:
        leading = [score for score in LEADING if score in there]
        table(score_table(view, found, leading), "Every method's scores with 95 % intervals and ranks.")


def _offer(view: View) -> None:
    """Offer to check maps that have not been checked; nothing when there are none."""
    run = view.finished_run
    missing = unchecked_sources(view.study, run)
    if not missing:
        if not checked_sources(view.study, run):
            st.info("There are no maps to check yet, neither of this run nor of people.", icon=":material/info:")
        return
    names = ", ".join(label_of(source, view) for source in missing)
    jobs.offer(
        view, "trust",
        lacks=f"Maps of run **{run.name}** have not been checked yet: {names}.", busy="They are being checked.",
        label="Check maps", icon=":material/verified:", key="check",
    )  # fmt: skip


def _told(view: View, found: Trust) -> list[str]:
    """Say in words who is first, which methods do better than the middle of the image, and which cling to their maps."""
    methods = found.scores[~found.scores["source"].isin((*BLIND, PEOPLE))].dropna(subset=["value"])
    by_score = {str(score): own.sort_values("rank") for score, own in methods.groupby("score")}
    said = []
    if {"deletion_area", "insertion_area"} <= set(by_score):
        first = {score: by_score[score].iloc[0] for score in ("deletion_area", "insertion_area")}
        names = [f"**{label_of(row['source'], view)}** ({_written(row)})" for row in first.values()]
        said.append(
            f"Of all methods, the decision goes soonest along {names[0]} and comes soonest along {names[1]}: areas under p of the "
            "true label."
        )
    inserted = by_score.get("insertion_area", methods.iloc[:0]).dropna(subset=["gain"])
    if len(inserted):
        better = inserted[inserted["gain_low"] > 0]
        names = [f"**{label_of(source, view)}**" for source in better["source"]]
        said.append(
            f"In insertion, {', '.join(names) or '**no method**'} {'do' if len(names) > 1 else 'does'} better than a Gaussian in "
            "the middle of the image (same images, 95 %)."
        )
    if "randomised_spearman" in by_score:
        last = by_score["randomised_spearman"].iloc[-1]
        said.append(
            f"After layers got new weights, the map by **{label_of(last['source'], view)}** stays most like what it was "
            f"(mean r {_written(last)}{_of_empty(by_score, str(last['source']))})."
        )
    return said


def _of_empty(by_score: Mapping[str, pd.DataFrame], source: str) -> str:
    """Say how like a method's maps are to that of an empty image, the floor of what stays as it was; "" where nobody knows."""
    empty = by_score.get("empty_image", pd.DataFrame({"source": []}))
    own = empty[empty["source"] == source]
    return f"; with that of an empty image {_written(own.iloc[0])}" if len(own) else ""


def _written(row: pd.Series) -> str:
    return f"{share(row['value'])} {interval((row['ci_low'], row['ci_high']))}, {count(int(row['n']), 'image')}"
