"""What a finding is, and the findings there are."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final, NamedTuple, Protocol

import numpy as np
import pandas as pd

from fercore.labels import EXPRESSIONS
from fercore.machines.runs import Run
from fercore.registry import Registry
from fercore.settings import ComparisonSettings
from fercore.study import Study

COLUMNS = ("name", "value", "ci_low", "ci_high", "n", "paper", "note")
"""Columns of a finding's table. Numbers that cannot be had, and that the paper does not give, are NaN."""

SIMULATED_PEOPLE = "simulated observers, no evidence about people"
"""Stands beside every number about people that comes from simulated observers."""

CIRCULAR = "simulated observers: circular, because their clicks were drawn from where the two expressions differ"
"""Stands beside every agreement of a model with maps of simulated observers, which is never a finding."""


class Row(NamedTuple):
    """One number of a finding."""

    name: str
    value: float
    ci_low: float = np.nan
    ci_high: float = np.nan
    n: int = 0
    """How many units the number rests on; the note says of what."""
    paper: float | None = None
    """The paper's number, or None where it gives none."""
    note: str = ""


@dataclass(frozen=True)
class Finding:
    """One result of the paper, as a study has it."""

    title: str
    """What is found out, in a few words."""
    source: str
    """Where it stands in the paper, such as ``section 4.3, Fig. 2``, or ``beyond the paper``."""
    table: pd.DataFrame
    """`COLUMNS`, one row per number."""
    why: str
    """One sentence: why our number may differ from the paper's."""
    n_short: int | None = None
    """Rows from the top that say it in short, where the rest are cells of a matrix; None: all rows."""

    @property
    def place(self) -> tuple[bool, str]:
        """Sorted by it, findings come in the paper's order, and those beyond it last."""
        return (not self.source.startswith("section"), self.source)


class FindingMaker(Protocol):
    """Finds out one result."""

    def __call__(self, study: Study, run: Run | None, settings: ComparisonSettings, /) -> Finding:
        """Find out what a study says about a result of the paper.

        Parameters
        ----------
        study
            The study.
        run
            Where a run is needed, this one; None for the study's first complete run.
        settings
            Threshold, level of intervals, resampling.

        Raises
        ------
        MissingError
            When the study has not (yet) got what the result needs; the message says what.
        """
        ...


FINDINGS: Final[Registry[FindingMaker]] = Registry("fercore.findings.results", "finding")
"""All findings by name."""


def tidy(rows: Iterable[Row]) -> pd.DataFrame:
    """Lay rows out as a table with `COLUMNS`."""
    table = pd.DataFrame(list(rows), columns=list(COLUMNS))
    numbers: dict[str, Any] = dict.fromkeys(("value", "ci_low", "ci_high", "paper"), float)
    return table.astype({**numbers, "n": int, "name": "str", "note": "str"})


def about_people(study: Study, note: str = "") -> str:
    """Give a note on a number about people: with the warning where they are simulated."""
    return "; ".join(part for part in (SIMULATED_PEOPLE if study.simulated else "", note) if part)


def about_attention(study: Study, note: str = "") -> str:
    """Give a note on an agreement with people's attention: with the warning where it is circular."""
    return "; ".join(part for part in (CIRCULAR if study.simulated else "", note) if part)


def has_papers_labels(study: Study) -> bool:
    """Tell whether the study has the paper's eight labels, so that its cells can stand beside the paper's."""
    return study.label_set.names == EXPRESSIONS
