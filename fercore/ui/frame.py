"""The dashboard's script: the list of pages on top, the sidebar, and the page that is asked for.

Streamlit runs this file on every interaction. A new page is one file in ``pages/`` and one line here.
"""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from fercore.ui import messages, sidebar, state

# An eye with a mark in it; drawn here because named icons are fetched from the network.
ICON = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32">'
    '<path d="M2 16Q16 1 30 16Q16 31 2 16Z" fill="#0B6E75"/><circle cx="16" cy="16" r="7" fill="#fff"/>'
    '<circle cx="16" cy="16" r="3.6" fill="#D55E00"/></svg>'
)

# Every page by its file in pages/: name in the navigation, and icon. The first one is the start page.
PAGES = {
    "overview": ("Overview", ":material/home:"),
    "images": ("Images", ":material/face:"),
    "people": ("People", ":material/groups:"),
    "confusion": ("Confusion", ":material/grid_on:"),
    "attention": ("Attention", ":material/center_focus_strong:"),
    "statistics": ("Statistics", ":material/insights:"),
    "trust": ("Trust", ":material/verified:"),
    "training": ("Training", ":material/model_training:"),
}


def main() -> None:
    """Draw the frame and run the page inside it."""
    st.set_page_config(page_title="fercore", page_icon=ICON, layout="wide", menu_items={"About": None})
    folder = Path(__file__).parents[2] / "pages"
    page = st.navigation(
        [
            st.Page(folder / f"{name}.py", title=title, icon=icon, url_path=name, default=number == 0)
            for number, (name, (title, icon)) in enumerate(PAGES.items())
        ],
        position="top",
    )
    st.set_page_config(page_title=f"{page.title} · fercore")
    st.html(Path(__file__).with_name("style.css"))
    view = messages.panel(sidebar.draw)()
    if view is not None:
        state.enter(view)
        messages.panel(page.run)()


main()
