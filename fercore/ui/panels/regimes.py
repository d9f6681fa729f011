"""All regimes of a study side by side, over seeds."""

from __future__ import annotations

import math

import pandas as pd
import streamlit as st

from fercore.figures.dots import dots
from fercore.findings.regime_bounds import Bounds, regime_bounds
from fercore.findings.regimes import MEASURES, RegimeTable, regime_table
from fercore.machines.regime import OTHERS, OWN
from fercore.notation import NONE, count, interval, share
from fercore.saliency.maps import METHOD_LABELS
from fercore.settings import ComparisonSettings
from fercore.ui.components import CIRCULAR, figure, how_computed, table, warn
from fercore.ui.messages import panel
from fercore.ui.state import View

SEEN = {
    OTHERS: "has seen experimental images of its labels, but none of its own pair",
    OWN: "has seen the experimental images that it is tested on",
}

FORMULA = "**Score = (mean − floor) / (ceiling − floor)**, never cut; means over seeds."


@panel
def regimes(view: View) -> None:
    """Draw the comparison of regimes; nothing when the study has no finished run."""
    if not view.study.run_names:
        return
    with st.skeleton(height=360):
        found = view.find(regime_table, ComparisonSettings())
        bounds = view.find(regime_bounds, ComparisonSettings())
    _comparison(view, found, bounds)


@st.fragment
@panel
def _comparison(view: View, found: RegimeTable, bounds: dict[str, Bounds]) -> None:
    measures = [m for m in MEASURES if found.summary.loc[found.summary["measure"] == m, "n_seeds"].any()]
    n_seeds = found.values["seed"].nunique()
    st.header("Which way of training comes nearest to people?", anchor=False)
    measure = st.selectbox("Compare by", measures, format_func=_in_words, key="measure", bind="query-params")
    own = found.summary[(found.summary["measure"] == measure) & (found.summary["n_seeds"] > 0)]
    values = found.values[found.values["measure"] == measure]
    points = {str(name): group["value"].to_numpy(float) for name, group in values.groupby("regime")}
    bound = bounds[measure]
    lines = {view.people: found.people_two_afc} if measure == "two_afc" else {}
    rows = own.rename(columns={"regime": "name"}).assign(note=[count(n, "seed") for n in own["n_seeds"]])
    if math.isfinite(bound.ceiling):
        rows = rows.assign(floor=bound.floor, ceiling=bound.ceiling)
    trained = f"{found.training['network']} network at {found.training['input_side']}"
    note = f"{trained}, {count(n_seeds, 'seed')}; mean and 95 % interval over seeds"
    drawing = dots(
        rows, points, view.theme, title=_in_words(measure), subtitle=note,
        x_title=MEASURES[measure], lines=lines,
    )  # fmt: skip
    figure(drawing, "regimes", f"{_in_words(measure)} of {count(len(own), 'regime')}.")
    table(_rows(found, measure), "The same in numbers.")
    if math.isfinite(bound.ceiling):
        how_computed(FORMULA, _between(own, bound), "Mean, floor, ceiling and score of each regime.", bound.words)
    else:
        st.caption(bound.words)
    warn(text for name, text in found.warnings.items() if name == measure)
    if n_seeds == 1:
        st.caption("One seed has no interval: train the same regimes with other seeds to see what is chance.")
    marks = {str(row["regime"]): str(row["experimental_images"]) for row in own.to_dict("records")}
    for regime, shown in marks.items():
        if shown in SEEN:
            st.caption(f"**{regime}** {SEEN[shown]}: its answers among all labels on experimental images are no test.")
    if view.study.simulated and measure in ("dice", "score", "kappa", "confusion_r"):
        st.caption(CIRCULAR)


def _in_words(measure: str) -> str:
    words = MEASURES[measure]
    if measure in ("dice", "score"):
        words = f"{words} ({METHOD_LABELS['cam']})"
    return words[0].upper() + words[1:]


def _rows(found: RegimeTable, measure: str) -> pd.DataFrame:
    own, against = (part[part["measure"] == measure] for part in (found.summary, found.contrasts))
    both = own.merge(against, on="regime", how="left", suffixes=("", "_of_difference"))
    return pd.DataFrame(
        {
            "regime": row["regime"],
            "mean": _or_none(row["mean"]),
            "95 % interval": _or_none_interval(row["ci_low"], row["ci_high"]),
            "seeds": str(row["n_seeds"]),
            f"difference from {found.reference}": _or_none(row["difference"]),
            "its interval": _or_none_interval(row["ci_low_of_difference"], row["ci_high_of_difference"]),
        }
        for row in both.to_dict("records")
    )


def _between(own: pd.DataFrame, bound: Bounds) -> pd.DataFrame:
    """Write raw value, floor, ceiling and ratio."""
    height = bound.ceiling - bound.floor
    return pd.DataFrame(
        {
            "regime": row["regime"],
            "mean": _or_none(row["mean"]),
            "floor": _or_none(bound.floor),
            "ceiling": _or_none(bound.ceiling),
            "score": _or_none((row["mean"] - bound.floor) / height if height > 0 else math.nan),
        }
        for row in own.to_dict("records")
    )


def _or_none(value: float) -> str:
    return share(value) if math.isfinite(value) else NONE


def _or_none_interval(low: float, high: float) -> str:
    return interval((low, high)) if math.isfinite(low) else NONE
