"""Saliency maps of a whole run: one unit of work per classifier, one block at the end.

A unit is what one classifier has to explain: the experimental images of its pair (all of them for ``multiclass``).
Units are plain values, so that other processes can work on them; what a unit found is kept in the store, so that work
that was killed goes on where it stopped. `assemble` puts the units of a method together into the block that
`fercore.saliency.maps.read_maps` finds.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import torch
from numpy.typing import NDArray

from fercore import tables
from fercore.errors import MissingError, SettingsError
from fercore.images.image_set import ImageSet
from fercore.labels import LabelSet
from fercore.machines.device import choose_device
from fercore.machines.inputs import to_input
from fercore.machines.network import load_classifier
from fercore.machines.regime import MULTICLASS
from fercore.machines.runs import Run
from fercore.saliency.evidence import one_pass
from fercore.saliency.map_keys import map_key, unit_key
from fercore.saliency.maps import METHODS, NEEDS, Report, settings_of, write_maps
from fercore.store import Arrays, Store, cache_dir

ROWS = "rows"
"""Name of the array that says which rows of the plan a unit's other arrays belong to."""

TARGETS = ("true", "predicted")
"""Whose evidence can be mapped: the true label's, or that of the classifier's own answer (a tie: its first output)."""


@dataclass(frozen=True)
class ExplainUnit:
    """One classifier's experimental images, to be explained by one method: plain values, fit to be sent elsewhere."""

    study_folder: Path
    """Folder of the study, with its images and its plan."""
    run: str
    """Name of the run; its folder is ``runs/<run>`` in the study's folder."""
    regime: str
    """Name of the regime."""
    name: str
    """The classifier: ``neutral-happy``, or ``multiclass``."""
    method: str
    """Name of the method."""
    settings: Any
    """The method's settings."""
    plan_digest: str
    """Digest of the experimental images and their conditions, as `fercore.study.Study.plan_digest` gives it."""
    threads: int = 1
    """Threads of the CPU."""
    image: str | None = None
    """The only image that is explained; None explains all of the classifier's."""
    also: tuple[ExplainUnit, ...] = ()
    """Units of the same classifier and images by other methods, found in the same pass through the network and kept too."""

    @property
    def run_folder(self) -> Path:
        """Folder of the run."""
        return self.study_folder / "runs" / self.run

    @property
    def key(self) -> str:
        """Store key of what this unit finds."""
        run = Run.open(self.run_folder)
        return unit_key(run, self.regime, self.name, self.method, self.settings, self.plan_digest, self.image)


def plan_units(
    run: Run, regime: str, method: str, settings: Any, plan_digest: str, threads: int = 1
) -> list[ExplainUnit]:
    """Give the units of one method: those finished classifiers of a regime that have experimental images.

    Raises
    ------
    UnknownNameError
        For a method that does not exist.
    SettingsError
        For settings of another method, and for an unknown target.
    MissingError
        When there is no such regime, or no such classifier is finished.
    """
    if not isinstance(settings, settings_of(method)):
        raise SettingsError(f"{settings!r} are not settings of {method!r}: it takes {settings_of(method).__name__}.")
    if settings.target not in TARGETS:
        raise SettingsError(f"target is {settings.target!r}; it must be one of {', '.join(TARGETS)}.")
    study_folder = run.folder.parents[1]
    plan = read_plan(study_folder)
    units = [
        ExplainUnit(study_folder, run.name, regime, name, method, settings, plan_digest, threads)
        for name in asked_classifiers(run, regime, plan)
    ]
    if not units:
        raise MissingError(
            f"Run {run.name!r} has no finished classifier of {regime!r} that belongs to an experimental image, so there "
            "is nothing to explain. Train it first."
        )
    return units


def in_one_pass(by_method: Mapping[str, Sequence[ExplainUnit]]) -> list[ExplainUnit]:
    """Put the units of several methods, the same classifiers of each, in the order in which they are best explained.

    First come the methods that read the last feature map: the units of the first of them bring those of the others along.
    The others follow classifier by classifier.
    """
    of_features = [units for method, units in by_method.items() if method in NEEDS]
    others = [units for method, units in by_method.items() if method not in NEEDS]
    leading = [replace(unit, also=tuple(also)) for unit, *also in zip(*of_features, strict=True)]
    led = [unit for units in of_features[1:] for unit in units]
    return leading + led + [unit for turn in zip(*others, strict=True) for unit in turn]


