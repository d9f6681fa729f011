"""Retrain: what to train, how long it is going to take, and the start of the job."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from fercore.jobs import client
from fercore.jobs.executors.local import usable_cores
from fercore.machines.presets import WELL_KNOWN, training_settings
from fercore.machines.regime import MULTICLASS, regime_names
from fercore.notation import count, duration
from fercore.study import Study
from fercore.ui import state
from fercore.ui.messages import panel
from fercore.ui.panels import jobs
from fercore.ui.state import View

DEFAULT_REGIMES = ("accuracy-90", MULTICLASS)


def button(view: View) -> None:
    """Draw the button that opens the dialog."""
    if st.button("Retrain…", icon=":material/model_training:", width="stretch", key="retrain"):
        st.dialog("Retrain", icon=":material/model_training:")(_dialog)(view)


@panel
def _dialog(view: View) -> None:
    study = view.study
    study.require_images()
    st.caption(f"A new run on study {study.name}. Finished runs are never changed.")
    network = _network(study)
    defaults = training_settings(network)
    names = list(dict.fromkeys([*DEFAULT_REGIMES, *regime_names()]))
    regimes = st.multiselect(
        "Regimes",
        names,
        default=DEFAULT_REGIMES,
        accept_new_options=True,
        key="retrain-regimes",
        help="accuracy-N: until N % of training images are right. epochs-N: N epochs. multiclass: one network of all labels. "
        "finetuned: goes on from accuracy-90 with what people had uncovered of the images it is tested on, as in the paper; "
        "finetuned-held-out: with other images than those. attention-guided: maps are drawn to people's while it learns.",
    )
    pairs = _pairs(study)
    left, right = st.columns(2)
    cap = left.number_input(
        "Epochs at most",
        1,
        10_000,
        defaults.max_epochs,
        key=f"retrain-epochs-{network}",
        help="Cap of accuracy-N; multiclass takes it whole.",
    )
    seed = right.number_input(
        "Seed", 0, 2**31 - 1, 0, key="retrain-seed", help="The same seed gives the same networks."
    )
    st.markdown(_outlook(study, network, regimes, pairs))
    if st.button("Start training", type="primary", icon=":material/play_arrow:", disabled=not regimes or pairs == []):
        payload = {
            "study": study.name, "network": network, "regimes": regimes, "pairs": pairs, "seed": int(seed),
        }  # fmt: skip
        if cap != defaults.max_epochs:
            payload["epochs"] = int(cap)
        job = jobs.attempt(client.submit, "train", payload)
        if job is not None:
            state.choose("watch", job.payload["run"])
            st.rerun()


def _network(study: Study) -> str:
    """Let the reader choose a network: one of a list, since a name may also stand for code that is run."""
    names = list(dict.fromkeys([study.card.network, *WELL_KNOWN]))
    chosen = st.selectbox(
        "Network",
        names,
        key="retrain-network",
        help="The study's own first. The command line takes every network of torchvision and timm, and one's own "
        "(`--network`).",
    )
    return chosen if chosen in names else names[0]


def _pairs(study: Study) -> list[str] | None:
    """Let the reader choose pairs; None stands for all."""
    everything = f"all {len(study.label_set.pairs)}"
    which = st.segmented_control(
        "Pairs", [everything, "a choice"], default=everything, required=True, key="retrain-which"
    )
    if which == everything:
        return None
    return st.multiselect("Choose pairs", [str(pair) for pair in study.label_set.pairs], key="retrain-pairs")


def _outlook(study: Study, network: str, regimes: Sequence[str], pairs: Sequence[str] | None) -> str:
    """Say what is going to be trained and about how long it takes."""
    n_pairs = len(study.label_set.pairs) if pairs is None else len(pairs)
    n = sum(1 if regime == MULTICLASS else n_pairs for regime in regimes)
    seconds = estimate_s(study, network, regimes, pairs)
    length = (
        f"about **{duration(seconds)}**, judged by earlier runs of this study"
        if seconds is not None
        else "nothing to judge by yet: the time left is shown as soon as the first classifiers are trained"
    )
    return f"**{count(n, 'classifier')}** · {length}."


def estimate_s(study: Study, network: str, regimes: Sequence[str], pairs: Sequence[str] | None) -> float | None:
    """Estimate the seconds of a training by the network's newest finished run that has all regimes; None without one.

    What the chosen classifiers took there, shared among the cores when it was trained on a CPU.
    """
    for name in sorted(study.run_names, key=lambda name: str(study.run(name).card["created"]), reverse=True):
        run = study.run(name)
        if run.training.network != network or not set(regimes) <= set(run.regimes):
            continue
        wanted = [(r, unit) for r in regimes for unit in run.units(r) if pairs is None or unit in (*pairs, MULTICLASS)]
        spent = sum(float(run.unit_card(*unit)["seconds"]) for unit in wanted)
        return spent / min(usable_cores(), max(len(wanted), 1)) if run.card["device"]["kind"] == "cpu" else spent
    return None
