"""The same question to everybody: people and networks in one 2AFC."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from fercore.figures.dots import dots
from fercore.findings.seeing_contrasts import seeing_contrasts
from fercore.findings.two_afc import BLURRED, FULL, PEOPLE, REVEALED, VOTERS, two_afc_table
from fercore.notation import NONE, decimal, interval, probability, share
from fercore.settings import ComparisonSettings
from fercore.ui.components import CIRCULAR, figure, sentences, table
from fercore.ui.messages import panel
from fercore.ui.panels import jobs
from fercore.ui.state import View

SEEN = {FULL: "full image", BLURRED: "blurred image", REVEALED: "what people had uncovered"}
CHANCE = 0.5


@panel
def same_question(view: View) -> None:
    """Draw accuracy of everybody with each condition of seeing, and offer to have networks answer what is missing."""
    answers = view.find(two_afc_table, view.run, ComparisonSettings())
    named = answers.assign(
        name=[_name(view, row["observer"], row["seeing"]) for row in answers.to_dict("records")],
        mean=answers["accuracy"],
        observer=[PEOPLE if observer in (PEOPLE, VOTERS) else "network" for observer in answers["observer"]],
        note=[f"n = {n:,} answers" for n in answers["n"]],
    )
    st.header("The same question to everybody", anchor=False)
    _sentence(view, answers)
    drawing = dots(
        named, {}, view.theme, title="Accuracy in people's 2AFC", subtitle="95 % interval; n stands in the table",
        x_title="accuracy, share correct",
        lines={"chance": CHANCE},
    )  # fmt: skip
    figure(drawing, "same-question", f"Accuracy of {len(named)} observers and conditions of seeing.")
    table(_rows(named), "Accuracy, d' and error consistency with people.")
    st.caption(
        f"κ is error consistency with {view.people}: 0 for independent errors, 1 for the same errors; people with people in "
        "their own row. With what people had uncovered, a network answers each person's trial as that person saw it."
    )
    _contrasts(view)
    if view.study.simulated:
        st.caption(CIRCULAR)
    _offer(view, answers)


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


def _name(view: View, observer: str, seeing: str) -> str:
    who = {PEOPLE: view.people, VOTERS: "crowd voters"}.get(observer, observer)
    return f"{who}, {SEEN[seeing]}"


def _sentence(view: View, answers: pd.DataFrame) -> None:
    """Say what the first regime loses when it sees as little as people did."""
    by_key = {(row["observer"], row["seeing"]): row["accuracy"] for row in answers.to_dict("records")}
    regime = next((who for who, seeing in by_key if who not in (PEOPLE, VOTERS) and seeing == REVEALED), None)
    if regime is None or (PEOPLE, REVEALED) not in by_key:
        return
    sentences(
        f"On what {view.people} had uncovered, where they are right in **{share(by_key[PEOPLE, REVEALED])}**, "
        f"{regime} is right in **{share(by_key[regime, REVEALED])}**; on full images in {share(by_key[regime, FULL])}, "
        f"on blurred ones in {share(by_key[regime, BLURRED])}."
    )


def _rows(named: pd.DataFrame) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "observer": row["name"],
            "accuracy": share(row["accuracy"]),
            "95 % interval": interval((row["ci_low"], row["ci_high"])),
            "d'": decimal(row["d_prime"]),
            "κ": decimal(row["kappa"]) if row["n_kappas"] else NONE,
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
