"""What a classifier is shown in training: examples with their labels, and what is shown beside them.

Examples are numbered; an epoch is an order of them. Everything random comes from the epoch's generator.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from fercore.machines.augmentation import Changes, change, draw_changes
from fercore.machines.device import Device
from fercore.machines.image_stream import ImageStream
from fercore.machines.pair_data import TrainingData
from fercore.settings import AugmentationSettings


@dataclass(frozen=True)
class Beside:
    """Images that go through a classifier together with the examples of a step, without an answer being asked of it."""

    images: Tensor
    """(B, 3, s, s) in [0, 1]."""
    loss: Callable[[Tensor, Tensor], Tensor]
    """Takes their features (B, K, h, w) and the head's weights (n_outputs, K), and gives a scalar that is added to the
    cross-entropy of the step."""


class Step(NamedTuple):
    """What is learned from in one step; all on the device."""

    x: Tensor
    """(B, 3, s, s), float32 in [0, 1]."""
    y: Tensor
    """(B,): the output that is right."""
    beside: Beside | None
    """What is shown beside."""


class Lesson:
    """Whole training images, each once an epoch, each time changed in another way (paper 5.1).

    Parameters
    ----------
    pixels
        (n_images, s, s, 3), uint8: all images of the study at the input side.
    data
        Which of them are trained on.
    augmentation
        How they are changed.
    device
        Where the classifier is.
    """

    def __init__(
        self, pixels: np.ndarray, data: TrainingData, augmentation: AugmentationSettings, device: Device
    ) -> None:
        self.pixels, self.data, self.augmentation, self.device = pixels, data, augmentation, device

    @cached_property
    def stream(self) -> ImageStream:
        """The way of the images to the device."""
        return ImageStream(self.pixels, self.data.rows, self.device)

    @property
    def n_images(self) -> int:
        """Images that are shown, each counted once."""
        return len(self.data.rows)

    @property
    def targets(self) -> NDArray[np.int64]:
        """(n_examples,): the output that is right for each example."""
        return self.data.targets

    def order(self, generator: torch.Generator) -> NDArray[np.intp]:
        """Give the examples of one epoch in the order in which they are shown."""
        return torch.randperm(len(self.targets), generator=generator).numpy()

    def steps(self, batch_size: int, generator: torch.Generator) -> Iterator[Step]:
        """Show the examples of one epoch, in as few steps of at most ``batch_size`` as will do, all of about the same size."""
        batches = list(even_batches(self.order(generator), batch_size))
        sizes = [len(batch) for batch in batches]
        # drawn before the first step: what the steps need is on the device by then
        changes = Changes.join([draw_changes(size, self.augmentation, generator) for size in sizes])
        y = torch.from_numpy(self.targets[np.concatenate(batches)]).to(self.device.torch_device)
        images = self.stream.batches(batches)
        parts = changes.to(self.device.torch_device).split(sizes)
        for x, own, targets in zip(images, parts, torch.split(y, sizes), strict=True):
            yield Step(change(x, own), targets, self.beside(generator))

    def beside(self, generator: torch.Generator) -> Beside | None:  # noqa: ARG002
        """Give what is shown in a step beside its examples, or None."""
        return None


def even_batches(order: NDArray[np.intp], largest: int) -> Iterator[NDArray[np.intp]]:
    """Divide positions into as few batches of at most ``largest`` as will do, all of about the same size.

    So no batch is a rest of one image, over which batch normalisation cannot average.
    """
    yield from np.array_split(order, math.ceil(len(order) / largest)) if len(order) else ()
