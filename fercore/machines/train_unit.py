"""What a worker process does: train one classifier, from wherever an earlier attempt left it, and keep it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import torch

from fercore.errors import InputError
from fercore.images.image_set import ImageSet
from fercore.machines.cards import classifier_card
from fercore.machines.checkpoints import History, read_partial, write_partial, write_weights
from fercore.machines.device import Device, choose_device
from fercore.machines.guidance import read_guidance
from fercore.machines.guided import GuidedImages
from fercore.machines.inputs import shared_input
from fercore.machines.lesson import Lesson
from fercore.machines.network import build_classifier, read_classifier
from fercore.machines.outputs import write_unit_outputs
from fercore.machines.pair_data import TrainingData, training_data
from fercore.machines.plan_run import TrainingUnit
from fercore.machines.regime import REVEALED, WHOLE, Regime, find_regime
from fercore.machines.revealed import RevealedImages
from fercore.machines.runs import Run
from fercore.machines.starting_weights import start_from
from fercore.machines.training import Training, make_optimizer, train
from fercore.store import write_json

Report = Callable[[dict[str, Any]], None]
"""Takes notes of progress: ``unit``, ``done`` of ``total`` epochs, a ``message`` in words, and what `HISTORY` names."""


def train_unit(unit: TrainingUnit, report: Report) -> None:
    """Train one classifier and keep its weights, its outputs and its card; nothing to do when they are there.

    Weights, optimizer and history are kept after every epoch. An attempt that finds them goes on from there, and on a CPU
    it ends with bitwise the weights of an uninterrupted one.

    Parameters
    ----------
    unit
        Which classifier, and how.
    report
        Told before the first epoch and after every epoch.

    Raises
    ------
    InputError
        When the images changed since the run was started, do not suffice, or have an experimental image among them.
    MissingError, DamagedError
        When images or starting weights are not there, or not what was written.
    SettingsError
        When the loss is not a number any more.
    """
    run = Run.open(unit.run_folder)
    if run.state(unit.regime, unit.name) == "done":
        return
    images = ImageSet.open(unit.study_folder)
    if images.digest != run.card["images_digest"]:
        raise InputError(
            f"The study's images are not those that run {run.name!r} was started with, so it cannot go on. Start a new run."
        )
    device = choose_device(unit.threads)
    torch.set_num_threads(device.threads)
    training, starting_weights = prepare(unit, images, device)
    partial = run.unit_path(unit.regime, unit.name, ".partial.safetensors")
    history = read_partial(partial, training.classifier, training.optimizer)
    max_epochs = training.regime.max_epochs

    def after_epoch(history: History) -> None:
        write_partial(partial, training.classifier, training.optimizer, history)
        report(_progress(unit, history, max_epochs))

    report(_progress(unit, history, max_epochs, training.classifier.cam_layer.words))
    train(training, history, unit.seed_of, after_epoch)

    weights = run.unit_path(unit.regime, unit.name, ".safetensors")
    digest = write_weights(weights, training.classifier.state_dict(), unit.settings.weights_precision)
    card = classifier_card(unit, run, training, history, digest, starting_weights)
    write_unit_outputs(run, card, images, training.pixels, device)
    write_json(run.unit_path(unit.regime, unit.name, ".json"), card)
    partial.unlink(missing_ok=True)


def prepare(unit: TrainingUnit, images: ImageSet, device: Device) -> tuple[Training, str]:
    """Bring together what takes part in a training, as it is before the first epoch.

    Returns
    -------
    tuple
        The training, and where the classifier's weights come from, in words.
    """
    settings, regime = unit.settings, find_regime(unit.regime, unit.settings)
    rng = np.random.default_rng(unit.seed_of("undersampling"))
    at_most = settings.max_images_per_label
    data = training_data(images, unit.labels, balanced=regime.pairwise, rng=rng, at_most=at_most)
    classifier = build_classifier(settings.network, len(unit.labels), unit.seed_of("weights"), settings.input_side)
    if regime.base is None:
        starting_weights = start_from(classifier, settings.network, settings.weights)
    else:
        card = Run.open(unit.run_folder).unit_card(regime.base, unit.name)
        classifier.load_state_dict(read_classifier(Run.open(unit.run_folder), card, device).state_dict())
        starting_weights = f"the run's {regime.base} (sha256 {card['weights_digest'][:16]})"
    device.place(classifier)
    pixels = shared_input(images, settings.input_side)
    lesson = _lesson(unit, regime, pixels, data, device)
    optimizer = make_optimizer(classifier, settings)
    return Training(classifier, optimizer, pixels, data, lesson, regime, settings, device), starting_weights


def _lesson(unit: TrainingUnit, regime: Regime, pixels: np.ndarray, data: TrainingData, device: Device) -> Lesson:
    """Bring together what the regime shows."""
    settings = unit.settings
    if regime.lesson == WHOLE:
        return Lesson(pixels, data, settings.augmentation, device)
    run = Run.open(unit.run_folder)
    guidance = read_guidance(run.folder)
    first, second = (run.label_set.index(label) for label in unit.labels)
    kind = RevealedImages if regime.lesson == REVEALED else GuidedImages
    return kind(pixels, data, device, guidance, (first, second), regime.experimental_images, settings)


def _progress(unit: TrainingUnit, history: History, max_epochs: int, cam_layer: str = "") -> dict[str, Any]:
    report = {"unit": f"{unit.regime}/{unit.name}", "done": float(len(history)), "total": float(max_epochs)}
    if not history:
        return {**report, "message": f"{unit.name}: starting {unit.settings.network}, CAM layer {cam_layer}"}
    last = history[-1]
    message = f"{unit.name}: epoch {last['epoch']}, training accuracy {last['train_accuracy']:.2f}"
    return {**report, **last, "message": message}
