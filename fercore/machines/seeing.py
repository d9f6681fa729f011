"""The network as a participant: people's 2AFC trials, on the blurred image and on what each person had uncovered.

The paper compares people who saw a few discs of a blurred image with networks that saw all of it. Here a classifier
answers the same trials with what each person had before their eyes at the decision.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from fercore.images.image_set import ImageSet
from fercore.machines.classifier import Classifier
from fercore.machines.device import Device, choose_device
from fercore.machines.guidance import Guidance, read_guidance
from fercore.machines.inputs import gather, normalise, shared_input
from fercore.machines.network import load_classifier
from fercore.machines.regime import MULTICLASS
from fercore.machines.revealed import reveal
from fercore.machines.runs import Run
from fercore.machines.training import EVALUATION_BATCH
from fercore.store import Store, cache_dir

BLURRED, REVEALED = "blurred", "revealed"
"""What is seen: the image before the first click; what a participant had uncovered of it at the decision."""

IMAGES, TRIALS = "images", "trials"
"""Rows of the plan, and numbers of the trials, that the values of a unit belong to."""


@dataclass(frozen=True)
class SeeingUnit:
    """One classifier and the trials that it answers: plain values, fit to be sent to another process."""

    study_folder: Path
    """Folder of the study."""
    run: str
    """Name of the run."""
    regime: str
    """Name of the regime."""
    name: str
    """The classifier."""
    guidance_folder: Path
    """Folder with what people did, at the input side of the run."""
    key: str
    """Store key of what this unit finds."""
    threads: int = 1
    """Threads of the CPU."""


def see_unit(unit: SeeingUnit, report: Callable[[dict[str, Any]], None]) -> None:
    """Let a classifier answer its trials, and keep how clear its answers were; nothing to do when they are there.

    Kept are ``blurred`` (n_images,) and ``revealed`` (n_trials,): output of the true label minus output of the false one;
    and the `IMAGES` and `TRIALS` that they belong to.
    """
    store = Store(cache_dir())
    if not store.has(unit.key):
        device = choose_device(unit.threads)
        torch.set_num_threads(device.threads)
        run = Run.open(unit.study_folder / "runs" / unit.run)
        pixels = shared_input(ImageSet.open(unit.study_folder), run.input_side)
        guidance = read_guidance(unit.guidance_folder)
        classifier = load_classifier(run, unit.regime, unit.name, device)
        labels = _outputs(run, unit.name)
        images = images_asked(guidance, labels)
        trials = np.flatnonzero(np.isin(guidance.trials, images))
        store.put(
            unit.key,
            {
                BLURRED: margins(classifier, labels, pixels, guidance, device, images=images),
                REVEALED: margins(classifier, labels, pixels, guidance, device, trials=trials),
                IMAGES: images,
                TRIALS: trials,
            },
        )
    report(
        {"unit": f"{unit.regime}/{unit.name}", "done": 1, "total": 1, "message": f"{unit.name}: all trials answered"}
    )


def _outputs(run: Run, name: str) -> tuple[int, ...]:
    """Give positions in the label set of a classifier's outputs."""
    labels = run.label_set.names if name == MULTICLASS else tuple(run.label_set.parse_pair(name))
    return tuple(run.label_set.index(label) for label in labels)


def images_asked(guidance: Guidance, labels: tuple[int, ...]) -> NDArray[np.int64]:
    """Give the plan rows whose true and false label are both among a classifier's outputs."""
    known = np.isin(guidance.true_labels, labels) & np.isin(guidance.false_labels, labels)
    return np.flatnonzero(known).astype(np.int64)


@torch.no_grad()
def margins(
    classifier: Classifier,
    labels: tuple[int, ...],
    pixels: np.ndarray,
    guidance: Guidance,
    device: Device,
    *,
    images: NDArray[np.int64] | None = None,
    trials: NDArray[np.intp] | None = None,
) -> NDArray[np.float32]:
    """Tell how clearly a classifier prefers the true label to the false one.

    Parameters
    ----------
    classifier
        Finished, in eval mode, on the device.
    labels
        Positions of its outputs in the label set.
    pixels
        (n_images, s, s, 3), uint8: all images of the study at the input side.
    guidance
        What people did.
    device
        Where the classifier is.
    images
        (n,): plan rows of images that are shown blurred.
    trials
        (n,), instead of images: numbers of trials, each shown as the participant had uncovered it.

    Returns
    -------
    NDArray
        (n,): output of the true label minus output of the false one; softmax over the two is its logistic function.
    """
    if trials is not None:
        images = guidance.trials[trials]
    assert images is not None
    places = {label: place for place, label in enumerate(labels)}
    true, false = (
        np.array([places[label] for label in of[images]], dtype=np.int64)
        for of in (guidance.true_labels, guidance.false_labels)
    )
    found = np.empty(len(images), dtype=np.float32)
    for start in range(0, len(images), EVALUATION_BATCH):
        part = slice(start, start + EVALUATION_BATCH)
        x = gather(pixels, guidance.rows[images[part]], device)
        masks = (
            np.zeros((len(x), guidance.side, guidance.side), bool) if trials is None else guidance.masks(trials[part])
        )
        x = device.arrange(normalise(reveal(x, masks, guidance.blurred[images[part]])))
        logits = classifier(x).float().cpu().numpy()
        row = np.arange(len(logits))
        found[part] = logits[row, true[part]] - logits[row, false[part]]
    return found
