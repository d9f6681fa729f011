"""Do the methods differ in how well they agree with people? Everything at the threshold of one slider."""

from __future__ import annotations

import numpy as np
import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from fercore.comparison.band import Band
from fercore.figures.boxes import boxes
from fercore.figures.sweep import LAST, MARGINS, sweep
from fercore.figures.theme import mark
from fercore.findings.attention import AttentionSweep
from fercore.findings.dice_band import DiceBand, dice_band
from fercore.findings.two_readings import NAMES, PAPER, WHY
from fercore.notation import NONE, count, decimal, interval, probability, share
from fercore.paper import paper_value
from fercore.settings import ComparisonSettings
from fercore.study import Study
from fercore.ui.components import (
    CIRCULAR,
    both_readings,
    figure,
    how_maps_change,
    settings_behind,
    table,
    threshold_slider,
)
from fercore.ui.messages import panel
from fercore.ui.panels import masks
from fercore.ui.panels.dice_between import dice_between
from fercore.ui.panels.map_agreement import at_equal_area, at_threshold, attention_sweep, found_equal_area
from fercore.ui.state import View

SETTINGS = ComparisonSettings()


@panel
def comparison(view: View) -> None:
    """Compare maps at a threshold, and say what holds at every one."""
    if view.has_no_maps or (view.lead != PAPER and not view.can_compare_maps):
        return  # the offer to compute them says so, or the leading comparison
    if view.lead != PAPER:
        st.header(f"{NAMES[PAPER]}: mean maps at a threshold", anchor=False)
    with st.skeleton(height=560):
        found = view.find(attention_sweep, view.finished_run)
        between = view.find(dice_band, view.finished_run, SETTINGS)
    _at_threshold(view, found, between, _curves(view, found, between))
    _notes(view, found)


@st.fragment
@panel
def _at_threshold(view: View, found: AttentionSweep, between: DiceBand, curves: go.Figure) -> None:
    """Draw the slider and what follows from it; only this part runs when it moves.

    What the reader looks at goes out first, and ``curves``, which the browser has already, after the line that moves over them.
    """
    threshold = threshold_slider()
    bands = between.at(threshold)
    words = st.container()
    with st.grid(2, min_column_width=380) as grid:
        with grid.cell():
            drawing = _boxes(view, found, bands, threshold)
            figure(drawing, "boxes", f"Box plots of Dice for {len(found.methods)} methods.")
        with grid.cell(), st.container(key="sweep-at"):
            st.html(_line_at(threshold))
            figure(curves, "sweep", "Mean Dice of each method against the threshold.")
    with words:
        _sentences(view, found, threshold)
    dice_between(bands, between.n_people)
    _tables(found, found.at(threshold), threshold)


def _boxes(view: View, found: AttentionSweep, bands: dict[str, Band], threshold: int) -> go.Figure:
    dice = dict(zip(found.methods, found.dice[threshold], strict=True))
    known = int(np.isfinite(found.dice[threshold]).any(axis=0).sum())
    return boxes(
        dice,
        [str(c).replace("|", " against ") for c in view.study.label_set.conditions],
        view.theme,
        title="Dice per condition",
        subtitle=f"{view.people} against network, threshold {threshold}, {count(known, 'condition')}; bar: mean, 95 % interval",
        y_title="Dice",
        bands={method: (band.floor, band.ceiling) for method, band in bands.items()},
        means={method: (band.mean, *band.ci) for method, band in bands.items()},
    )


def _curves(view: View, found: AttentionSweep, between: DiceBand) -> go.Figure:
    known = int(np.isfinite(found.dice).any(axis=(0, 1)).sum())
    return sweep(
        {method: found.mean_dice[:, number] for number, method in enumerate(found.methods)},
        view.theme,
        title="Mean Dice at every threshold",
        y_title="mean Dice",
        subtitle=f"with {view.people}, {count(known, 'condition')}; 95 % interval over them; dotted: floors",
        floors=between.mean_floors,
        ceiling=between.mean_ceiling,
        intervals=between.drawn_intervals,
    )


