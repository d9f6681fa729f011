"""Fine-tuning with click-revealed images: blurred and gray, and sharp where a participant who was right had uncovered them.

Paper 5.1: the click-revealed images of correct trials, "augmented by shifting the click mask by one pixel in eight
directions relative to the image", and unmasked versions of the same images, changed as in training, against forgetting.
An epoch shows every correct trial once, its mask where it was or shifted by one pixel of the input side in one of the
eight directions, drawn anew each time: over the epochs the same images as if all nine were listed.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from fercore.machines.augmentation import augment
from fercore.machines.device import Device
from fercore.machines.guidance import Guidance
from fercore.machines.inputs import gather
from fercore.machines.lesson import Lesson, Step, even_batches
from fercore.machines.pair_data import TrainingData
from fercore.settings import TrainingSettings


class RevealedImages(Lesson):
    """Click-revealed experimental images, and the same images unmasked.

    Examples are the correct trials, in the order of ``guidance.trials``, then the images unmasked.

    Parameters
    ----------
    pixels, data, device
        As for `Lesson`; of ``data``, only the validation images are used.
    guidance
        What people did.
    labels
        Positions of the classifier's two labels in the label set, in the order of its outputs.
    which
        Which experimental images are shown: `regime.OWN` or `regime.OTHERS`.
    settings
        How many unmasked images there are per revealed one, and how they are changed.
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
        self.guidance = guidance
        self.shown = guidance.images_of(labels, which)
        self.trials = np.flatnonzero(np.isin(guidance.trials, self.shown) & guidance.correct)
        self.n_unmasked = round(settings.guidance.rehearsal * len(self.trials))
        images = np.concatenate([guidance.trials[self.trials], self.shown])
        self._images = images
        self._targets = np.array([labels.index(label) for label in guidance.true_labels[images]], dtype=np.int64)

    @property
    def n_images(self) -> int:
        """Experimental images that are shown, each counted once."""
        return len(self.shown)

    @property
    def targets(self) -> NDArray[np.int64]:
        """(n_trials + n_images,): the true label, which is also what the participant answered."""
        return self._targets

    def order(self, generator: torch.Generator) -> NDArray[np.intp]:
        """Mix all trials with as many unmasked images as the settings say, each image as often as the others (up to one)."""
        rounds = -(-self.n_unmasked // max(len(self.shown), 1))
        drawn = [torch.randperm(len(self.shown), generator=generator) for _ in range(rounds)]
        unmasked = torch.cat([torch.empty(0, dtype=torch.int64), *drawn])[: self.n_unmasked] + len(self.trials)
        examples = torch.cat([torch.arange(len(self.trials)), unmasked])
        return examples[torch.randperm(len(examples), generator=generator)].numpy()

    def steps(self, batch_size: int, generator: torch.Generator) -> Iterator[Step]:
        """Show trials and unmasked images, mixed."""
        for batch in even_batches(self.order(generator), batch_size):
            y = torch.from_numpy(self.targets[batch]).to(self.device.torch_device)
            yield Step(self.show(batch, generator), y, None)

    def show(self, examples: NDArray[np.intp], generator: torch.Generator) -> Tensor:
        """Reveal the trials among the examples, and change the unmasked images as in training."""
        images = self._images[examples]
        x = gather(self.pixels, self.guidance.rows[images], self.device)
        masked = examples < len(self.trials)
        if masked.any():
            mask = self.guidance.masks(self.trials[examples[masked]])
            shifts = torch.randint(-1, 2, (len(mask), 2), generator=generator).tolist()
            for one, (down, right) in zip(mask, shifts, strict=True):
                one[:] = shifted(one, down, right)
            where = torch.from_numpy(masked).to(x.device)
            x[where] = reveal(x[where], mask, self.guidance.blurred[images[masked]])
        if not masked.all():
            where = torch.from_numpy(~masked).to(x.device)
            x[where] = augment(x[where], self.augmentation, generator)
        return x


def reveal(x: Tensor, mask: NDArray[np.bool_], blurred: NDArray[np.uint8]) -> Tensor:
    """Show images (B, 3, s, s) in [0, 1] sharp where ``mask`` (B, s, s) is True, and blurred (B, s, s) elsewhere."""
    sharp = torch.from_numpy(mask)[:, None].to(x.device)
    return torch.where(sharp, x, torch.from_numpy(blurred)[:, None].to(x.device) / 255)


def shifted(mask: NDArray[np.bool_], down: int, right: int) -> NDArray[np.bool_]:
    """Shift a mask (s, s) by whole pixels; what comes into view is covered."""
    side = len(mask)
    moved = np.zeros_like(mask)
    rows, columns = (slice(max(0, step), side + min(0, step)) for step in (down, right))
    old_rows, old_columns = (slice(max(0, -step), side + min(0, -step)) for step in (down, right))
    moved[rows, columns] = mask[old_rows, old_columns]
    return moved
