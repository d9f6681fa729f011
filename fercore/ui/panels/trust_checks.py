"""One check of maps at a time: its curves, its scores, and what it can and cannot say."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np
import pandas as pd
import streamlit as st

from fercore.figures.dots import dots
from fercore.figures.heatmap import even_scale, label_matrix
from fercore.figures.series import series
from fercore.figures.theme import mark
from fercore.findings.trust import CENTRE, OTHERS, SEEDS, Trust
from fercore.notation import NONE, count, counts, interval, share
from fercore.saliency.maps import CONTROLS, PAPER_METHODS, SETTINGS
from fercore.saliency.settings_in_force import settings_in_force
from fercore.saliency.trust import Checked, Curve, Score
from fercore.study.revealing import PEOPLE
from fercore.study.trusting import RANDOM, trust_settings
from fercore.ui.components import figure, how_maps_change, settings_behind, table
from fercore.ui.messages import panel
from fercore.ui.state import View

AGREEMENT: Final = "agreement"
"""Beside the checks: how alike the maps of all sources are."""

NAMES: Final = {
    "deletion-insertion": "Deletion and insertion",
    "sufficiency": "Sufficiency",
    "randomisation": "New weights",
    "empty-image": "Empty image",
    "arbitrary-choices": "Arbitrary choices",
    SEEDS: "Other seeds",
    OTHERS: "Other methods",
    "completeness": "Completeness",
    "ground-truth": "Ground truth",
    AGREEMENT: "Pairs of methods",
}
"""What checks are called where one is chosen; any other goes by its own name."""

BLIND: Final = (*CONTROLS, RANDOM)
"""Maps that know nothing of the network."""

_FEW = 6
"""With more sources than these, the reader chooses whose curves are drawn."""

_MANY_POINTS = 12
"""Curves with more points have few markers."""

_BY_CONSTRUCTION = "Simulated people were made to click where this ground truth is large: they must come first here."


def label_of(source: str, view: View) -> str:
    """Give what a source of maps is called."""
    return view.people if source == PEOPLE else mark(source).label


def score_table(view: View, found: Trust, scores: Sequence[str]) -> pd.DataFrame:
    """Write scores, a row per source, those that know nothing last and in gray."""
    known = {score.name: score for checked in found.checks.values() for score in checked.scores}
    at = {(row["source"], row["score"]): row for row in found.scores.to_dict("records") if row["score"] in scores}
    rows = []
    for source in sorted({source: None for source, _ in at}, key=lambda source: source in BLIND):
        label = label_of(source, view)
        row = {"maps by": f":gray[{label}]" if source in BLIND else label}
        for score in scores:
            row[f"{known[score].label} {_arrow(known[score])}"] = _cell(at.get((source, score)), len(view.study.plan))
        rows.append(row)
    return pd.DataFrame(rows)


def _arrow(score: Score) -> str:
    return "↑" if score.higher_is_better else "↓"


def _cell(row: Mapping[Any, Any] | None, n_images: int) -> str:
    """Write a score with its interval and its rank, such as ``.71 [.69, .74] #2``, and n where it is not all images."""
    if row is None or not np.isfinite(row["value"]):
        return NONE
    bounds = f" {interval((row['ci_low'], row['ci_high']), 2)}" if np.isfinite(row["ci_low"]) else ""
    n = f" n {row['n']}" if row["n"] < n_images else ""
    return f"**{share(row['value'], 2)}**{bounds} #{int(row['rank'])}{n}"


@st.fragment
@panel
def chosen_check(view: View, found: Trust) -> None:
    """Let the reader choose a check, and draw it."""
    names = [name for name in NAMES if name in found.checks or name in (SEEDS, AGREEMENT)]
    names += [name for name in found.checks if name not in NAMES]
    chosen = st.segmented_control(
        "Check", names, format_func=lambda name: NAMES.get(name, name), default=names[0], key="checked",
        bind="query-params", required=True,
    ) or names[0]  # fmt: skip
    if chosen == AGREEMENT:
        _agreement(view, found)
    elif chosen not in found.checks:
        _no_other_seed(view)
    else:
        _check(view, found, str(chosen))
    mapped = [source for source in dict.fromkeys(found.scores["source"]) if source in SETTINGS]
    settings_behind(
        f"{how_maps_change(view.study.name)} Checks: `python -m fercore trust {view.study.name} --set SETTING=VALUE`.",
        checks=trust_settings(view.finished_run),
        **{label_of(name, view): settings_in_force(view.finished_run, name) for name in mapped},
    )
    if view.study.simulated and chosen == "ground-truth":
        st.caption(_BY_CONSTRUCTION)


def _check(view: View, found: Trust, name: str) -> None:
    checked = found.checks[name]
    st.subheader(checked.title, anchor=False)
    if checked.curves:
        _curves(view, found, name, checked)
    with st.grid(_columns(len(checked.scores)), min_column_width=330) as grid:
        for score in checked.scores:
            with grid.cell():
                _dots(view, found, score)
    st.caption(checked.note)
    with st.expander("Scores", icon=":material/table:"):
        scores = [score.name for score in checked.scores]
        table(score_table(view, found, scores), f"Scores: {NAMES.get(name, name)}.")


