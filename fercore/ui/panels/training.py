"""How networks were and are being trained: all runs, every pair classifier's state, curves, and the log while work runs."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from fercore.errors import MissingError
from fercore.figures.curves import accuracy_curves, loss_curve
from fercore.figures.notation import NONE, count, duration, share
from fercore.figures.pair_triangle import Tile, pair_triangle
from fercore.jobs import client
from fercore.jobs.job import Job
from fercore.machines.regime import MULTICLASS, find_regime
from fercore.machines.runs import Run
from fercore.ui import state
from fercore.ui.components import clickable, figure, sentences, table
from fercore.ui.messages import panel
from fercore.ui.panels import jobs
from fercore.ui.state import View

_REFRESH_S = 2.0


def job_of(view: View, run: str) -> Job | None:
    """Give the newest job that trains a run, or None."""
    own = (job for job in client.list_jobs() if job.study == view.study.name and job.target == f"run {run}")
    return next(own, None)


@panel
def runs(view: View) -> None:
    """List all runs, those in the making and those that ended early too, and offer to resume the latter."""
    names = view.study.all_run_names
    for queued in client.list_jobs():
        if (
            queued.kind == "train"
            and queued.study == view.study.name
            and queued.payload["run"] not in names
            and queued.active
        ):
            st.info(f"{queued.title}: {jobs.stage(queued)}.", icon=":material/hourglass_empty:")
    if not names:
        raise MissingError("No network has been trained on this study yet. Start with Retrain… in the sidebar.")
    found = [view.study.run(name) for name in names]
    done = sum(run.complete for run in found)
    sentences(
        f"{count(done, 'run')} finished" + (f", {count(len(found) - done, 'run')} not." if done < len(found) else ".")
    )
    table(pd.DataFrame([_row(view, run) for run in found]), "All runs of this study.")
    for run in found:
        job = job_of(view, run.name)
        if not run.complete and (job is None or not job.active):
            _offer_resume(view, run, job)


def _row(view: View, run: Run) -> dict[str, str]:
    units = [(regime, unit) for regime in run.regimes for unit in run.units(regime)]
    finished = [(regime, unit) for regime, unit in units if run.state(regime, unit) == "done"]
    pairs = [_accuracy(run, regime, unit) for regime, unit in finished if regime != MULTICLASS]
    job = job_of(view, run.name)
    return {
        "run": run.name,
        "state": "finished" if run.complete else job.state if job is not None else "unfinished, without a job",
        "regimes": " + ".join(run.regimes),
        "network": run.training.network,
        "classifiers": f"{len(finished)} of {len(units)}",
        "pair accuracy": f"{share(min(pairs), 2)} to {share(max(pairs), 2)}" if pairs else NONE,
        "seed": str(run.card["seed"]),
        "computing": duration(run.card.get("seconds")),
        "started": str(run.card["created"]).replace("T", " ")[:16],
    }


def _accuracy(run: Run, regime: str, unit: str) -> float:
    """Give the validation accuracy after the last epoch."""
    return float(run.history(regime, unit)["validation_accuracy"].iloc[-1])


def _offer_resume(view: View, run: Run, job: Job | None) -> None:
    """Say why an unfinished run stands still, and offer to go on after the last finished epoch."""
    why = f"is {job.state}. {job.error or job.message}" if job is not None else "is unfinished, and no job works on it."
    with st.container(border=True, horizontal=True, vertical_alignment="center"):
        st.markdown(f"**{run.name}** {why}")
        pressed = st.button("Resume", key=f"resume-{run.name}", icon=":material/play_arrow:")
    payload = {"study": view.study.name, "resume": run.name}
    resumed = pressed and (
        jobs.attempt(client.resume, job.id)
        if job is not None and job.resumable
        else jobs.attempt(client.submit, "train", payload)
    )
    if resumed:
        st.rerun()


@panel
def classifiers(view: View) -> None:
    """Draw every classifier of one run, the curves of the chosen one, and the log while the run is being trained."""
    names = view.study.all_run_names
    if not names:
        return
    state.refuse_unknown("watch", names, "run")
    unfinished = [name for name in names if not view.study.run(name).complete]
    here = names.index((unfinished or [view.run.name if view.run else names[0]])[0])
    left, right = st.columns(2)
    name = left.selectbox("Show run", names, index=here, key="watch", bind="query-params")
    regimes = view.study.run(name).regimes
    regime = right.segmented_control(
        "Regime", regimes, default=regimes[0], required=True, key="regime", bind="query-params"
    )
    job = job_of(view, name)
    live = job is not None and job.active
    st.fragment(_classifiers, run_every=_REFRESH_S if live else None)(view, name, regime or regimes[0])


@panel
def _classifiers(view: View, name: str, regime: str) -> None:
    run = view.study.run(name)
    job = job_of(view, name)
    if job is not None and not run.complete:
        _follow(job)
    unit = MULTICLASS
    left, right = st.columns([1, 1.25], gap="medium")
    if regime != MULTICLASS:
        with left:
            unit = _triangle(view, run, regime, failed=job is not None and job.state in ("failed", "lost"))
    with right if regime != MULTICLASS else left:
        _curves(view, run, regime, unit)
    if regime == MULTICLASS:
        with right:
            _loss(view, run, regime, unit)


def _follow(job: Job) -> None:
    """Show the last line of the job's log; its bar is in the sidebar, as on every page."""
    lines = job.log_tail.splitlines()
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(f"job {job.id}, {job.state}: `{lines[-1].strip() if lines else 'nothing was printed yet'}`")
        with st.popover("Log", icon=":material/notes:"):
            st.code(job.log_tail or "nothing was printed yet", language=None)


