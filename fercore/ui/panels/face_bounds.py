"""What the Dice of one face can be read by."""

from __future__ import annotations

import math

import pandas as pd
import streamlit as st

from fercore.comparison.band import score
from fercore.figures.theme import mark
from fercore.findings.face_bounds import face_bounds
from fercore.notation import NONE, share
from fercore.saliency.maps import methods_for
from fercore.settings import ComparisonSettings
from fercore.ui.components import CIRCULAR, HALF, how_computed
from fercore.ui.messages import panel
from fercore.ui.panels.condition_band import within
from fercore.ui.state import View

FORMULA = (
    "**Score = (Dice − floor) / (ceiling − floor)**, never cut, of this one image. **Floor:** the method's map against people's maps "
    "of all other images. **Ceiling:** halves of the people who answered this image correctly against each other."
)


@panel
def bounds(view: View, image: str) -> None:
    """Say between what Dice of this image lies; nothing where there is nothing to compare."""
    study = view.study
    if (
        view.run is None
        or not study.has_attention
        or not any(study.has_maps(view.run, m) for m in methods_for(view.run))
    ):
        return
    found = view.find(face_bounds, view.run, ComparisonSettings())
    own = found[(found["image"] == image) & found["dice"].notna()].to_dict("records")
    if not own:
        return
    ceiling = float(own[0]["ceiling"])
    if math.isfinite(ceiling):
        floors = [row["floor"] for row in own]
        st.caption(
            f"On this face Dice starts from a floor of {within(floors)}, with people's maps of other faces, and halves of the people "
            f"reach a ceiling of {share(ceiling)}. No interval: it is one image."
        )
    else:
        st.caption("There is no ceiling for this face: fewer than two people answered it correctly.")
    how_computed(
        FORMULA,
        pd.DataFrame(
            {
                "method": mark(row["method"]).label,
                "Dice": share(row["dice"]),
                "floor": share(row["floor"]),
                "ceiling": share(row["ceiling"]),
                "score": share(score(row["dice"], row["floor"], row["ceiling"]), 2) if math.isfinite(ceiling) else NONE,
            }
            for row in own
        ),
        "Dice, floor, ceiling and score of this face.",
        HALF,
        *([CIRCULAR] if study.simulated else []),
    )
