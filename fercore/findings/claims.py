"""Every claim of the paper with its verdict on a study: the part ``claims`` of the report.

Claims are data (``claims.toml``); what decides them stands in `fercore.findings.deciders`. A verdict is about the study that is
looked at. Where its people are simulated it shows what the program says, and nothing about people.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

import pandas as pd

import fercore
from fercore.errors import MissingError
from fercore.findings.deciders import confusions, epochs, maps, networks, people
from fercore.findings.evidence import UNKNOWN, Decision, Evidence
from fercore.findings.finding import CIRCULAR, SIMULATED_PEOPLE
from fercore.findings.multiverse import Multiverse
from fercore.machines.runs import Run
from fercore.notation import NONE
from fercore.settings import ComparisonSettings
from fercore.study import Study

DECIDERS: Final[dict[str, Callable[[Evidence], Decision]]] = {
    **people.DECIDERS,
    **networks.DECIDERS,
    **epochs.DECIDERS,
    **confusions.DECIDERS,
    **maps.DECIDERS,
}
"""What decides each claim of ``claims.toml``, by its name."""

_NOTES: Final = {"people": SIMULATED_PEOPLE, "both": SIMULATED_PEOPLE, "maps": CIRCULAR}


@dataclass(frozen=True)
class Claim:
    """A claim of the paper, and what a study says about it."""

    name: str
    section: str
    """Where it stands in the paper."""
    says: str
    """The paper's words."""
    paper: str
    """The paper's statistic."""
    ours: str
    rigorous: str
    verdict: str
    because: str
    note: str
    """Warns where the verdict rests on simulated people; else empty."""


@cache
def paper_claims() -> tuple[dict[str, str], ...]:
    """Give the claims as ``claims.toml`` lists them: name, section, says, paper, about."""
    path = Path(fercore.__file__).with_name("claims.toml")
    return tuple(tomllib.loads(path.read_text(encoding="utf-8"))["claim"])


def decide(
    study: Study,
    run: Run | None,
    settings: ComparisonSettings,
    maps: tuple[pd.DataFrame, Multiverse] | None = None,
) -> list[Claim]:
    """Decide every claim, in the paper's order; what a study has not got leaves a claim undecided, and says so.

    Parameters
    ----------
    study, run, settings
        What is looked at; run None where there is none.
    maps
        What is there already, as in `fercore.findings.evidence.Evidence`.
    """
    return _decide(Evidence(study, run, settings, maps=maps))


def _decide(evidence: Evidence) -> list[Claim]:
    decided = []
    for claim in paper_claims():
        try:
            decision = DECIDERS[claim["name"]](evidence)
        except MissingError as error:
            decision = Decision(NONE, NONE, UNKNOWN, _first_sentence(str(error)))
        note = _NOTES.get(claim["about"], "") if evidence.study.simulated else ""
        given = {key: claim[key] for key in ("name", "section", "says", "paper")}
        decided.append(Claim(**given, **vars(decision), note=note))
    return decided


def claims_part(evidence: Evidence) -> list[dict[str, str]]:
    """Give the part ``claims`` of the report; raises `MissingError` where nobody and nothing has answered."""
    if evidence.chosen_run is None and evidence.study.trials.empty:
        raise MissingError(
            f"Study {evidence.study.name!r} has neither trials nor a run, so nothing can be said about any claim."
        )
    return [vars(claim) for claim in _decide(evidence)]


def markdown(claims: Iterable[Claim]) -> str:
    """Lay claims out as the table of ``docs/STATISTICS.md``."""
    lines = [
        "| the paper (section) | its statistic | ours, as in the paper | rigorously | verdict |",
        "| --- |" + " --- |" * 4,
    ]
    lines += [
        "| "
        + " | ".join(
            cell.replace("|", "\\|")
            for cell in (f"“{c.says}” ({c.section})", c.paper, c.ours, c.rigorous, f"**{c.verdict}**: {c.because}")
        )
        + " |"
        for c in claims
    ]
    return "\n".join(lines)


def _first_sentence(text: str) -> str:
    return text.split(". ")[0].removesuffix(".")
