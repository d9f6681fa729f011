"""What is written beside a classifier's weights, so that they can be used and judged without anything else."""

from __future__ import annotations

import json
import platform
import sys
from importlib.metadata import version
from pathlib import Path
from typing import Any

from fercore.machines.checkpoints import History
from fercore.machines.network import find_family
from fercore.machines.plan_run import TrainingUnit
from fercore.machines.runs import Run
from fercore.machines.training import Training
from fercore.settings import to_mapping

_PACKAGES = ("torch", "torchvision", "numpy", "opencv-python-headless", "safetensors")


def classifier_card(
    unit: TrainingUnit, run: Run, training: Training, history: History, weights_digest: str, starting_weights: str
) -> dict[str, Any]:
    """Give the card of a classifier that has just been trained.

    Returns
    -------
    dict
        Plain values. ``metrics`` are those of the last epoch, whose weights are kept; ``best_epoch`` is the first epoch of
        the highest validation accuracy (None without validation images); ``licence`` is what the study's card says about
        its images, None when it says nothing.
    """
    scored = [epoch for epoch in history if epoch["validation_accuracy"] is not None]
    best = max(scored, key=lambda epoch: float(epoch["validation_accuracy"]), default=None)
    network = unit.settings.network
    return {
        "unit": unit.name,
        "regime": unit.regime,
        "network": network,
        "network_digest": find_family(network).digest(network),
        "labels": list(unit.labels),
        "weights_digest": weights_digest,
        "starting_weights": starting_weights,
        "cam_layer": training.classifier.cam_layer.card(),
        "settings": to_mapping(unit.settings),
        "seed": unit.seed,
        "images_digest": run.card["images_digest"],
        "licence": _licence(unit.study_folder),
        "n_images": training.lesson.n_images,
        "n_validation_images": len(training.data.validation_rows),
        "metrics": {name: history[-1][name] for name in ("loss", "train_accuracy", "validation_accuracy")},
        "best_epoch": best["epoch"] if best is not None else None,
        "seconds": sum(epoch["seconds"] for epoch in history),
        "device": training.device.card(),
        "versions": versions(),
        "history": history,
    }


def versions() -> dict[str, str]:
    """Give the versions of all that numbers depend on; timm's only where it was asked for."""
    packages = (*_PACKAGES, "timm") if "timm" in sys.modules else _PACKAGES
    return {"python": platform.python_version(), **{name: version(name) for name in packages}}


def _licence(study_folder: Path) -> str | None:
    path = study_folder / "study.json"
    licence = json.loads(path.read_text()).get("licence") if path.is_file() else None
    return None if licence is None else str(licence)
