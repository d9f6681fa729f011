"""What a classifier is shown in training: examples with their labels, and what is shown beside them.

Examples are numbered; an epoch is an order of them. Everything random comes from the epoch's generator.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from fercore.machines.augmentation import augment
from fercore.machines.device import Device
from fercore.machines.inputs import gather
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

    def show(self, examples: NDArray[np.intp], generator: torch.Generator) -> Tensor:
        """Give some examples as images: float32 (len(examples), 3, s, s) in [0, 1]."""
        return augment(gather(self.pixels, self.data.rows[examples], self.device), self.augmentation, generator)

    def beside(self, generator: torch.Generator) -> Beside | None:  # noqa: ARG002
        """Give what is shown in a step beside its examples, or None."""
        return None