def _line_at(threshold: int) -> str:
    """Draw the line that marks the threshold over the curves."""
    left, right = MARGINS["l"], MARGINS["r"]
    place = f"calc({left}px + (100% - {left + right}px) * {threshold / LAST:.4f})"
    inset = f"{MARGINS['t']}px auto {MARGINS['b']}px {place}"
    side = "left" if threshold <= LAST // 2 else "right"
    return f'<div class="threshold {side}" style="inset:{inset}"><span>threshold {threshold}</span></div>'


def _sentences(view: View, found: AttentionSweep, threshold: int) -> None:
    said = at_threshold(found, threshold)
    if view.lead == PAPER:
        both_readings(view, said, [at_equal_area(found_equal_area(view))], "area")
    else:
        st.caption(" ".join(said))
    if view.study.simulated:
        st.caption(CIRCULAR)


def _tables(found: AttentionSweep, values: pd.DataFrame, threshold: int) -> None:
    areas = values.groupby("method")[["human_area", "model_area", "largest"]].mean()
    moments = found.anova(threshold).groups
    grid = st.grid(2, min_column_width=400)
    with grid.cell():
        st.markdown("**Methods**")
        summary = pd.DataFrame(
            {
                "method": [mark(method).label for method in moments["group"]],
                "mean Dice": moments["mean"].map(share),
                "SD": moments["sd"].map(share),
                "n": moments["n"].map(str),
                "people's area": areas.loc[moments["group"], "human_area"].map(share).to_list(),
                "its area": areas.loc[moments["group"], "model_area"].map(share).to_list(),
                "at most": areas.loc[moments["group"], "largest"].map(share).to_list(),
            }
        )
        table(summary, "Dice and areas of each method.")
        st.caption(
            "Areas: share of the image at or above the threshold. At most: the largest Dice that two such areas allow."
        )
    with grid.cell():
        st.markdown("**Pairs of methods (Tukey's HSD)**")
        tukey = found.tukey(threshold)
        tests = tukey.to_dict("records")
        pairs = pd.DataFrame(
            {
                "pair": [f"{mark(t['a']).label} – {mark(t['b']).label}" for t in tests],
                "difference": tukey["difference"].map(share),
                "95 % CI": [interval((t["ci_low"], t["ci_high"])) for t in tests],
                "t": tukey["t"].map(decimal),
                "paper t": [_paper_t(t["a"], t["b"]) for t in tests],
                "p": [probability(t["p"]).removeprefix("p = ").removeprefix("p ") for t in tests],
            }
        )
        table(pairs, "Tukey's test for each pair of methods.")
        st.caption(f"Read with care. {WHY['tests']}")


def _paper_t(a: str, b: str) -> str:
    given = {(test["a"], test["b"]): test["t"] for test in paper_value("attention", "tukey_t")}
    t = given.get((a, b))
    return decimal(t) if t is not None else decimal(-given[b, a]) if (b, a) in given else NONE


def _notes(view: View, found: AttentionSweep) -> None:
    """Say what else may make methods differ, and with which settings the maps were made."""
    notes = []
    if {"cam", "grad-cam"} <= set(found.methods):
        notes.append(
            "With this network's head Grad-CAM is CAM without its negative values, up to a factor: the two can differ "
            "only through that cut at zero before scaling and threshold."
        )
    blocks = {method: view.find(Study.maps, view.finished_run, method) for method in found.methods}
    notes += [words] if (words := masks.warned(blocks.values())) else []
    if notes:
        st.caption(" ".join(notes))
    used = {
        mark(method).label.replace("-", "_"): block.settings for method, block in blocks.items() if block is not None
    }
    settings_behind(how_maps_change(view.study.name), comparison=ComparisonSettings(), **used)
