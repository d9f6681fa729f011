"""A run as it lies on disk, complete or still in the making. Needs no torch.

::

    runs/<run>/training.json                     what is trained; there from the start
    runs/<run>/<regime>/<unit>.partial.safetensors   weights, optimizer and history after the last finished epoch
    runs/<run>/<regime>/<unit>.safetensors       the weights of a finished classifier,
    runs/<run>/<regime>/<unit>.outputs.safetensors   what it answers on experimental and validation images,
    runs/<run>/<regime>/<unit>.json              and its card, written last
    runs/<run>/<regime>/outputs.safetensors      the answers of all classifiers of the regime
    runs/<run>/run.json                          training.json and the results; written last: there is no more to come

A *unit* is one classifier: ``neutral-happy`` or ``multiclass``.
"""

from __future__ import annotations

import hashlib
import json
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from safetensors import SafetensorError, safe_open
from safetensors.numpy import load_file

from fercore.errors import DamagedError, MissingError
from fercore.labels import LabelSet
from fercore.machines.cam_layer import CamLayer
from fercore.machines.regime import MULTICLASS
from fercore.settings import TrainingSettings, from_mapping

HISTORY = ("epoch", "loss", "train_accuracy", "validation_accuracy", "seconds")
"""What is written down after every epoch: mean loss, two accuracies in [0, 1], and the time that the epoch took."""

TRAINING_FILE, RUN_FILE, OUTPUTS_FILE = "training.json", "run.json", "outputs.safetensors"


