"""The one training loop: one epoch, one evaluation, and a driver with the stop rule."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from fercore.errors import SettingsError
from fercore.machines.checkpoints import History
from fercore.machines.classifier import Classifier
from fercore.machines.device import Device
from fercore.machines.inputs import gather, normalise
from fercore.machines.lesson import Beside, Lesson, Step, even_batches
from fercore.machines.pair_data import TrainingData
from fercore.machines.regime import Regime
from fercore.settings import TrainingSettings

EVALUATION_BATCH = 64
"""Images per step when nothing is learned."""


@dataclass(frozen=True)
class Training:
    """All that takes part in the training of one classifier."""

    classifier: Classifier
    optimizer: torch.optim.Optimizer
    pixels: np.ndarray
    """(n_images, s, s, 3), uint8: all images of the study at the input side."""
    data: TrainingData
    lesson: Lesson
    """What is shown."""
    regime: Regime
    settings: TrainingSettings
    device: Device

    def label_weights(self) -> Tensor | None:
        """Give the weights of the labels in the loss, or None where undersampling has made the labels equal."""
        if self.regime.pairwise:
            return None
        weights = self.data.label_weights(self.classifier.n_outputs)
        return torch.from_numpy(weights).to(self.device.torch_device)


def make_optimizer(classifier: Classifier, settings: TrainingSettings) -> torch.optim.Optimizer:
    """Give the paper's optimizer, Adam (5.1), which takes all parameters in one step."""
    return torch.optim.Adam(classifier.parameters(), lr=settings.learning_rate, fused=True)


class Epoch(NamedTuple):
    """How an epoch went, over the examples as they were seen while learning."""

    loss: float
    """Mean cross-entropy, with what is added to it."""
    accuracy: float
    """In [0, 1]."""
    parts: int
    """Parts that each batch had to be divided into at the end."""


def train_one_epoch(training: Training, seed: int, parts: int = 1) -> Epoch:
    """Show the examples of one epoch, in an order and with changes that depend on ``seed`` alone.

    Parameters
    ----------
    training
        What takes part.
    seed
        Seed of everything that is random.
    parts
        Parts that each batch is divided into from the start. When a GPU's memory runs out it becomes twice as many:
        gradients are added up over the parts, so that steps stay what they are, but batch normalisation averages over
        fewer images.

    Raises
    ------
    SettingsError
        When not even one image at a time fits into memory.
    """
    device, lesson = training.device, training.lesson
    generator = torch.Generator().manual_seed(seed)
    label_weights = training.label_weights()
    loss_sum = torch.zeros((), device=device.torch_device)
    n_correct = torch.zeros((), device=device.torch_device)
    training.classifier.train()
    n = 0
    for step in lesson.steps(training.settings.batch_size, generator):
        while True:
            try:
                loss, correct = _learn(training, step, label_weights, parts)
                break
            except torch.OutOfMemoryError as error:
                parts = _more_parts(parts, len(step.y), error)
        n += len(step.y)
        loss_sum += loss * len(step.y)  # kept on the device: asking for a number here would make a GPU wait
        n_correct += correct
    return Epoch(loss_sum.item() / n, n_correct.item() / n, parts)


