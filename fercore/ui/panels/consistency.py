"""Whether people and networks fail on the same images, with what people reach among themselves as the ceiling."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import pandas as pd
import streamlit as st

from fercore.figures.dots import dots
from fercore.findings.consistency import CROWDS, MAJORITY_SUFFIX, consistency_part
from fercore.findings.observer_groups import PEOPLE
from fercore.notation import NONE, count, decimal, interval, share
from fercore.settings import ComparisonSettings
from fercore.ui.components import CIRCULAR, figure, how_computed, sentences, warn
from fercore.ui.messages import panel, plain
from fercore.ui.panels.participants import named
from fercore.ui.state import View

VOTES = (
    "Voters are not known from image to image: κ is that with one voter drawn anew on each image, between its two labels. Where "
    "labels are the majority of these votes, being right is being with most of them, and κ says whether a network leaves the "
    "majority where single voters do."
)

FORMULA = (
    "**κ = (o − e) / (1 − e)**: o is the share of images on which both are right or both wrong, e what independent errors at "
    "these accuracies would give, p₁p₂ + (1 − p₁)(1 − p₂) (Geirhos, Meding and Wichmann 2020); mean over the people. **Floor:** 0, "
    "independent errors. **Ceiling:** the mean κ of every two people. **Score = κ / κ of people**, its interval "
    "from the same draws of images for both. Largest: the κ that these accuracies allow at most."
)


SEEING = "κ is taken within each condition of seeing, and then averaged (Geirhos et al. 2021); so are o, e and the largest κ."


@panel
def same_errors(view: View) -> None:
    """Draw error consistency with people and voters; nothing without either, or without anybody to compare them with."""
    if not (_has_answers(view) or _has_responders(view)):
        return
    found = view.find(consistency_part, view.run, ComparisonSettings())
    with_people = [row for row in found if row["b"].endswith(CROWDS)]
    ceilings = {row["b"]: row for row in with_people if row["a"] == row["b"]}
    rows = pd.DataFrame(
        {
            "name": _name(view, row),
            "mean": row["kappa"],
            "ci_low": row["ci"].low,
            "ci_high": row["ci"].high,
            "observer": PEOPLE if row["a"].endswith(CROWDS) else "network",
            "floor": math.nan if row["a"] == row["b"] else 0.0,
            "ceiling": math.nan if row["a"] == row["b"] or row["b"] not in ceilings else ceilings[row["b"]]["kappa"],
            "note": f"{count(row['n'], 'image')}, {count(row['n_pairs'], 'pair')}; at most {decimal(row['kappa_max'])}",
        }
        for row in with_people
        if math.isfinite(row["kappa"])
    )
    if rows.empty:
        return
    st.header("Do people and networks fail on the same images?", anchor=False)
    sentences(*_sentences(view, with_people))
    n = min(row["n"] for row in with_people if row["n_pairs"])
    drawing = dots(
        rows, {}, view.theme, title="Error consistency with people", x_title="κ (0: independent errors, 1: the same)",
        subtitle=f"{_who(view)}, {_task(view)}, {count(n, 'image')} or more; 95 % interval over images",
    )  # fmt: skip
    figure(drawing, "same-errors", f"Error consistency of {count(len(rows), 'pairing')} with people.")
    warn(f"{_name(view, row)}: {row['warning']}" for row in with_people if row["warning"])
    how_computed(
        FORMULA,
        pd.DataFrame(_row(view, row, ceilings.get(row["b"])) for row in with_people),
        "Kappa, floor, ceiling and score.",
        *(
            [
                "The majority of people has no ceiling: it errs less than anybody, and no second majority is there to agree with it."
            ]
            if any(row["b"].endswith(MAJORITY_SUFFIX) for row in with_people)
            else []
        ),
        *([SEEING] if _has_responders(view) else []),
        *([VOTES] if view.study.votes is not None else []),
        *([CIRCULAR] if view.study.simulated else []),
    )


def _has_answers(view: View) -> bool:
    """Whether people or voters were asked the 2AFC, and a network may be."""
    return view.run is not None and not (view.study.trials.empty and view.study.votes is None)


def _has_responders(view: View) -> bool:
    """Whether there are answers among all labels alone, of somebody beside a person."""
    answers = view.study.responses
    if answers is None or view.run is not None or not view.study.trials.empty:
        return False
    return bool(answers["person"].any()) and len(answers["observer"].unique()) > 1


def _who(view: View) -> str:
    return view.people if not view.study.trials.empty or _has_responders(view) else "crowd voters"


def _task(view: View) -> str:
    return f"{len(view.study.label_set)}-way" if _has_responders(view) else "2AFC"


def _name(view: View, row: dict[str, Any]) -> str:
    a, b = named(view, row["a"]), named(view, row["b"])
    if a == b:
        return f"{a.removesuffix(', one by one')} with each other"
    return f"{a}, with {b}"


def _sentences(view: View, with_people: list[dict[str, Any]]) -> Iterator[str]:
    """Say it of each crowd of which single answers are known, the participants first."""
    for crowd in dict.fromkeys(row["b"] for row in with_people if not row["b"].endswith(MAJORITY_SUFFIX)):
        who = named(view, crowd).removesuffix(", one by one")
        networks = [r for r in with_people if r["b"] == crowd != r["a"] and not r["a"].endswith(CROWDS)]
        told = "; ".join(
            f"{plain(row['a'])} **{share(row['kappa'])}** {interval(row['ci'])}"
            for row in networks
            if math.isfinite(row["kappa"])
        )
        start = f"Error consistency with {who}, beyond what accuracy explains: {told or 'none'}"
        among = next((row for row in with_people if row["a"] == row["b"] == crowd), None)
        if among is None or not math.isfinite(among["kappa"]):
            yield f"{start}. There is no ceiling: it takes two people or more."
        else:
            yield f"{start}; among themselves they reach **{share(among['kappa'])}** {interval(among['ci'])}."


def _row(view: View, row: dict[str, Any], ceiling: dict[str, Any] | None) -> dict[str, str]:
    alone = row["a"] == row["b"]
    among = NONE
    if not alone and ceiling is not None and math.isfinite(ceiling["kappa"]):
        among = f"{share(ceiling['kappa'])} {interval(ceiling['ci'])}"
    return {
        "who": plain(_name(view, row)),
        "κ": f"{share(row['kappa'])} {interval(row['ci'])}" if math.isfinite(row["kappa"]) else NONE,
        "floor": NONE if alone else "0",
        "ceiling": among,
        "score": f"{share(row['score'], 2)} {interval(row['score_ci'], 2)}" if math.isfinite(row["score"]) else NONE,
        "largest": share(row["kappa_max"]),
        "o": share(row["observed"]),
        "e": share(row["expected"]),
        "images": str(row["n"]),
        "pairs": str(row["n_pairs"]),
    }