class Run:
    """One training of one or more regimes on one study.

    Parameters
    ----------
    folder
        The run's folder.
    card
        What ``training.json`` says, or ``run.json`` once the run is complete.
    """

    def __init__(self, folder: Path, card: dict[str, Any]) -> None:
        self.folder = folder
        self.card = card

    @classmethod
    def open(cls, folder: Path) -> Run:
        """Open a run; raises `MissingError` when the folder holds none and `DamagedError` when its card is none."""
        for name in (RUN_FILE, TRAINING_FILE):
            if (folder / name).is_file():
                return cls(folder, _read_card(folder / name))
        raise MissingError(f"{folder} holds no run: it has no {TRAINING_FILE}. Name a run that the study lists.")

    @property
    def name(self) -> str:
        """Name of the run and of its folder."""
        return self.folder.name

    @property
    def complete(self) -> bool:
        """Whether all is trained; the run never changes from then on."""
        return (self.folder / RUN_FILE).is_file()

    @property
    def regimes(self) -> tuple[str, ...]:
        """Names of the regimes, in the order in which they were asked for."""
        return tuple(self.card["regimes"])

    @property
    def pair_regime(self) -> str | None:
        """The first regime that trains pair classifiers, or None."""
        return next((regime for regime in self.regimes if regime != MULTICLASS), None)

    @cached_property
    def label_set(self) -> LabelSet:
        """The study's labels, in order."""
        return LabelSet(tuple(self.card["labels"]))

    @cached_property
    def training(self) -> TrainingSettings:
        """How the classifiers are trained."""
        return from_mapping(TrainingSettings, self.card["training"])

    @property
    def input_side(self) -> int:
        """Side in px at which the classifiers see images."""
        return self.training.input_side

    @cached_property
    def cam_layer(self) -> CamLayer | None:
        """Where the networks' class activation maps are read; None as long as no classifier's card says it."""
        units = ((regime, unit) for regime in self.regimes for unit in self.units(regime))
        done = (self.unit_card(*unit) for unit in units if self.state(*unit) == "done")
        card = self.card.get("cam_layer") or next(done, {}).get("cam_layer")
        return None if card is None else CamLayer.from_card(card)

    def units(self, regime: str) -> tuple[str, ...]:
        """Give the classifiers of a regime, in label order."""
        self._check(regime)
        return (MULTICLASS,) if regime == MULTICLASS else tuple(self.card["pairs"])

    def unit_path(self, regime: str, unit: str, suffix: str) -> Path:
        """Give the file of a classifier that ends in ``suffix``; it need not exist."""
        return self.folder / regime / f"{unit}{suffix}"

    def state(self, regime: str, unit: str) -> str:
        """Tell how far a classifier is: ``waiting``, ``training`` (at least one epoch is finished) or ``done``."""
        if self.unit_path(regime, unit, ".json").is_file():
            return "done"
        return "training" if self.unit_path(regime, unit, ".partial.safetensors").is_file() else "waiting"

    def unit_card(self, regime: str, unit: str) -> dict[str, Any]:
        """Give the card of a finished classifier; raises `MissingError` when it is not finished."""
        path = self.unit_path(regime, unit, ".json")
        if not path.is_file():
            raise MissingError(
                f"Run {self.name!r} has no finished classifier {unit!r} of regime {regime!r}. "
                "Wait until it is trained, or resume the run."
            )
        return _read_card(path)

    def history(self, regime: str, unit: str) -> pd.DataFrame:
        """Give what a classifier's training was like, one row per finished epoch (`HISTORY`); empty before the first."""
        rows: list[dict[str, float]] = []
        if self.state(regime, unit) == "done":
            rows = self.unit_card(regime, unit)["history"]
        elif self.state(regime, unit) == "training":
            rows = read_partial_history(self.unit_path(regime, unit, ".partial.safetensors"))
        return pd.DataFrame(rows, columns=list(HISTORY))

    def outputs(self, regime: str, split: str) -> NDArray[np.float32]:
        """Give the outputs (logits) of a regime's classifiers on the images of a split.

        Parameters
        ----------
        regime
            One of `regimes`.
        split
            ``experimental`` (rows as in the plan) or ``validation`` (rows as in the image index).

        Returns
        -------
        NDArray
            (n, n_pairs, 2) in the order of ``label_set.pairs``, NaN for pairs that were not trained; (n, n_labels) for
            ``multiclass``.

        Raises
        ------
        MissingError
            While the run is not complete.
        DamagedError
            When the file is not what was written.
        """
        self._check(regime)
        path = self.folder / regime / OUTPUTS_FILE
        if not path.is_file():
            raise MissingError(f"Run {self.name!r} has no outputs of regime {regime!r} yet. Wait, or resume the run.")
        try:
            outputs: NDArray[np.float32] = load_file(path)[split]
        except (SafetensorError, KeyError, OSError) as error:
            raise DamagedError(
                f"{path} is damaged ({error}). Restore the run from a backup, or train it again."
            ) from error
        return outputs

    def weights_digest(self, regime: str) -> str:
        """SHA-256 over the weights of all finished classifiers of a regime, in label order."""
        known = self.card.get("weights_digests", {}).get(regime)  # a complete run never changes
        if known is not None:
            return str(known)
        cards = (self.unit_card(regime, unit) for unit in self.units(regime) if self.state(regime, unit) == "done")
        return hashlib.sha256(
            "\n".join(f"{card['unit']} {card['weights_digest']}" for card in cards).encode()
        ).hexdigest()

    def _check(self, regime: str) -> None:
        if regime not in self.regimes:
            raise MissingError(f"Run {self.name!r} has no regime {regime!r}. It has {', '.join(self.regimes)}.")


def read_partial_history(path: Path) -> list[dict[str, float]]:
    """Give the history of an unfinished classifier; empty when the file is gone or damaged: it is written anew."""
    try:
        with safe_open(path, framework="numpy") as file:
            history: list[dict[str, float]] = json.loads(file.metadata()["history"])
    except (SafetensorError, OSError, ValueError, KeyError, TypeError):
        return []
    return history


def _read_card(path: Path) -> dict[str, Any]:
    try:
        card: dict[str, Any] = json.loads(path.read_text())
    except (ValueError, OSError) as error:
        raise DamagedError(
            f"{path} cannot be read ({error}). Restore the run from a backup, or train it again."
        ) from error
    return card
