"""The same question to everybody: people and networks in one 2AFC."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any

import pandas as pd
import streamlit as st

from fercore.figures.dots import dots
from fercore.findings.observer_groups import PEOPLE, SINGLE_VOTERS, VOTERS
from fercore.findings.seeing_contrasts import seeing_contrasts
from fercore.findings.two_afc import BLURRED, FULL, NETWORK, REVEALED, two_afc_table
from fercore.notation import NONE, counts, decimal, interval, probability, share
from fercore.settings import ComparisonSettings
from fercore.ui.components import CIRCULAR, figure, sentences, table, warn
from fercore.ui.messages import panel, plain
from fercore.ui.panels import jobs
from fercore.ui.state import View

VOTES = {VOTERS: "crowd voters, majority", SINGLE_VOTERS: "crowd voters, one by one"}
SEEN = {FULL: "full image", BLURRED: "blurred image", REVEALED: "what people had uncovered"}
CHANCE = 0.5


@panel
def same_question(view: View) -> None:
    """Draw accuracy of everybody with each condition of seeing, and offer to have networks answer what is missing."""
    st.header("The same question to everybody", anchor=False)
    answers = view.find(two_afc_table, view.run, ComparisonSettings(), _other_runs(view))
    named = answers.assign(
        name=[_name(view, row["observer"], row["seeing"]) for row in answers.to_dict("records")],
        mean=answers["accuracy"],
        observer=[NETWORK if kind == NETWORK else PEOPLE for kind in answers["kind"]],
        note=[f"n = {n:,} answers" for n in answers["n"]],
    )
    _sentence(view, answers)
    drawing = dots(
        named, {}, view.theme, title="Accuracy in people's 2AFC", x_title="accuracy, share correct", lines={"chance": CHANCE},
        subtitle=f"95 % interval over images{_people_too(answers)}; {counts(answers['n'], 'answer')}",
    )  # fmt: skip
    figure(drawing, "same-question", f"Accuracy of {len(named)} observers and conditions of seeing.")
    table(_rows(named), "Accuracy, d' and error consistency with people.")
    st.caption(
        f"κ is error consistency with {view.people}: 0 for independent errors, 1 for the same errors; people with people in "
        "their own row; interval over images, each with all its trials. With what people had uncovered, a network answers each "
        "person's trial as that person saw it."
        + (
            " Votes: most of an image's votes, and a voter drawn anew on each image, between its two labels; without people κ is "
            "with such voters. Where labels are the majority of these votes, being right is being with most of them."
            if view.study.votes is not None
            else ""
        )
    )
    warn(f"{row['name']}: {row['warning']}" for row in named.to_dict("records") if row["warning"])
    _contrasts(view)
    if view.study.simulated:
        st.caption(CIRCULAR)
    _offer(view, answers)


def _people_too(answers: pd.DataFrame) -> str:
    """Say of whom else the intervals speak, where people take part."""
    return " (people's: and people)" if (answers["kind"] == PEOPLE).any() else ""


def _contrasts(view: View) -> None:
    """Write what networks lose by seeing less of the same images; nothing where none has answered so."""
    if view.run is None:
        return
    found = view.find(seeing_contrasts, view.run, ComparisonSettings())
    if found.empty:
        return
    rows = pd.DataFrame(
        {
            "network": row["regime"],
            "instead of the full image": SEEN[row["seeing"]],
            "loses": f"{share(row['difference'])} {interval((row['ci_low'], row['ci_high']))}",
            "right only in full": str(row["only_full"]),
            "right only with less": str(row["only_less"]),
            "McNemar p": probability(row["p"]).removeprefix("p = ").removeprefix("p "),
            "images": str(row["n_images"]),
        }
        for row in found.to_dict("records")
    )
    table(rows, "What networks lose by seeing less of the same images.")
    st.caption(
        "Loss of accuracy, interval over images. McNemar's exact test on the same images; with what people had uncovered an "
        "image is right when most of its trials are."
    )


def _other_runs(view: View) -> tuple[str, ...]:
    """Let the reader have the networks of other finished runs beside the chosen one."""
    if view.run is None or len(view.study.run_names) < 2:
        return ()
    names = [name for name in view.study.run_names if name != view.run.name]
    return tuple(
        st.pills("Beside, runs", names, selection_mode="multi", key="runs", bind="query-params", wrap=True) or ()
    )


def _name(view: View, observer: str, seeing: str) -> str:
    return f"{named(view, observer)}, {SEEN[seeing]}"


def named(view: View, observer: str) -> str:
    """Call an observer of the report as figures do."""
    if observer in VOTES:
        return VOTES[observer]
    crowd, rest = observer[: len(PEOPLE)], observer[len(PEOPLE) :]
    return f"{view.people}{rest}" if crowd == PEOPLE and rest[:1] in ("", ":", ",") else observer


def _sentence(view: View, answers: pd.DataFrame) -> None:
    """Say what the first regime loses when it sees as little as people did."""
    by_key = {(row["observer"], row["seeing"]): row for row in answers.to_dict("records")}
    networks = answers.loc[(answers["kind"] == NETWORK) & (answers["seeing"] == REVEALED), "observer"]
    regime = next(iter(networks), None)
    if regime is None or (PEOPLE, REVEALED) not in by_key:
        return
    people, alike, full, blurred = (
        by_key[key] for key in ((PEOPLE, REVEALED), (regime, REVEALED), (regime, FULL), (regime, BLURRED))
    )
    sentences(
        f"On what {view.people} had uncovered, where they are right in **{share(people['accuracy'])}** {_bounds(people)} of "
        f"{people['n']:,} trials, {plain(regime)} is right in **{share(alike['accuracy'])}** {_bounds(alike)}; on full images in "
        f"{share(full['accuracy'])} {_bounds(full)}, on blurred ones in {share(blurred['accuracy'])} {_bounds(blurred)} of {full['n']:,}."
    )


def _bounds(row: dict[Hashable, Any]) -> str:
    return interval((row["ci_low"], row["ci_high"]))


def _rows(named: pd.DataFrame) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "observer": row["name"],
            "accuracy": share(row["accuracy"]),
            "95 % interval": interval((row["ci_low"], row["ci_high"])),
            "d'": f"{decimal(row['d_prime'])} [{decimal(row['d_prime_low'])}, {decimal(row['d_prime_high'])}]",
            "κ": f"{share(row['kappa'])} {interval((row['kappa_low'], row['kappa_high']))}"
            if row["n_kappas"]
            else NONE,
            "answers": str(row["n"]),
        }
        for row in named.to_dict("records")
    )


def _offer(view: View, answers: pd.DataFrame) -> None:
    """Offer to show networks what people saw, where the chosen run has not answered yet."""
    run = view.run
    if run is None or view.study.trials.empty:
        return
    answered = set(answers.loc[answers["seeing"] == REVEALED, "observer"])
    if set(run.regimes) <= answered:
        return
    jobs.offer(
        view, "participate",
        lacks=f"Run **{run.name}** has not answered with what people saw.", busy="It is answering now.",
        label="Let networks take part", icon=":material/group_add:",
    )  # fmt: skip
