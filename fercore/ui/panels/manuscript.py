"""Text for a paper about the study."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from fercore.findings.manuscript import Manuscript
from fercore.findings.manuscript import manuscript as write
from fercore.settings import ComparisonSettings
from fercore.ui.messages import panel
from fercore.ui.state import View


@panel
def manuscript(view: View) -> None:
    """Offer methods and results as text, to be read, copied and downloaded."""
    threshold = st.session_state.get("threshold", ComparisonSettings().threshold)
    text = view.find(write, view.run, replace(ComparisonSettings(), threshold=threshold))
    st.header("Text for a paper", anchor=False)
    st.caption("From the settings in force and the numbers on these pages; citations as pandoc reads them.")
    with st.expander("Methods", icon=":material/description:"):
        for paragraph in text.methods:
            st.markdown(_plain(paragraph))
    with st.expander("Results", icon=":material/description:"):
        for paragraph in text.results:
            st.markdown(_plain(paragraph))
    with st.container(horizontal=True):
        st.download_button(
            "Text", _document(text), f"{view.study.name}.md", "text/markdown", icon=":material/download:"
        )
        st.download_button(
            "BibTeX", text.bibtex, f"{view.study.name}.bib", "application/x-bibtex", icon=":material/download:"
        )


def _document(text: Manuscript) -> str:
    return "\n\n".join(["## Methods", *text.methods, "## Results", *text.results]) + "\n"


def _plain(paragraph: str) -> str:
    """Keep Streamlit from reading brackets as links and colours, and dollar signs as formulas."""
    return paragraph.replace("[", "\\[").replace("$", "\\$")
