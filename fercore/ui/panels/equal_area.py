"""Methods compared at equal area, image by image, with tests within conditions: beside the paper's Dice at a threshold."""

from __future__ import annotations

import math

import pandas as pd
import streamlit as st

from fercore.comparison.band import Band
from fercore.figures.boxes import boxes
from fercore.figures.theme import mark
from fercore.findings.equal_area import EqualArea, equal_area_image_ceilings
from fercore.findings.two_readings import NAMES, RIGOROUS, WHY
from fercore.findings.units_of_analysis import UnitAnalysis
from fercore.notation import NONE, count, decimal, f_test, interval, probability, share
from fercore.settings import ComparisonSettings
from fercore.ui.components import both_readings, figure, sentences, table
from fercore.ui.messages import panel
from fercore.ui.panels.map_agreement import at_equal_area, at_threshold, attention_sweep, found_equal_area
from fercore.ui.state import View

SETTINGS = ComparisonSettings()


def tests_in_words(found: EqualArea) -> str:
    """State the tests within conditions, and whether methods differ alike for every true label."""
    within = found.within
    if within is None:
        return ""
    said = f"Within conditions {_repeated(within)}; by ranks {_friedman(within)}."
    return f"{said} {_expressions(found)}"


def _repeated(within: UnitAnalysis) -> str:
    own = within.repeated
    df = [round(own.epsilon_gg * df, 1) for df in (own.df_levels, own.df_error)]
    explained = interval(within.eta_squared_partial_ci)
    return f"{f_test(own.F, df, own.p_gg)} (Greenhouse-Geisser), η²p = {share(own.eta_squared_partial)} {explained}"


def _friedman(within: UnitAnalysis) -> str:
    ranks = within.ranks
    return f"χ²({ranks.df}) = {decimal(ranks.chi2)}, {probability(ranks.p)}" if math.isfinite(ranks.chi2) else NONE


def _expressions(found: EqualArea) -> str:
    ranks = found.expressions
    said = f"Between expressions H({ranks.df}) = {decimal(ranks.H)}, {probability(ranks.p)} (Kruskal-Wallis"
    said = f"{said}, one value per condition)" if math.isfinite(ranks.H) else ""
    crossed = found.method_by_expression.set_index("effect")
    if crossed.empty:
        return f"{said}." if said else ""
    both, rest = crossed.iloc[2], crossed.iloc[3]
    test = f_test(both["F"], (both["df"], rest["df"]), both["p"])
    return f"{said}; whether methods differ otherwise for some expressions than for others: {test} (two-way)."


@panel
def equal_areas(view: View) -> None:
    """Draw Dice at equal area with its tests; says nothing where the leading comparison has said what is missing."""
    if view.has_no_maps or (view.lead != RIGOROUS and not view.can_compare_maps):
        return
    with st.skeleton(height=420):
        found = found_equal_area(view)
    if view.lead == RIGOROUS:
        in_paper = at_threshold(view.find(attention_sweep, view.finished_run), SETTINGS.threshold)
        both_readings(view, in_paper, [at_equal_area(found), tests_in_words(found)], "area")
    else:
        st.header(f"{NAMES[RIGOROUS]}: equal areas, image by image", anchor=False)
        sentences(tests_in_words(found))
    conditions = [str(condition).replace("|", " against ") for condition in found.label_set.conditions]
    known = int(pd.DataFrame(found.of_images).notna().any().sum())
    summed = found.bands(view.find(equal_area_image_ceilings, SETTINGS), SETTINGS)
    bands = {method: (band.floor, band.ceiling) for method, band in summed.items()}
    means = {row["method"]: (row["mean"], row["ci_low"], row["ci_high"]) for row in found.images.to_dict("records")}
    with st.grid(2, min_column_width=400) as grid:
        with grid.cell():
            drawing = boxes(
                dict(zip(found.methods, found.of_images, strict=True)), conditions, view.theme,
                title="Dice at equal area per condition", y_title="Dice", height=360 if view.lead == RIGOROUS else 300,
                subtitle=f"top {found.percent:g} %; {view.people}, {count(known, 'condition')}; bar: mean, 95 % interval over images",
                bands=bands, means=means,
            )  # fmt: skip
            figure(drawing, "equal-area", f"Box plots of Dice at equal area for {len(found.methods)} methods.")
        with grid.cell():
            st.markdown("**Methods**")
            table(_methods(found, summed), "Dice at equal area of each method.")
            st.caption(
                f"Mean over {count(int(found.images['n_images'].max()), 'image')}, intervals over images, all three means drawn "
                f"together. {WHY['area']} {WHY['averaging']} "
                "Floor: people's maps of other images. Ceiling: halves of the people, for half of them, since Spearman-Brown is for "
                "correlations only. Score: (mean − floor) / (ceiling − floor). "
                "Under the sweep: area under mean Dice over all thresholds, the same maps at every size."
            )
    if found.within is not None:
        st.markdown("**Pairs of methods (within conditions, Holm)**")
        table(contrasts(found.within), "Pairs of methods within conditions.")
        st.caption(f"{_mixed(found)} {WHY['tests']}")


def _methods(found: EqualArea, bands: dict[str, Band]) -> pd.DataFrame:
    rows = found.images.to_dict("records")
    return pd.DataFrame(
        {
            "method": mark(row["method"]).label,
            "image by image": f"{share(row['mean'])} {interval((row['ci_low'], row['ci_high']))}",
            "floor": share(row["floor"]),
            "ceiling": f"{share(band.ceiling)} {interval(band.ceiling_ci)}",
            "score": f"{share(band.score, 2)} {interval(band.score_ci, 2)}" if math.isfinite(band.score) else NONE,
            "mean maps": share(float(pd.Series(found.of_mean_maps[number]).mean())),
            "under the sweep": share(found.sweep_area[number]),
        }
        for number, (row, band) in enumerate(zip(rows, bands.values(), strict=True))
    )


def _mixed(found: EqualArea) -> str:
    """State the mixed model in a sentence; empty where there is none."""
    effects = found.mixed.effects.to_dict("records")[1:]
    if not effects:
        return ""
    told = ", ".join(
        f"{mark(row['term']).label} {share(row['estimate'])} {interval((row['ci_low'], row['ci_high']))}"
        for row in effects
    )
    reference = mark(found.mixed.reference).label
    warning = found.within.assumptions.mixed_model_warning if found.within is not None else ""
    return (
        f"Mixed model with conditions as random, above {reference}: {told}; conditions hold {share(found.mixed.icc, 2)} of the "
        f"variance.{f' But {warning}.' if warning else ''}"
    )


def contrasts(analysis: UnitAnalysis) -> pd.DataFrame:
    """Write pairs of methods within observations as a table."""
    return pd.DataFrame(
        {
            "pair": f"{mark(row['a']).label} – {mark(row['b']).label}",
            "difference": share(row["difference"]),
            "95 % CI": interval((row["ci_low"], row["ci_high"])),
            "t": f"t({row['df']:g}) = {decimal(row['t'])}",
            "p": probability(row["p_holm"]).removeprefix("p = ").removeprefix("p "),
            "d_z, 95 % CI": f"{decimal(row['dz'])} [{decimal(row['dz_low'])}, {decimal(row['dz_high'])}]",
        }
        for row in analysis.contrasts.to_dict("records")
    )
