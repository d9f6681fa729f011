"""Attention-guided training: a loss term that draws the class activation map to people's attention map."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from fercore.errors import InputError
from fercore.machines.device import Device
from fercore.machines.guidance import Guidance
from fercore.machines.inputs import gather
from fercore.machines.lesson import Beside, Lesson
from fercore.machines.pair_data import TrainingData
from fercore.settings import TrainingSettings

_EPSILON = 1e-6


class GuidedImages(Lesson):
    """Training images as always, and in each step some experimental images with people's attention maps.

    Parameters
    ----------
    pixels, data, device
        As for `Lesson`.
    guidance
        What people did.
    labels
        Positions of the classifier's two labels in the label set, in the order of its outputs.
    which
        Which experimental images guide: `regime.OWN` or `regime.OTHERS`.
    settings
        Weight of the term and number of images in each step.
    """

    def __init__(
        self,
        pixels: np.ndarray,
        data: TrainingData,
        device: Device,
        guidance: Guidance,
        labels: tuple[int, int],
        which: str,
        settings: TrainingSettings,
    ) -> None:
        super().__init__(pixels, data, settings.augmentation, device)
        self.guidance, self.settings = guidance, settings.guidance
        shown = guidance.images_of(labels, which)
        self.shown = shown[guidance.attention[shown].any(axis=(1, 2))]
        self.guided_targets = np.array([labels.index(label) for label in guidance.true_labels[self.shown]], dtype=int)
        if not len(self.shown) and self.settings.attention_weight:
            raise InputError(
                "Nobody answered correctly on an image that this classifier could be guided by. Train it without "
                "'attention-guided', or bring more trials."
            )

    def beside(self, generator: torch.Generator) -> Beside | None:
        """Draw images for a step, half of them mirrored; their loss is weight x mean of 1 - r, within [0, 2 weight]."""
        if not self.settings.attention_weight:
            return None
        drawn = torch.randint(len(self.shown), (self.settings.attention_batch,), generator=generator).numpy()
        mirrored = torch.rand(len(drawn), generator=generator) < self.augmentation.flip_probability
        images = self.shown[drawn]
        x = gather(self.pixels, self.guidance.rows[images], self.device)
        human = torch.from_numpy(self.guidance.attention[images]).to(x.device)[:, None]
        turned = mirrored.to(x.device)[:, None, None, None]
        x, human = (torch.where(turned, maps.flip(-1), maps) for maps in (x, human))
        targets = torch.from_numpy(self.guided_targets[drawn]).to(x.device)

        def loss(features: Tensor, weights: Tensor) -> Tensor:
            maps = torch.einsum("bk,bkhw->bhw", weights[targets], features)
            small = functional.adaptive_avg_pool2d(human, (maps.shape[1], maps.shape[2]))[:, 0]
            return self.settings.attention_weight * (1 - correlation(maps, small)).mean()

        return Beside(x, loss)


def correlation(a: Tensor, b: Tensor) -> Tensor:
    """Give Pearson's r of maps over positions, (B, h, w) each: (B,). A constant map has r = 0."""
    a, b = (x.flatten(1) - x.flatten(1).mean(dim=1, keepdim=True) for x in (a, b))
    r: Tensor = (a * b).sum(dim=1) / (a.norm(dim=1) * b.norm(dim=1) + _EPSILON)
    return r
