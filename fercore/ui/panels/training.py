"""How networks were and are being trained: all runs, what stands still and why, and the log while work runs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd
import streamlit as st

from fercore.errors import MissingError
from fercore.jobs import client
from fercore.jobs.job import Job
from fercore.machines.regime import MULTICLASS
from fercore.machines.runs import Run
from fercore.notation import NONE, count, duration, share
from fercore.study import Study
from fercore.ui import state
from fercore.ui.components import sentences, settings_behind, table
from fercore.ui.messages import panel
from fercore.ui.panels import jobs
from fercore.ui.panels.classifiers import classifiers
from fercore.ui.state import View

_REFRESH_S = 2.0


@dataclass(frozen=True)
class Training:
    """A run, the job that makes it, or both: a queued run has no folder yet, a finished one may have lost its job."""

    name: str
    run: Run | None
    job: Job | None

    @property
    def live(self) -> bool:
        """Whether a job waits for it or works on it."""
        return self.job is not None and self.job.active

    @property
    def state(self) -> str:
        """Where it stands, in a word or two."""
        if self.run is not None and self.run.complete:
            return "finished"
        return self.job.state if self.job is not None else "unfinished, without a job"

    @property
    def regimes(self) -> tuple[str, ...]:
        """What is trained."""
        return self.run.regimes if self.run is not None else tuple(self._asked["regimes"])

    @property
    def _asked(self) -> Mapping[str, Any]:
        return self.job.payload if self.job is not None else {}

    def under_way(self, regime: str) -> frozenset[str]:
        """Give the classifiers of a regime that processes work on now."""
        told = self.job.detail.get(regime, {}) if self.job is not None and self.job.state == "running" else {}
        return frozenset(unit for unit, news in told.items() if news["state"] == "running")

    def row(self) -> dict[str, str]:
        """Give its row of the table of runs."""
        run, asked = self.run, self._asked
        units = [(regime, unit) for regime in self.regimes for unit in run.units(regime)] if run is not None else []
        finished = [key for key in units if run is not None and run.state(*key) == "done"]
        pairs = [_accuracy(run, *key) for key in finished if run is not None and key[0] != MULTICLASS]
        network = run.training.network if run is not None else asked["training"]["network"]
        seed = run.card["seed"] if run is not None else asked["seed"]
        return {
            "run": self.name,
            "state": self.state,
            "trained": f"{len(finished)} of {len(units)}" if units else NONE,
            "pair accuracy": f"{share(min(pairs), 2)} to {share(max(pairs), 2)}" if pairs else NONE,
            "what": f"{' + '.join(self.regimes)}; {network}, seed {seed}",
            "computing": duration(run.card.get("seconds") if run is not None else None),
            "started": str(run.card["created"]).replace("T", " ")[:16] if run is not None else NONE,
        }


def _accuracy(run: Run, regime: str, unit: str) -> float:
    return float(run.history(regime, unit)["validation_accuracy"].iloc[-1])


def trainings(study: Study) -> list[Training]:
    """Give everything that was, is or will be trained on a study: what waits for its folder first, then all runs."""
    newest: dict[str, Job] = {}
    for job in client.list_jobs():
        if job.kind == "train" and job.study == study.name:
            newest.setdefault(job.payload["run"], job)
    runs = study.all_run_names
    waiting = [Training(name, None, job) for name, job in newest.items() if name not in runs and job.active]
    return [*waiting, *(Training(name, study.run(name), newest.get(name)) for name in runs)]


@panel
def page(view: View) -> None:
    """Draw the page; as long as something is trained, it follows by itself."""
    everything = trainings(view.study)
    if not everything:
        view.study.require_images()
        raise MissingError("No network has been trained on this study yet. Start with Retrain… in the sidebar.")
    st.fragment(_page, run_every=_REFRESH_S if any(training.live for training in everything) else None)(view)


@panel
def _page(view: View) -> None:
    everything = trainings(view.study)
    finished = sum(training.state == "finished" for training in everything)
    rest = f", {count(len(everything) - finished, 'run')} not." if finished < len(everything) else "."
    sentences(f"{count(finished, 'run')} finished{rest}")
    table(pd.DataFrame([training.row() for training in everything]), "All runs of this study.")
    for training in everything:
        if training.state != "finished" and not training.live:
            _offer_resume(view, training)
    chosen, regime = _choose(view, everything)
    if chosen.live and chosen.job is not None:
        _follow(chosen.job)
    if chosen.run is None:
        st.info("Its folder is made as soon as the work begins.", icon=":material/hourglass_empty:")
    else:
        classifiers(view, chosen.run, regime, chosen.under_way(regime), stands_still=chosen.state in ("failed", "lost"))
        settings_behind(training=chosen.run.training)
        if chosen.run.cam_layer is not None:
            st.caption(f"Maps of {chosen.run.training.network} are read at: {chosen.run.cam_layer.words}.")


def _choose(view: View, everything: list[Training]) -> tuple[Training, str]:
    by_name = {training.name: training for training in everything}
    state.refuse_unknown("watch", by_name, "run")
    live = next((training.name for training in everything if training.live), None)
    first = live or (view.run.name if view.run is not None else everything[0].name)
    left, right = st.columns(2)
    name = left.selectbox("Show run", list(by_name), index=list(by_name).index(first), key="watch", bind="query-params")
    chosen = by_name[name]
    regime = right.segmented_control(
        "Regime", chosen.regimes, default=chosen.regimes[0], required=True, key="regime", bind="query-params"
    )
    return chosen, regime if regime in chosen.regimes else chosen.regimes[0]


_WHY = {
    "failed": "has failed. {0}",
    "lost": "is lost. {0}",
    "cancelled": "was cancelled; resumed, it goes on after the last finished epoch of each classifier.",
}


def _offer_resume(view: View, training: Training) -> None:
    """Say why an unfinished run stands still, and offer to go on."""
    job = training.job
    why = _WHY.get(training.state, "is unfinished, and no job works on it.").format(
        job.error if job is not None else ""
    )
    with st.container(border=True, horizontal=True, vertical_alignment="center"):
        st.markdown(f"**{training.name}** {why}")
        pressed = st.button("Resume", key=f"resume-{training.name}", icon=":material/play_arrow:")
    if pressed and _take_up(view.study, training) is not None:
        st.rerun()


def _take_up(study: Study, training: Training) -> Job | None:
    if training.job is not None and training.job.resumable:
        return jobs.attempt(client.resume, training.job.id)
    return jobs.attempt(client.submit, "train", {"study": study.name, "resume": training.name})


def _follow(job: Job) -> None:
    """Show the last line of the job's log; its bar is in the sidebar, as on every page."""
    lines = job.log_tail.splitlines()
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(f"job {job.id}, {job.state}: `{lines[-1].strip() if lines else 'nothing was printed yet'}`")
        with st.popover("Log", icon=":material/notes:"):
            st.code(job.log_tail or "nothing was printed yet", language=None)
