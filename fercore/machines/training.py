"""The one training loop: one epoch, one evaluation, and a driver with the stop rule."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from fercore.errors import SettingsError
from fercore.machines.augmentation import augment
from fercore.machines.checkpoints import History
from fercore.machines.device import Device
from fercore.machines.inputs import gather, normalise
from fercore.machines.network import Classifier
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
    regime: Regime
    settings: TrainingSettings
    device: Device

    def label_weights(self) -> Tensor | None:
        """Give the weights of the labels in the loss, or None where undersampling has made the labels equal."""
        if self.regime.pairwise:
            return None
        weights = self.data.label_weights(self.classifier.head.out_features)
        return torch.from_numpy(weights).to(self.device.torch_device)


def make_optimizer(classifier: Classifier, settings: TrainingSettings) -> torch.optim.Optimizer:
    """Give the paper's optimizer, Adam (5.1), which takes all parameters in one step."""
    return torch.optim.Adam(classifier.parameters(), lr=settings.learning_rate, fused=True)


def train_one_epoch(training: Training, seed: int) -> tuple[float, float]:
    """Show every training image once, in an order and with changes that depend on ``seed`` alone.

    Returns
    -------
    tuple
        Mean loss, and accuracy in [0, 1], over the images as they were seen while learning.
    """
    classifier, device, settings = training.classifier, training.device, training.settings
    generator = torch.Generator().manual_seed(seed)
    label_weights = training.label_weights()
    targets = torch.from_numpy(training.data.targets)
    order = torch.randperm(len(targets), generator=generator).numpy()
    loss_sum = torch.zeros((), device=device.torch_device)
    n_correct = torch.zeros((), device=device.torch_device)
    classifier.train()
    for batch in even_batches(order, settings.batch_size):
        x = gather(training.pixels, training.data.rows[batch], device)
        x = device.arrange(normalise(augment(x, settings.augmentation, generator)))
        y = targets[batch].to(device.torch_device)
        with device.autocast():
            logits = classifier(x).float()
        loss = functional.cross_entropy(logits, y, weight=label_weights)
        training.optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        training.optimizer.step()
        loss_sum += loss.detach() * len(y)  # kept on the device: asking for a number here would make a GPU wait
        n_correct += (logits.argmax(dim=1) == y).sum()
    return loss_sum.item() / len(targets), n_correct.item() / len(targets)


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
    outputs = np.empty((len(rows), classifier.head.out_features), dtype=np.float32)
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
    while not is_finished(training.regime, history):
        epoch, start = len(history) + 1, time.perf_counter()
        loss, train_accuracy = train_one_epoch(training, seed_of(f"epoch {epoch}"))
        if not math.isfinite(loss):
            raise SettingsError(
                f"The loss became {loss!r} in epoch {epoch}, so nothing is learned any more. The learning rate "
                f"{training.settings.learning_rate!r} is probably too high: train again with a smaller one."
            )
        answers = evaluate(training.classifier, training.pixels, data.validation_rows, training.device).argmax(axis=1)
        correct = answers == data.validation_targets
        history.append(
            {
                "epoch": epoch,
                "loss": loss,
                "train_accuracy": train_accuracy,
                "validation_accuracy": float(correct.mean()) if len(correct) else None,
                "seconds": time.perf_counter() - start,
            }
        )
        after_epoch(history)


def is_finished(regime: Regime, history: History) -> bool:
    """Tell whether the last epoch was the last one."""
    return bool(history) and (len(history) >= regime.max_epochs or regime.is_reached(history[-1]["train_accuracy"]))


def even_batches(order: NDArray[np.intp], largest: int) -> Iterator[NDArray[np.intp]]:
    """Divide positions into as few batches of at most ``largest`` as will do, all of about the same size.

    So no batch is a rest of one image, over which batch normalisation cannot average.
    """
    yield from np.array_split(order, math.ceil(len(order) / largest)) if len(order) else ()
