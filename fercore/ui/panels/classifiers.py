"""The classifiers of one run: their state and accuracy, and how the chosen one was trained."""

from __future__ import annotations

from collections.abc import Collection

import streamlit as st

from fercore.comparison.intervals import wilson
from fercore.figures.curves import accuracy_curves, loss_curve
from fercore.figures.pair_triangle import Tile, pair_triangle
from fercore.machines.regime import MULTICLASS, find_regime
from fercore.machines.runs import Run
from fercore.notation import count, counts, duration, interval
from fercore.ui.components import clickable, figure
from fercore.ui.messages import panel
from fercore.ui.state import View


@panel
def classifiers(view: View, run: Run, regime: str, under_way: Collection[str], *, stands_still: bool) -> None:
    """Draw the triangle of pair classifiers and the curves of the chosen one.

    Parameters
    ----------
    view, run, regime
        What is shown.
    under_way
        Classifiers that are being trained now.
    stands_still
        Whether the training failed or was lost: classifiers that were under way then are marked.
    """
    left, right = st.columns([1, 1.25], gap="medium")
    if regime == MULTICLASS:
        with left:
            _accuracy(view, run, regime, MULTICLASS)
        with right:
            _loss(view, run, regime, MULTICLASS)
        return
    with left:
        unit = _triangle(view, run, regime, under_way, failed=stands_still)
    with right:
        _accuracy(view, run, regime, unit)
        _loss(view, run, regime, unit)


def _triangle(view: View, run: Run, regime: str, under_way: Collection[str], *, failed: bool) -> str:
    tiles, used, pairs = {}, [], {str(pair): pair for pair in run.label_set.pairs}
    n_validation = view.study.images.of_split("validation")["label"].value_counts()
    for unit in run.units(regime):
        history = run.history(regime, unit)
        note = f"{count(len(history), 'epoch')}, {duration(history['seconds'].sum())}" if len(history) else ""
        accuracy = float(history["validation_accuracy"].iloc[-1]) if len(history) else None
        n = sum(int(n_validation.get(label, 0)) for label in pairs[unit])
        if accuracy is not None and n:
            note = f"{interval(wilson(round(accuracy * n), n), 2)}, n = {n} validation images<br>{note}"
        used.append(n)
        now = run.state(regime, unit)
        if unit in under_way:
            now = "training"
        elif now == "training":
            now = "failed" if failed else "stopped"
        tiles[unit] = Tile(now, accuracy, note)
    chosen = st.query_params.get("unit")
    unit = chosen if chosen in tiles else next(iter(tiles))
    finished = sum(tile.state == "done" for tile in tiles.values())
    drawing = pair_triangle(
        tiles, view.study.label_set, view.theme, title=f"Pair classifiers of {regime}",
        subtitle=f"share correct, n = {counts(used, 'validation image')}", chosen=unit,
    )  # fmt: skip
    clickable(drawing, "triangle", f"State and accuracy of {len(tiles)} pair classifiers.", _pick)
    st.caption(
        f"{finished} of {len(tiles)} are trained. Each tile says on hover on how many images it rests, with its 95 % interval over them."
    )
    return unit


def _pick(cell: list[str]) -> None:
    st.query_params["unit"] = cell[0]


def _accuracy(view: View, run: Run, regime: str, unit: str) -> None:
    history = run.history(regime, unit)
    if history.empty:
        st.info(f"{unit} has not finished an epoch yet.", icon=":material/hourglass_empty:")
        return
    goal: float | None = getattr(find_regime(regime, run.training), "goal", None)
    chance = 1 / (len(run.label_set) if unit == MULTICLASS else 2)
    drawing = accuracy_curves(
        history,
        view.theme,
        title=unit,
        n=_images(run, regime, unit, "training", "validation"),
        chance=chance,
        goal=goal,
        height=300,
    )
    figure(drawing, "accuracy-curves", f"Training and validation accuracy of {unit} after each epoch.")


def _loss(view: View, run: Run, regime: str, unit: str) -> None:
    history = run.history(regime, unit)
    if not history.empty:
        drawing = loss_curve(history, view.theme, title="", n=_images(run, regime, unit, "training"), height=230)
        figure(drawing, "loss-curve", f"Training loss of {unit}.")
        st.caption("After each epoch of one training, which has no interval.")


def _images(run: Run, regime: str, unit: str, *uses: str) -> str:
    """Say how many images a classifier learns from or is validated on; its card tells, once it is finished."""
    if run.state(regime, unit) != "done":
        return "n is told when it is finished"
    card = run.unit_card(regime, unit)
    n = {"training": card["n_images"], "validation": card["n_validation_images"]}
    return f"n = {', '.join(f'{n[use]:,} {use}' for use in uses)} images"
