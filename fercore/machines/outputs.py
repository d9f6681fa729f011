"""What classifiers answer on experimental and validation images: computed in float32 from the weights as stored."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from safetensors import SafetensorError
from safetensors.numpy import load_file

from fercore import tables
from fercore.errors import DamagedError, InputError, MissingError
from fercore.images.image_set import ImageSet
from fercore.machines.device import Device
from fercore.machines.network import read_classifier
from fercore.machines.regime import MULTICLASS
from fercore.machines.runs import Run
from fercore.machines.training import evaluate
from fercore.store import write_arrays

UNIT_OUTPUTS = ".outputs.safetensors"
"""How the name of the file with one classifier's outputs ends."""

Outputs = dict[str, NDArray[np.float32]]
"""``experimental`` and ``validation``: (n, n_outputs) each."""


def write_unit_outputs(run: Run, card: dict[str, Any], images: ImageSet, pixels: np.ndarray, device: Device) -> None:
    """Compute and keep the outputs of one classifier whose weights are stored.

    Parameters
    ----------
    run
        The run that it belongs to.
    card
        The classifier's card; it need not be written yet.
    images
        The study's images.
    pixels
        (n_images, s, s, 3), uint8: the same images at the input side.
    device
        Where to compute.
    """
    classifier = read_classifier(run, card, device)
    rows = {"experimental": plan_rows(images, run.folder.parents[1]), "validation": images.of_split("validation").index}
    outputs = {split: evaluate(classifier, pixels, np.asarray(some), device) for split, some in rows.items()}
    write_arrays(run.unit_path(card["regime"], card["unit"], UNIT_OUTPUTS), outputs)


def read_unit_outputs(run: Run, regime: str, unit: str) -> Outputs:
    """Read the outputs of one classifier; raises `DamagedError` when they are not what was written."""
    path = run.unit_path(regime, unit, UNIT_OUTPUTS)
    try:
        return load_file(path)
    except (OSError, SafetensorError) as error:
        raise DamagedError(f"The outputs {path} cannot be read ({error}). Train run {run.name!r} again.") from error


def join_outputs(run: Run, regime: str) -> Outputs:
    """Bring the outputs of a regime's classifiers together, as `Run.outputs` gives them.

    Returns
    -------
    dict
        Per split (n, n_pairs, 2), NaN for pairs that the run does not train; (n, n_labels) for ``multiclass``.
    """
    if regime == MULTICLASS:
        return read_unit_outputs(run, regime, MULTICLASS)
    answers = {unit: read_unit_outputs(run, regime, unit) for unit in run.units(regime)}
    n_pairs = len(run.label_set.pairs)
    joined: Outputs = {}
    for split in ("experimental", "validation"):
        n_images = len(next(iter(answers.values()))[split])
        joined[split] = np.full((n_images, n_pairs, 2), np.nan, dtype=np.float32)
        for column, pair in enumerate(run.label_set.pairs):
            if str(pair) in answers:
                joined[split][:, column] = answers[str(pair)][split]
    return joined


def plan_rows(images: ImageSet, study_folder: Path) -> NDArray[np.intp]:
    """Give the rows of the experimental images in the image index, in the order of ``plan.csv``.

    Raises
    ------
    MissingError
        When the study has no plan.
    InputError
        When a planned image is not one of the experimental images: it could have been trained on.
    """
    path = study_folder / "plan.csv"
    if not path.is_file():
        raise MissingError(f"{study_folder} has no plan.csv, so the study has no experimental images. Make it again.")
    plan = pd.read_csv(path, dtype=str)
    tables.require_columns(plan, tables.PLAN, str(path))
    rows = images.positions(list(plan["image"]))
    other = images.index.loc[rows].query("split != 'experimental'")
    if len(other):
        raise InputError(
            f"The plan shows {other['image'].iloc[0]!r}, which is an image of the split {other['split'].iloc[0]!r}. "
            "What people see must be kept out of training: make the study again with this plan."
        )
    return rows
