"""Whether the answer depends on what is counted as one observation."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import streamlit as st

from fercore.comparison.mixed_model import MixedModel
from fercore.figures.theme import mark
from fercore.findings.units_of_analysis import UNITS, UnitAnalysis, analyse_units
from fercore.notation import NONE, count, decimal, f_test, interval, probability, share
from fercore.settings import ComparisonSettings
from fercore.ui.components import CIRCULAR, sentences, table
from fercore.ui.messages import panel
from fercore.ui.panels.equal_area import contrasts
from fercore.ui.state import View


@panel
def units(view: View) -> None:
    """Draw the comparison of methods over each kind of observation; nothing where there are no maps to compare."""
    if not view.has_no_maps:
        _units(view)


@st.fragment
@panel
def _units(view: View) -> None:
    """Compare at the threshold that the page's slider has when this part is drawn, so that the slider stays quick."""
    threshold = st.session_state.get("threshold", ComparisonSettings().threshold)
    with st.skeleton(height=300):
        found = view.find(analyse_units, view.finished_run, replace(ComparisonSettings(), threshold=threshold))
    st.header("Does the answer depend on what counts as one observation?", anchor=False)
    sentences(f"At threshold {threshold}: {_verdict(found)}")
    rows = [_row(view, analysis) for analysis in found.values()]
    across = pd.DataFrame({row.pop("unit"): row for row in rows}).rename_axis("method or test").reset_index()
    table(across, "Tests of methods by unit of analysis, and what follows from each.")
    unit = st.segmented_control(
        "Unit of analysis", list(found), default=next(iter(found)), required=True, key="unit", bind="query-params"
    )
    st.button("Compare at the slider's threshold", icon=":material/refresh:", key="units-again")
    chosen = found[unit if unit in found else next(iter(found))]
    st.caption(f"{UNITS[chosen.unit][0].upper()}{UNITS[chosen.unit][1:]}. {chosen.assumptions.sentence}")
    table(contrasts(chosen), "Pairs of methods within observations.")
    st.caption(
        "Differences are taken within observations; p by Holm's correction over the pairs; d_z is difference over SD. η²p: share of the "
        "variance within observations that the methods explain; η²G: of the variance with that between observations, comparable with "
        "η² between groups. ω² is η² without its upward bias. W: how far observations agree on the order of methods, 0 to 1."
    )
    if view.study.simulated:
        st.caption(CIRCULAR)


def _verdict(found: dict[str, UnitAnalysis]) -> str:
    """Say whether all units put the same method first, and whether it is apart from the others."""
    apart = [unit for unit, analysis in found.items() if _leads(analysis)]
    names = {analysis.first for analysis in found.values()}
    if len(names) > 1:
        told = "; ".join(f"{mark(analysis.first).label} over {unit}s" for unit, analysis in found.items())
        return f"**The method nearest to people depends on the unit of analysis:** {told}."
    winner = mark(names.pop()).label
    if len(apart) == len(found):
        return f"**{winner} comes first over every unit of analysis**, apart from each other method (Holm, p < .05)."
    where = " and ".join(f"{unit}s" for unit in apart) or "no unit"
    return (
        f"**{winner} comes first over every unit of analysis**, but is apart from each other method only over {where}."
    )


def _leads(analysis: UnitAnalysis) -> bool:
    """Whether the first method is apart from each other one."""
    others = set(analysis.crossed.levels) - {analysis.first}
    return {(analysis.first, other) for other in others} <= set(analysis.apart(analysis.contrasts, "p_holm"))


def _row(view: View, analysis: UnitAnalysis) -> dict[str, str]:
    crossed, repeated, independent = analysis.crossed, analysis.repeated, analysis.independent
    means = {
        mark(level).label: share(mean) for level, mean in zip(crossed.levels, crossed.values.mean(axis=0), strict=True)
    }
    df = (repeated.epsilon_gg * repeated.df_levels, repeated.epsilon_gg * repeated.df_error)
    in_paper = {
        "as if independent": f"{f_test(independent.F, (independent.df_between, independent.df_within), independent.p)}, η² = "
        f"{share(independent.eta_squared, 2)}, ω² = {share(independent.omega_squared, 2)}",
        "Tukey's HSD": "; ".join(
            f"{mark(test['a']).label} – {mark(test['b']).label} t = {decimal(test['t'])}, {probability(test['p'])}"
            for test in analysis.tukey.to_dict("records")
        ),
        "so, as if independent": analysis.in_words(analysis.tukey, "p"),
    }
    rigorous = {
        "within units": f"{f_test(repeated.F, tuple(round(d, 1) for d in df), repeated.p_gg)}, η²p = "
        f"{share(repeated.eta_squared_partial, 2)} {interval(analysis.eta_squared_partial_ci, 2)}, η²G = "
        f"{share(repeated.eta_squared_generalized, 2)}",
        "Friedman": f"χ²({analysis.ranks.df}) = {decimal(analysis.ranks.chi2)}, {probability(analysis.ranks.p)}, "
        f"W = {share(analysis.ranks.kendall_w, 2)} {interval(analysis.kendall_w_ci, 2)}",
        "mixed model": _mixed(analysis.mixed, analysis.assumptions.mixed_model_warning),
        "so, within units (Holm)": analysis.in_words(analysis.contrasts, "p_holm"),
    }
    first, second = view.leading_first(in_paper, rigorous)
    return {"unit": count(len(crossed.values), analysis.unit), **means, **first, **second}


def _mixed(model: MixedModel, warning: str) -> str:
    """Write each method minus the reference, with observations as random, and what speaks against it."""
    effects = model.effects.to_dict("records")[1:]
    reference = mark(model.reference).label
    told = [
        f"{mark(row['term']).label} – {reference} {share(row['estimate'], 2)} {interval((row['ci_low'], row['ci_high']), 2)}"
        for row in effects
    ]
    return "; ".join([*told, *([warning] if told and warning else [])]) or NONE
