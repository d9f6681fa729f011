"""Classifiers that an earlier run of the study trained in the very same way, taken over instead of trained again.

Training is deterministic: the same images, settings, seed, threads and versions give the same weights. So a run that goes
on from ``accuracy-90`` need not train it anew where it is there.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable
from importlib.metadata import version
from pathlib import Path
from typing import Any

from fercore.machines.network import find_family
from fercore.machines.outputs import UNIT_OUTPUTS
from fercore.machines.regime import MULTICLASS, WHOLE, find_regime
from fercore.machines.runs import Run
from fercore.store import write_arrays, write_json, write_whole

_SAME = ("labels", "seed", "threads", "images_digest")


def adopt_units(run: Run, others: Iterable[Run]) -> list[str]:
    """Take over what other complete runs have of a new run's classifiers.

    Parameters
    ----------
    run
        A run that was just started. Its classifiers' cards name the run that they were taken from (``adopted_from``).
    others
        Runs of the same study; those that are not complete or were trained otherwise give nothing.

    Returns
    -------
    list
        Regime and name of the classifiers taken over.
    """
    sources = [other for other in others if other.complete and _trained_alike(run, other)]
    taken = []
    for regime in run.regimes:
        if find_regime(regime, run.training).lesson != WHOLE:
            continue
        for unit in run.units(regime):
            source = next((other for other in sources if _has(other, regime, unit)), None)
            if source is not None and run.state(regime, unit) == "waiting":
                _take(run, source, regime, unit)
                taken.append(f"{regime}/{unit}")
    return taken


def _trained_alike(run: Run, other: Run) -> bool:
    if not find_family(run.training.network).name_says_all:
        return False
    same = all(run.card[key] == other.card[key] for key in _SAME)
    torch_version = other.card.get("versions", {}).get("torch")
    return same and _apart_from_guidance(run) == _apart_from_guidance(other) and torch_version == version("torch")


def _apart_from_guidance(run: Run) -> dict[str, Any]:
    """Give a run's settings without those that matter only where people are learned from."""
    return {name: getattr(run.training, name) for name in vars(run.training) if name != "guidance"}


def _has(run: Run, regime: str, unit: str) -> bool:
    return regime in run.regimes and run.state(regime, unit) == "done"


def _take(run: Run, source: Run, regime: str, unit: str) -> None:
    """Take weights and outputs, then the card: its presence says that the classifier is finished."""
    _link_or_copy(source.unit_path(regime, unit, ".safetensors"), run.unit_path(regime, unit, ".safetensors"))
    column = None if regime == MULTICLASS else [str(pair) for pair in run.label_set.pairs].index(unit)
    outputs = {split: source.outputs(regime, split) for split in ("experimental", "validation")}
    own = {split: values if column is None else values[:, column] for split, values in outputs.items()}
    write_arrays(run.unit_path(regime, unit, UNIT_OUTPUTS), own)
    card = source.unit_card(regime, unit)
    write_json(run.unit_path(regime, unit, ".json"), {"adopted_from": source.name, **card})


def _link_or_copy(source: Path, target: Path) -> None:
    """Let two names stand for one file where the file system can; finished weights never change."""
    with write_whole(target) as draft:
        try:
            os.link(source, draft)
        except OSError:
            shutil.copyfile(source, draft)
