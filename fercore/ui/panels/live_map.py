"""One image's map where the run has none: the button that computes it at once, how far it is, and what it then says."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from fercore.machines.runs import Run
from fercore.notation import NONE
from fercore.saliency.maps import MapBlock
from fercore.saliency.presets import FAST, preset_settings
from fercore.saliency.settings_in_force import settings_in_force
from fercore.study import Study
from fercore.ui import live
from fercore.ui.panels import masks
from fercore.ui.state import View

_EVERY_S = 0.5


@dataclass(frozen=True)
class Found:
    """An image's map."""

    map: NDArray[np.float32]
    """(side, side)."""
    note: str
    """How it was found, and what its masks cover."""
    settings: Any
    """The method's settings."""


def find(view: View, run: Run, method: str, image: str) -> Found | None:
    """Give an image's map by the fast preset, or None where there is none."""
    study, in_force = view.study, settings_in_force(run, method)
    settings = preset_settings(method, FAST, in_force)
    if settings != in_force and study.has_maps(run, method, settings=settings):
        block: MapBlock | None = view.find(Study.maps, run, method, settings)
        at, how = list(study.plan["image"]).index(image), "computed with the fast preset"
    else:
        block, at, how = study.image_map(run, method, image, settings), 0, "computed live"
        how += " with the fast preset" if settings != in_force else ""
    if block is None or not np.isfinite(block.maps[at]).all():
        return None
    return Found(block.maps[at], "; ".join(filter(None, (how, masks.told(block, at)))), settings)


def offer(view: View, run: Run, method: str, image: str) -> None:
    """Offer to compute an image's map, or show how far it is."""
    key = view.study.image_map_key(run, method, image, preset_settings(method, FAST, settings_in_force(run, method)))
    if key is None:
        st.caption(f"{NONE} this pair was not trained")
        return
    running = live.under_way(key)
    if running is not None and not running.ended.is_set():
        st.fragment(_watch, run_every=_EVERY_S)(key, method)
        return
    live.forget(key)
    st.caption(f"{NONE} " + (running.error if running is not None and running.error else "map not computed"))
    live.warm_up()
    label = "Try again" if running is not None and running.error else "Compute now"
    if st.button(label, key=f"live-{method}", icon=":material/center_focus_strong:"):
        live.compute(view.study, run, method, image)
        st.rerun()


def _watch(key: str, method: str) -> None:
    running = live.under_way(key)
    if running is None or running.ended.is_set():
        st.rerun()
    st.progress(running.share, text=running.message)
    if st.button("Cancel", key=f"cancel-live-{method}", icon=":material/close:"):
        running.cancel()