def explain_unit(unit: ExplainUnit, report: Report, store: Store | None = None) -> Arrays:
    """Explain a unit's images, or read what was found before.

    Parameters
    ----------
    unit
        What to explain.
    report
        Told ``unit``, ``done``, ``total`` and ``message``, at the latest when all is done.
    store
        Where finished units are kept: the cache when None.

    Returns
    -------
    dict
        What the method gives (``maps`` and its extras, one row per image), and ``rows``: the row of the plan that each
        belongs to.
    """
    store = store or Store(cache_dir())
    note = {"unit": f"{unit.regime}/{unit.name}"}
    found = store.get(unit.key)
    if found is None:
        together = [unit, *(other for other in unit.also if not store.has(other.key))]
        all_found = list(_explain(together, lambda progress: report(note | progress)))
        for one, arrays in zip(together, all_found, strict=True):
            store.put(one.key, arrays)
        found = all_found[0]
    n = len(found[ROWS])
    report(note | {"done": n, "total": n, "message": f"{unit.name}: {n} maps by {unit.method}"})
    return found


def _explain(together: Sequence[ExplainUnit], report: Report) -> Iterator[Arrays]:
    """Give what methods find of the same images by the same classifier."""
    first = together[0]
    device = choose_device(first.threads)
    torch.set_num_threads(device.threads)
    run, images, plan = Run.open(first.run_folder), ImageSet.open(first.study_folder), read_plan(first.study_folder)
    rows = rows_of(plan, run.label_set, first.name)
    if first.image is not None:
        rows = rows[plan["image"].to_numpy()[rows] == first.image]
    classifier = load_classifier(run, first.regime, first.name, device)
    pixels = images.pixels[images.positions(list(plan["image"].iloc[rows]))]
    x = to_input(pixels, run.input_side).to(device.torch_device)
    outputs = outputs_of(run.label_set, first.name)
    true = torch.tensor([outputs.index(label) for label in plan["true_label"].iloc[rows]], device=x.device)
    with one_pass():
        for unit in together:
            targets = true
            if unit.settings.target == "predicted":
                with torch.no_grad():
                    targets = classifier(x).argmax(dim=1)
            found = METHODS.get(unit.method)(classifier, x, targets, unit.settings, report=report)
            yield {**found, ROWS: rows.astype(np.int64)}


def assemble(units: Sequence[ExplainUnit], store: Store | None = None) -> str | None:
    """Put the units of one method together and keep them as the run's block.

    Parameters
    ----------
    units
        All units of a run, regime and method, as `plan_units` gives them.
    store
        Where finished units are read and the block is kept: the cache when None.

    Returns
    -------
    str or None
        The block's key; None while a unit is not finished. The rows of images whose classifier is not trained are NaN.
    """
    store = store or Store(cache_dir())
    parts: list[Arrays] = []
    for unit in units:
        found = store.get(unit.key)
        if found is None:
            return None
        parts.append(found)
    n = len(read_plan(units[0].study_folder))
    block = {name: np.full((n, *a.shape[1:]), np.nan, a.dtype) for name, a in parts[0].items() if name != ROWS}
    for name, values in block.items():
        for part in parts:
            values[part[ROWS]] = part[name]
    first = units[0]
    key = map_key(Run.open(first.run_folder), first.regime, first.method, first.settings, first.plan_digest)
    write_maps(store, key, block, first.method, first.settings)
    return key


def read_plan(study_folder: Path) -> pd.DataFrame:
    """Read the plan of a study: `tables.PLAN`."""
    plan = pd.read_csv(study_folder / "plan.csv", dtype=str)
    tables.require_columns(plan, tables.PLAN, str(study_folder / "plan.csv"))
    return plan


def asked_classifiers(run: Run, regime: str, plan: pd.DataFrame) -> list[str]:
    """Give the finished classifiers of a regime that experimental images belong to."""
    return [
        name
        for name in run.units(regime)
        if run.state(regime, name) == "done" and len(rows_of(plan, run.label_set, name))
    ]


def rows_of(plan: pd.DataFrame, label_set: LabelSet, name: str) -> NDArray[np.intp]:
    """Give the rows of the plan that a classifier explains: those of its pair, or all for ``multiclass``."""
    if name == MULTICLASS:
        return np.arange(len(plan))
    conditions = zip(plan["true_label"], plan["false_label"], strict=True)
    return np.flatnonzero([str(label_set.pair(true, false)) == name for true, false in conditions])


def outputs_of(label_set: LabelSet, name: str) -> tuple[str, ...]:
    """Give the labels of a classifier's outputs, in order."""
    return label_set.names if name == MULTICLASS else tuple(label_set.parse_pair(name))
