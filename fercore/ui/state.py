"""What the reader has chosen. Every choice stands in the URL, so that every view is a link.

Widgets are bound to query parameters of the same name as their key. Streamlit drops values that a widget does not
offer; `unknown_parameters` notices them before that, so that a broken link is told and not silently bent.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable
from dataclasses import dataclass
from typing import TypeVar

import streamlit as st

from fercore.errors import MissingError
from fercore.figures.theme import Theme
from fercore.findings.two_readings import PAPER
from fercore.machines.runs import Run
from fercore.saliency.maps import PAPER_METHODS, defined_methods, methods_for
from fercore.study import Study
from fercore.ui.loaders import found
from fercore.ui.messages import plain

T = TypeVar("T")

_VIEW = "view"
_LONGEST = 64


@dataclass(frozen=True)
class View:
    """The study, run, method and leading reading of the sidebar, and the theme they are drawn in."""

    study: Study
    run: Run | None
    """The chosen run, or None when the study has no finished one."""
    method: str
    theme: Theme
    state: str
    """What the study is like now; loaded results are kept until it changes."""
    lead: str = PAPER
    """Which reading of the results leads, one of `fercore.findings.two_readings.LEADS`."""

    def leading_first(self, paper: T, rigorous: T) -> tuple[T, T]:
        """Put what belongs to the two readings in order: what leads, and what stands beside it."""
        return (paper, rigorous) if self.lead == PAPER else (rigorous, paper)

    def find(self, finding: Callable[..., T], *arguments: Hashable) -> T:
        """Give ``finding(study, *arguments)``, computed once for all readers."""
        return found(finding, self.study, self.state, *arguments)

    def find_with_chosen(self, finding: Callable[..., T], *arguments: Hashable) -> T:
        """As `find`, of a finding on the paper's methods, which the chosen one joins where its maps are there."""
        run, method = self.finished_run, self.method
        joins = method not in PAPER_METHODS and self.study.has_maps(run, method)
        return self.find(finding, run, *arguments, *([(method,)] if joins else []))

    @property
    def finished_run(self) -> Run:
        """The chosen run; raises `MissingError` with the way out when there is none."""
        if self.run is None:
            self.study.require_images()
            raise MissingError(
                f"Study {self.study.name!r} has no finished run yet. Train one with Retrain… in the sidebar."
            )
        return self.run

    @property
    def people(self) -> str:
        """What people are called in figures: never without the word where they are simulated."""
        return "simulated people" if self.study.simulated else "people"

    @property
    def missing_maps(self) -> tuple[str, ...]:
        """The paper's methods, and the chosen one, as far as the chosen run could have their maps and has not.

        Empty without a run of pair classifiers.
        """
        run = self.run
        if run is None or run.pair_regime is None:
            return ()
        wanted = (m for m in defined_methods(run) if m in PAPER_METHODS or m == self.method)
        return tuple(method for method in wanted if not self.study.has_maps(run, method))

    @property
    def has_no_maps(self) -> bool:
        """Whether the chosen run lacks the maps of all the paper's methods."""
        run = self.run
        if run is None or run.pair_regime is None:
            return False
        return not any(self.study.has_maps(run, method) for method in methods_for(run))

    @property
    def can_compare_maps(self) -> bool:
        """Whether there are people's maps and some of the chosen run's, as far as can be told without reading them."""
        run = self.run
        return run is not None and run.pair_regime is not None and not self.has_no_maps and self.study.has_attention


def enter(view: View) -> None:
    """Make a view the one that pages show."""
    st.session_state[_VIEW] = view


def current() -> View:
    """Give the view that the sidebar entered in this very run."""
    view: View = st.session_state[_VIEW]
    return view


def refuse_unknown(parameter: str, known: Collection[str], kind: str) -> None:
    """Say it in one line when the URL asks for something that is not there; call before the widget is drawn."""
    asked = st.query_params.get(parameter)
    if asked is not None and asked not in known:
        shown = plain(asked[:_LONGEST])
        st.warning(f"The link asks for the {kind} “{shown}”, which is not here; another one is shown instead.")


def choose(parameter: str, value: str | int) -> None:
    """Set the widget of a parameter, and with it the URL, from a callback."""
    st.session_state[parameter] = value
