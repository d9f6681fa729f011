"""Which theme the reader sees, also after it changes while the page is open.

Streamlit tells the theme when a page is loaded, but does not run again when the reader (or the operating system at
dusk) switches it; figures would keep dark text on a dark page. A component without content sees the switch and says so.
"""

from __future__ import annotations

from typing import Any

import streamlit as st

from fercore.figures.theme import Theme, theme_of

_WATCH = """
export default function ({ parentElement, data, setStateValue }) {
  const host = parentElement.host || parentElement
  const colour = getComputedStyle(host).getPropertyValue("--st-background-color").trim()
  const channels = colour.match(/^#(..)(..)(..)$/)
  if (!channels) return
  const brightness = channels.slice(1).reduce((sum, channel) => sum + parseInt(channel, 16), 0) / 3
  const seen = brightness < 128 ? "dark" : "light"
  if (seen !== data.theme) setStateValue("theme", seen)
}
"""


def current_theme() -> Theme:
    """Give the theme that the reader sees; call once per run, inside the sidebar."""
    watch = st.components.v2.component("theme_watch", html="<span></span>\n", js=_WATCH)
    told = st.context.theme.type
    state: Any = st.session_state.get("theme_watch") or {}
    shown = state.get("theme") or told or "light"
    watch(key="theme_watch", data={"theme": shown}, height=0, on_theme_change=lambda: None)
    return theme_of(shown)
