"""What networks answer to people's trials with what people saw: planned, put together and read. Needs no torch to read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from fercore.errors import MissingError
from fercore.machines.guidance import GUIDANCE_FILE, write_guidance
from fercore.machines.runs import Run
from fercore.settings import ExclusionSettings, to_mapping
from fercore.store import cache_dir, make_key
from fercore.study.guidance import guidance_of
from fercore.study.study import Study

if TYPE_CHECKING:
    from fercore.machines.seeing import SeeingUnit

VERSION = 1
"""Raised when something else is computed from the same input."""


@dataclass(frozen=True)
class Seeing:
    """Answers of one regime's classifiers: output of the true label minus output of the false one.

    NaN where no classifier was trained.
    """

    blurred: NDArray[np.float32]
    """(n_plan,): with the blurred image alone."""
    revealed: NDArray[np.float32]
    """(n_trials,): with what each person had uncovered, in the order of `Study.kept_trials`."""


def seeing_key(study: Study, run: Run, regime: str, unit: str | None = None) -> str:
    """Give the store key of a regime's answers, or of one of its classifiers'."""
    weights = run.weights_digest(regime) if unit is None else run.unit_card(regime, unit)["weights_digest"]
    return make_key(
        "seeing",
        version=VERSION,
        regime=regime,
        unit=unit,
        weights=weights,
        input_side=run.input_side,
        **what_people_saw(study),
    )


def what_people_saw(study: Study) -> dict[str, Any]:
    """Give everything that decides what the participants that are kept had before their eyes."""
    return {
        "plan": study.plan_digest,
        "design": to_mapping(study.card.design),
        "trials": study.trial_store.digest(),
        "exclusion": to_mapping(ExclusionSettings()),
    }


def read_seeing(study: Study, run: Run, regime: str) -> Seeing | None:
    """Give a regime's answers, or None when they have not been computed, or nobody's trials are there."""
    if study.trials.empty or study.kept_trials.empty:
        return None
    found = study.maps_store.get(seeing_key(study, run, regime))
    if found is None or len(found["revealed"]) != len(study.kept_trials):  # trials have come since the study was loaded
        return None
    return Seeing(found["blurred"], found["revealed"])


def has_seeing(study: Study, run: Run, regime: str) -> bool:
    """Tell whether a regime's answers are there, without reading them."""
    return study.maps_store.has(seeing_key(study, run, regime))


def plan_seeing(study: Study, run: Run, regime: str, threads: int = 1) -> list[SeeingUnit]:
    """Divide the trials of a study among the classifiers of a regime.

    Raises
    ------
    MissingError
        When nobody's trials are there.
    """
    from fercore.machines.seeing import SeeingUnit  # loads torch

    guidance = None if study.trials.empty else guidance_of(study, run.input_side)
    if guidance is None or not len(guidance.trials):
        raise MissingError(
            f"Study {study.name!r} has no trials of anybody who is kept, so there is nothing that people saw. Import or "
            "simulate trials first."
        )
    folder = cache_dir() / "guidance" / make_key("guidance", side=run.input_side, **what_people_saw(study))
    if not (folder / GUIDANCE_FILE).is_file():
        write_guidance(folder, guidance)
    return [
        SeeingUnit(study.folder, run.name, regime, unit, folder, seeing_key(study, run, regime, unit), threads)
        for unit in run.units(regime)
    ]


def assemble_seeing(study: Study, run: Run, regime: str, units: Sequence[SeeingUnit]) -> None:
    """Put the answers of a regime's classifiers together and keep them; raises `MissingError` when one is not there."""
    found = {
        "blurred": np.full(len(study.plan), np.nan, np.float32),
        "revealed": np.full(len(study.kept_trials), np.nan, np.float32),
    }
    for unit in units:
        part = study.maps_store.get(unit.key)
        if part is None:
            raise MissingError(f"{unit.name} has not answered its trials, or its answers were lost. Start again.")
        found["blurred"][part["images"]] = part["blurred"]
        found["revealed"][part["trials"]] = part["revealed"]
    study.maps_store.put(seeing_key(study, run, regime), found)