def _learn(training: Training, step: Step, label_weights: Tensor | None, parts: int) -> tuple[Tensor, Tensor]:
    """Learn from one batch: mean loss and number of right answers, both on the device."""
    device, y = training.device, step.y
    x = device.arrange(normalise(step.x))
    weight = torch.ones(len(y), device=y.device) if label_weights is None else label_weights[y]
    total = weight.sum()
    loss_sum, n_correct = torch.zeros((), device=y.device), torch.zeros((), device=y.device)
    training.optimizer.zero_grad()
    bounds = [len(y) * part // parts for part in range(parts + 1)]
    for number, rows in enumerate(map(slice, bounds, bounds[1:])):
        if number == 0 and step.beside is not None:
            logits, extra = _forward_beside(training, x[rows], step.beside)
        else:
            with device.autocast():
                logits, extra = training.classifier(x[rows]).float(), None
        share = weight[rows].sum() / total
        loss = functional.cross_entropy(logits, y[rows], weight=label_weights) * share
        if extra is not None:
            loss = loss + extra
        loss.backward()  # type: ignore[no-untyped-call]
        loss_sum += loss.detach()
        n_correct += (logits.argmax(dim=1) == y[rows]).sum()
    training.optimizer.step()
    return loss_sum, n_correct


def _forward_beside(training: Training, x: Tensor, beside: Beside) -> tuple[Tensor, Tensor]:
    """Show examples and what is shown beside them in one pass: logits of the first, the loss of the others."""
    classifier = training.classifier
    both = training.device.arrange(torch.cat([x, normalise(beside.images)]))
    with training.device.autocast():
        features, weights, logits = classifier.evidence(both)
    return logits[: len(x)].float(), beside.loss(features[len(x) :].float(), weights)


def _more_parts(parts: int, n_images: int, error: torch.OutOfMemoryError) -> int:
    """Give twice as many parts of a batch, or raise `SettingsError` when every part is one image already."""
    torch.cuda.empty_cache()  # what the failed pass held; does nothing without a GPU
    if parts >= n_images:
        raise SettingsError(
            f"The GPU's memory ran out with one image at a time ({error}). Close what else uses the GPU, or train with a "
            "smaller input_side or network."
        ) from error
    return min(2 * parts, n_images)


@torch.no_grad()
def evaluate(classifier: Classifier, pixels: np.ndarray, rows: NDArray[np.intp], device: Device) -> NDArray[np.float32]:
    """Give the outputs of a classifier on unchanged images, in float32.

    Parameters
    ----------
    classifier
        Is put into eval mode.
    pixels
        (n_images, s, s, 3), uint8.
    rows
        (n,), the images to answer on.
    device
        Where the classifier is.

    Returns
    -------
    NDArray
        (n, n_outputs), logits.
    """
    classifier.eval()
    outputs = np.empty((len(rows), classifier.n_outputs), dtype=np.float32)
    for batch in even_batches(np.arange(len(rows)), EVALUATION_BATCH):
        outputs[batch] = classifier(normalise(gather(pixels, rows[batch], device))).cpu().numpy()
    return outputs


def train(
    training: Training, history: History, seed_of: Callable[[str], int], after_epoch: Callable[[History], None]
) -> None:
    """Train until the regime says that it is enough.

    Parameters
    ----------
    training
        What takes part; its classifier and optimizer are where the last epoch of ``history`` left them.
    history
        One entry per finished epoch (`runs.HISTORY`), empty at first; is extended.
    seed_of
        Gives the seed of ``"epoch 1"``, ``"epoch 2"`` and so on. An epoch's seed depends on its number alone, so that a
        training that was interrupted goes on as if nothing had happened.
    after_epoch
        Called with the history after every epoch.

    Raises
    ------
    SettingsError
        When the loss is not a number any more.
    """
    data = training.data
    parts = history[-1].get("parts", 1) if history else 1
    while not is_finished(training.regime, history):
        number, start = len(history) + 1, time.perf_counter()
        epoch = train_one_epoch(training, seed_of(f"epoch {number}"), parts)
        parts = epoch.parts
        if not math.isfinite(epoch.loss):
            raise SettingsError(
                f"The loss became {epoch.loss!r} in epoch {number}, so nothing is learned any more. The learning rate "
                f"{training.settings.learning_rate!r} is probably too high: train again with a smaller one."
            )
        answers = evaluate(training.classifier, training.pixels, data.validation_rows, training.device).argmax(axis=1)
        correct = answers == data.validation_targets
        history.append(
            {
                "epoch": number,
                "loss": epoch.loss,
                "train_accuracy": epoch.accuracy,
                "validation_accuracy": float(correct.mean()) if len(correct) else None,
                "seconds": time.perf_counter() - start,
                "parts": parts,
            }
        )
        after_epoch(history)


def is_finished(regime: Regime, history: History) -> bool:
    """Tell whether the last epoch was the last one."""
    return bool(history) and (len(history) >= regime.max_epochs or regime.is_reached(history[-1]["train_accuracy"]))
