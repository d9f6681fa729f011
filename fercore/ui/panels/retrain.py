"""Retrain: what to train, how long it is going to take, and the start of the job."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from fercore.jobs import client
from fercore.jobs.outlook import judged_by_runs, measured_speed
from fercore.machines.pair_data import images_per_epoch
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
    seconds, speed = judged_by_runs(study, network, regimes, pairs), measured_speed(network)
    length = (
        f"about **{duration(seconds)}**, judged by earlier runs of this study"
        if seconds is not None
        else "how long in all, the first finished classifiers tell"
    )
    said = [f"**{count(n, 'classifier')}** · {length}."]
    if n_pairs:
        images = images_per_epoch(
            study.images.of_split("train")["label"].value_counts().to_dict(),
            study.label_set.pairs if pairs is None else map(study.label_set.parse_pair, pairs),
        )
        epoch = f"One epoch of {count(n_pairs, 'pair')} shows {images:,} images"
        said.append(
            f"{epoch}: about {duration(images / speed.images_per_s)} at the {speed.images_per_s:,.0f} images/s of {speed.run}. "
            f"({speed.device})"
            if speed is not None
            else f"{epoch}; this network was not trained here yet, so its speed is not known."
        )
    return "  \n".join(said)
