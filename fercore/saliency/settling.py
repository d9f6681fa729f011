"""Masks on their way from the uniform start, when they count as settled, and where they are heading.

Long before the end of the schedule most parameters move straight towards 0 or 1. The *heading* of a mask is where its
parameters would be at the end of the schedule if they moved on as they did since the last look (every `LOOK_EVERY` steps).
Masks of an image are settled when no mask's heading has changed by more than a tolerance between two looks. They are then
moved on along their heading until each covers the area that was asked for, or the schedule is over.

The steps that are taken are those of the full run, with its learning rate and its growing area weight: shortening the
schedule instead gives other masks. This is a departure from Fong et al. 2019, who take all steps.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from fercore.saliency.mask import MaskOperator

LOOK_EVERY = 20
"""Steps between two looks at the masks: even, so that every stretch sees the image and its mirror image equally often."""

_HALVINGS = 12
"""Halvings of the way along a heading: to 1/4096 of the steps that are left."""


@dataclass
class Descent:
    """The parameters of masks of B images and A areas while they are optimised. No image knows of the others."""

    parameters: Tensor
    """(nodes, B, A) in [0, 1]."""
    momentum: Tensor
    """(nodes, B, A), the optimiser's."""
    earlier: Tensor
    """(nodes, B, A), the parameters at the last look."""
    heading: Tensor
    """(nodes, B, A), where they were heading then."""
    taken: Tensor
    """(B,), steps that were taken."""

    @classmethod
    def start(cls, operator: MaskOperator, n_images: int, n_areas: int) -> Descent:
        """Give masks that keep everything."""
        ones = operator.uniform(n_images * n_areas).view(operator.shape.n_nodes**2, n_images, n_areas)
        taken = torch.zeros(n_images, dtype=torch.long, device=ones.device)
        return cls(ones, torch.zeros_like(ones), ones.clone(), ones.clone(), taken)

    def __len__(self) -> int:
        return len(self.taken)

    def at(self, images: Tensor) -> Descent:
        """Give some of the images by their numbers."""
        parameters, momentum, earlier, heading = (part[:, images] for part in self._parts)
        return Descent(parameters, momentum, earlier, heading, self.taken[images])

    def joined(self, other: Descent) -> Descent:
        """Give these images and then those of another."""
        pairs = zip(self._parts, other._parts, strict=True)
        parameters, momentum, earlier, heading = (torch.cat(pair, dim=1) for pair in pairs)
        return Descent(parameters, momentum, earlier, heading, torch.cat([self.taken, other.taken]))

    @property
    def _parts(self) -> tuple[Tensor, ...]:
        return self.parameters, self.momentum, self.earlier, self.heading

    @torch.no_grad()
    def step(self, gradient: Tensor, learning_rate: float, momentum: float) -> None:
        """Take a step of SGD against a gradient (nodes, B, A), with momentum dampened as much, into [0, 1]."""
        first = self.taken == 0
        self.momentum.mul_(momentum).add_(gradient, alpha=1 - momentum)
        self.momentum[:, first] = gradient[:, first]
        self.parameters.add_(self.momentum, alpha=-learning_rate).clamp_(0, 1)
        self.taken += 1

    def to_next_look(self, steps: int) -> int:
        """Give the number of steps until an image is to be looked at, or has taken all steps."""
        return int(torch.minimum(LOOK_EVERY - self.taken % LOOK_EVERY, steps - self.taken).min())

    def look(self, steps: int) -> Tensor:
        """Look where masks are heading on a schedule of so many steps, every `LOOK_EVERY` steps of an image.

        Returns
        -------
        Tensor
            (B,), by how much the headings of an image's masks have changed since the last look: the mean over the
            parameters of a mask, of the mask where it is largest. Between 0 and 1; 1 between looks.
        """
        due = self.taken % LOOK_EVERY == 0
        heading = (self.parameters + self._pace * (steps - self.taken)[:, None]).clamp(0, 1)
        change = (heading - self.heading).abs().mean(dim=0).amax(dim=1)
        self.heading = torch.where(due[:, None], heading, self.heading)
        return torch.where(due, change, 1.0)

    def leave_behind(self) -> None:
        """Remember where masks are, of images that are looked at now, for the next look."""
        due = self.taken % LOOK_EVERY == 0
        self.earlier = torch.where(due[:, None], self.parameters, self.earlier)

    @property
    def _pace(self) -> Tensor:
        return (self.parameters - self.earlier) / LOOK_EVERY

    def moved_on(self, operator: MaskOperator, areas: tuple[float, ...], steps: int) -> Tensor:
        """Move masks along their headings until each covers its area, border included, or the schedule is over.

        Returns
        -------
        Tensor
            (nodes, B, A): the parameters, unchanged where a mask covers no more than its area, or no steps are left.
        """
        if (self.taken == steps).all():
            return self.parameters
        asked = torch.tensor(areas, device=self.parameters.device).expand(len(self), -1)
        far = (steps - self.taken)[:, None].expand_as(asked).to(self.parameters.dtype)
        near = torch.zeros_like(far)
        covers = operator.bordered(self.parameters.flatten(1)).mean(dim=(1, 2)).view_as(asked)
        far = torch.where(covers > asked, far, near)
        for _ in range(_HALVINGS):
            middle = (near + far) / 2
            there = (self.parameters + self._pace * middle).clamp(0, 1)
            too_large = operator.bordered(there.flatten(1)).mean(dim=(1, 2)).view_as(asked) > asked
            near, far = torch.where(too_large, middle, near), torch.where(too_large, far, middle)
        return (self.parameters + self._pace * far).clamp(0, 1)