def _columns(n: int) -> int:
    """Give the columns in which n figures leave no gap, as far as three can."""
    return 3 if n % 3 == 0 else min(n, 2)


def _curves(view: View, found: Trust, name: str, checked: Checked) -> None:
    own = found.curves[found.curves["check"] == name]
    sources = list(dict.fromkeys(own["source"]))
    chosen = sources
    if len(sources) > _FEW:
        first = [source for source in sources if source in (*PAPER_METHODS, PEOPLE, *BLIND)]
        chosen = st.pills(
            "Curves of", sources, format_func=lambda source: label_of(source, view), default=first, selection_mode="multi",
            key=f"curves-{name}",
        ) or first  # fmt: skip
    with st.grid(_columns(len(checked.curves)), min_column_width=330) as grid:
        for curve in checked.curves:
            with grid.cell():
                _curve(view, own[(own["curve"] == curve.name) & own["source"].isin(chosen)], curve)


def _curve(view: View, rows: pd.DataFrame, curve: Curve) -> None:
    drawing = series(
        rows, view.theme, title=curve.label[:1].upper() + curve.label[1:],
        subtitle=f"mean over {counts(rows['n'], 'image')}; 95 % intervals",
        x_title=curve.x_title, y_title=curve.y_title, name=lambda source: label_of(source, view),
        marked=len(curve.x) <= _MANY_POINTS,
    )  # fmt: skip
    figure(drawing, f"trust-{curve.name}", f"{curve.y_title} along {curve.x_title}.")


def _dots(view: View, found: Trust, score: Score) -> None:
    own = found.scores[(found.scores["score"] == score.name) & found.scores["value"].notna()].sort_values("rank")
    rows = pd.DataFrame(
        {
            "name": [label_of(source, view) for source in own["source"]],
            "observer": own["source"].to_list(),
            "mean": own["value"].to_list(),
            "ci_low": own["ci_low"].to_list(),
            "ci_high": own["ci_high"].to_list(),
            "note": [_note(row) for row in own.to_dict("records")],
        }
    )
    better = "higher" if score.higher_is_better else "lower"
    drawing = dots(
        rows, {}, view.theme, title=f"{score.label[:1].upper()}{score.label[1:]}, best first",
        subtitle=f"{better} is better; {counts(own['n'], 'image')}, 95 % intervals", x_title=score.note,
    )  # fmt: skip
    figure(drawing, f"trust-{score.name}", f"{score.label}: {count(len(rows), 'source')} of maps, best first.")


def _note(row: Mapping[Any, Any]) -> str:
    """Write n, and how much better than the centred Gaussian a source is on the same images."""
    n = count(row["n"], "image")
    if not np.isfinite(row["gain"]) or row["source"] == CENTRE:
        return n
    return f"{n}<br>better than the centre by {share(row['gain'])} {interval((row['gain_low'], row['gain_high']))}"


def _agreement(view: View, found: Trust) -> None:
    st.subheader("Do methods agree with each other?", anchor=False)
    sources = list(dict.fromkeys(found.agreement["a"]))
    places = {source: number for number, source in enumerate(sources)}
    labels = [label_of(source, view) for source in sources]
    values = np.full((len(sources), len(sources)), np.nan)
    bounds = {}
    for row in found.agreement.to_dict("records"):
        a, b = places[row["a"]], places[row["b"]]
        values[a, b] = row["value"]
        bounds[labels[a], labels[b]] = f"{interval((row['ci_low'], row['ci_high']))}, {count(row['n'], 'image')}"
    most = int(found.agreement["n"].max())
    drawing = label_matrix(
        values, labels, view.theme, even_scale([values]), title="Spearman's r of two maps of the same image",
        subtitle=f"over pixels, mean over {count(most, 'image')} at most", rows="maps by", columns="maps by",
        empty="the same maps", hover=lambda row, column, text: f"{row} with {column}: r {text} {bounds.get((row, column), '')}",
        height=180 + 38 * len(labels),
    )  # fmt: skip
    figure(drawing, "trust-agreement", f"How alike the maps of {count(len(labels), 'source')} are.")
    st.caption(
        "Agreement is no sign of being right: methods that read the same layer agree because they are nearly one. Maps are "
        "compared at 64 px at most; intervals and n on hover."
    )


def _no_other_seed(view: View) -> None:
    run = view.finished_run
    network = run.training.network
    st.subheader("Do networks of another seed give the same map?", anchor=False)
    st.markdown(
        f"This takes a second run of the same network and regime with maps. Train one: "
        f"`python -m fercore train {view.study.name} --run second --regime {run.pair_regime} --network {network} --seed 1`, then "
        f"compute its maps: `python -m fercore explain {view.study.name} --run second`."
    )