def _triangle(view: View, run: Run, regime: str, *, failed: bool) -> str:
    tiles = {}
    for unit in run.units(regime):
        history = run.history(regime, unit)
        note = f"{count(len(history), 'epoch')}, {duration(history['seconds'].sum())}" if len(history) else ""
        accuracy = float(history["validation_accuracy"].iloc[-1]) if len(history) else None
        now = run.state(regime, unit)
        tiles[unit] = Tile("failed" if failed and now == "training" else now, accuracy, note)
    chosen = st.session_state.get("unit")
    unit = chosen if chosen in tiles else next(iter(tiles))
    finished = sum(tile.state == "done" for tile in tiles.values())
    drawing = pair_triangle(
        tiles, view.study.label_set, view.theme, title=f"Pair classifiers of {regime}",
        subtitle=f"validation accuracy, {finished} of {len(tiles)} trained; click a tile", chosen=unit,
    )  # fmt: skip
    clickable(drawing, "triangle", f"State and accuracy of {len(tiles)} pair classifiers.", _pick)
    return unit


def _pick(cell: list[str]) -> None:
    st.session_state["unit"] = cell[0]


def _curves(view: View, run: Run, regime: str, unit: str) -> None:
    history = run.history(regime, unit)
    if history.empty:
        st.info(f"{unit} has not finished an epoch yet.", icon=":material/hourglass_empty:")
        return
    goal: float | None = getattr(find_regime(regime, run.training), "goal", None)
    chance = 1 / (len(run.label_set) if unit == MULTICLASS else 2)
    drawing = accuracy_curves(history, view.theme, title=unit, chance=chance, goal=goal, height=300)
    figure(drawing, "accuracy-curves", f"Training and validation accuracy of {unit} after each epoch.")
    if unit != MULTICLASS:
        _loss(view, run, regime, unit)


def _loss(view: View, run: Run, regime: str, unit: str) -> None:
    history = run.history(regime, unit)
    if not history.empty:
        figure(loss_curve(history, view.theme, title="", height=230), "loss-curve", f"Training loss of {unit}.")
