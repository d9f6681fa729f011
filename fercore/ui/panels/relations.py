"""Whether what is hard for people is hard for networks, image by image."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import pandas as pd
import streamlit as st

from fercore.figures.dots import dots
from fercore.findings.image_relations import N_SPLITS, image_relations
from fercore.notation import NONE, count, interval, probability, share
from fercore.settings import ComparisonSettings
from fercore.ui.components import CIRCULAR, figure, how_computed, sentences
from fercore.ui.messages import panel
from fercore.ui.state import View

WORDS = {"accuracy": "accuracy", "clicks": "clicks", "time_s": "time"}

FORMULA = (
    "**Spearman's r over images** of a network's margin (output for the true label minus that for the false one) with people's "
    "mean accuracy, clicks and time on the same image. **Floor:** 0. **Ceiling:** Spearman's r over images between two random "
    f"halves of the people, mean of {N_SPLITS:,}, raised to all of them by 2r / (1 + r) (Spearman-Brown); for clicks and time with "
    "its sign turned, since what is easy takes few. **Score = r / ceiling**, its interval from the same draws of images; none "
    "where halves do not agree. A network that knew people's true means could pass "
    "the ceiling, up to its square root."
)


@panel
def hard_for_both(view: View) -> None:
    """Draw how networks' margins go along with people's accuracy, clicks and time; nothing without people or a network."""
    if view.study.trials.empty or view.run is None:
        return
    found = view.find(image_relations, view.run, ComparisonSettings())
    st.header("Is what is hard for people hard for networks?", anchor=False)
    sentences(_sentence(view, found))
    rows = pd.DataFrame(
        {
            "name": f"{row['regime']}, {WORDS[row['relation']]}",
            "mean": row["r"],
            "ci_low": row["ci_low"],
            "ci_high": row["ci_high"],
            "floor": 0.0,
            "ceiling": row["ceiling"],
            "note": f"{count(row['n'], 'image')}, {probability(row['p'])}",
        }
        for row in found.dropna(subset=["r"]).to_dict("records")
    )
    if not rows.empty:
        drawing = dots(
            rows, {}, view.theme, title="Networks' margin with people's accuracy, clicks and time", x_title="Spearman's r over images",
            subtitle=f"{view.people}, {count(int(found['n'].max()), 'image')}; 95 % interval over images",
        )  # fmt: skip
        figure(drawing, "hard-for-both", f"Spearman's r of {count(len(rows), 'relation')} over images.")
    how_computed(
        FORMULA,
        pd.DataFrame(_row(row) for row in found.to_dict("records")),
        "Spearman's r, floor, ceiling and score.",
        "Bootstrap over images: other images, the same people and networks. Margins of regimes are on different scales, hence ranks.",
        *([CIRCULAR] if view.study.simulated else []),
    )


def _sentence(view: View, found: pd.DataFrame) -> str:
    own = found[(found["relation"] == "accuracy") & found["r"].notna()]
    if own.empty:
        return "The images do not differ enough to be ranked."
    told = "; ".join(
        f"**{share(row['r'])}** {interval((row['ci_low'], row['ci_high']))} ({row['regime']})"
        for row in own.to_dict("records")
    )
    ceiling = float(own["ceiling"].iloc[0])
    bounds = interval((own["ceiling_low"].iloc[0], own["ceiling_high"].iloc[0]))
    among = f"; halves of {view.people} by {share(ceiling)} {bounds}" if math.isfinite(ceiling) else ""
    return f"Networks' margins order images as the accuracy of {view.people} does by Spearman's r = {told}{among}."


def _row(row: Mapping[Any, Any]) -> dict[str, str]:
    there = math.isfinite(row["r"])
    ceiling, score = (interval((row[f"{name}_low"], row[f"{name}_high"]), 2) for name in ("ceiling", "score"))
    return {
        "network": str(row["regime"]),
        "people's": WORDS[str(row["relation"])],
        "r": f"{share(row['r'])} {interval((row['ci_low'], row['ci_high']))}" if there else NONE,
        "p": probability(row["p"]).removeprefix("p = ").removeprefix("p "),
        "floor": "0",
        "ceiling": f"{share(row['ceiling'])} {ceiling}" if math.isfinite(row["ceiling"]) else NONE,
        "score": f"{share(row['score'], 2)} {score}" if math.isfinite(row["score"]) else NONE,
        "images": str(row["n"]),
    }
