"""A row of small faces; a click on one chooses it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import streamlit as st

_CSS = """
.strip { display: flex; flex-wrap: wrap; gap: 4px; margin: 0; padding: 2px; }
button { padding: 0; border: 2px solid transparent; border-radius: 6px; background: none; cursor: pointer; line-height: 0; }
button img { width: 52px; height: 52px; border-radius: 4px; object-fit: cover; opacity: .78; }
button:hover img, button[aria-current="true"] img { opacity: 1; }
button[aria-current="true"] { border-color: var(--st-primary-color); }
button:focus-visible { outline: 2px solid var(--st-primary-color); outline-offset: 1px; }
"""

_JS = """
export default function ({ parentElement, data, setTriggerValue }) {
  const strip = parentElement.querySelector(".strip")
  strip.replaceChildren(...data.frames.map((frame) => {
    const button = document.createElement("button")
    const face = document.createElement("img")
    face.src = frame.source
    face.alt = frame.label
    button.title = frame.label
    button.type = "button"
    button.setAttribute("aria-current", String(frame.current))
    button.onclick = () => setTriggerValue("picked", frame.image)
    button.append(face)
    return button
  }))
}
"""


@dataclass(frozen=True)
class Frame:
    """One face of the strip."""

    image: str
    """Id of the image."""
    source: str
    """The small face as a data URI."""
    label: str
    """What it shows, for those who hover or do not see it."""


def filmstrip(frames: Sequence[Frame], current: str, on_pick: Callable[[str], None], key: str) -> None:
    """Draw the strip with ``current`` marked; ``on_pick`` gets the id of a face when it is clicked."""
    strip = st.components.v2.component("filmstrip", html='<div class="strip"></div>\n', css=_CSS, js=_JS)
    shown = [{"image": f.image, "source": f.source, "label": f.label, "current": f.image == current} for f in frames]

    def tell() -> None:
        state: Any = st.session_state[key]
        on_pick(state["picked"])

    strip(key=key, data={"frames": shown}, on_picked_change=tell)
