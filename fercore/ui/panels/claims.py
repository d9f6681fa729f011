"""What the paper says, claim by claim, and whether it holds for this study."""

from __future__ import annotations

from collections import Counter

import pandas as pd
import streamlit as st

from fercore.errors import MissingError
from fercore.findings.claims import Claim, decide
from fercore.findings.evidence import VERDICTS
from fercore.findings.multiverse import Multiverse
from fercore.notation import count
from fercore.settings import ComparisonSettings
from fercore.ui.components import sentences, table
from fercore.ui.messages import panel
from fercore.ui.panels.agreement import agreement_everywhere
from fercore.ui.state import View

SIMULATED = (
    "A verdict is about this study. Its people are simulated, so verdicts show what the program says, and are no evidence "
    "about people; whatever rests on where they clicked is circular."
)
_EVERY = "all"


@st.fragment
@panel
def claims(view: View) -> None:
    """Draw the table of claims, by verdict if the reader likes."""
    settings = ComparisonSettings()
    with st.skeleton(height=300):
        found = view.find(decide, view.run, settings, *_maps(view, settings))
    st.header("What the paper says, and whether it holds here", anchor=False)
    told = Counter(claim.verdict for claim in found)
    sentences(
        f"Of {count(len(found), 'claim')}: " + ", ".join(f"**{told[v]}** {_many(v, told[v])}" for v in VERDICTS) + "."
    )
    if view.study.simulated:
        st.caption(SIMULATED)
    verdict = st.segmented_control(
        "Verdict", [_EVERY, *VERDICTS], default=_EVERY, required=True, key="verdict", bind="query-params"
    )
    shown = [claim for claim in found if verdict in (_EVERY, claim.verdict)]
    if shown:
        table(pd.DataFrame([_row(view, claim) for claim in shown]), "Claims of the paper with their verdicts.")
    else:
        st.caption("No claim has this verdict.")


def _maps(view: View, settings: ComparisonSettings) -> tuple[tuple[pd.DataFrame, Multiverse], ...]:
    """Give what the page has worked out about maps, so that it is not done twice; nothing where there are none."""
    try:
        return (view.find(agreement_everywhere, view.finished_run, settings),)
    except MissingError:
        return ()


def _row(view: View, claim: Claim) -> dict[str, str]:
    readings = view.leading_first(("as in the paper", claim.ours), ("rigorously", claim.rigorous))
    return {
        "the paper": f"“{claim.says}” ({claim.section})",
        "its statistic": claim.paper,
        **dict(readings),
        "verdict": f"**{claim.verdict}**: {claim.because}",
    }


def _many(verdict: str, n: int) -> str:
    """Write a verdict after a number: ``2 hold``."""
    if n == 1:
        return verdict
    return verdict.replace("holds", "hold").replace("does not", "do not")
