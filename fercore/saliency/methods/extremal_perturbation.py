"""Extremal Perturbation (EP).

Fong, Patrick, Vedaldi, *Understanding Deep Networks via Extremal Perturbations and Smooth Masks*, ICCV 2019: for each
area a, the smooth mask m of area a that maximises a classifier's response to the image kept sharp where m = 1 and
blurred where m = 0. The map is the sum of the masks of all areas, smoothed.

Blurred is what the method's authors blur it to: a pyramid of Gaussians (`fercore.saliency.pyramid`). Or it is what people saw
before the first click, gray and blurred (``click-reveal``, ours): then the map answers the question that people were asked.

Our paper names the method and none of its numbers: all are settings, with the values published for 224 px scaled to
other sides. What is optimised: r - w_t R(m), with the reward r, the area penalty R (`fercore.saliency.area`) and a
weight w_t = area_weight x area_growth^t; by SGD with dampened momentum, parameters clamped to [0, 1] after each step.
Every other step, the first included (``mirror_first``), the perturbed image is mirrored. Nothing is random.

The area counts on the mask *with its border*, and the penalty is soft: the areas really covered are kept beside the masks.
"""

from __future__ import annotations

import copy

import torch
from torch import Tensor, nn

from fercore.saliency.area import area_penalty
from fercore.saliency.extremal_range import check_range
from fercore.saliency.maps import METHODS, Report
from fercore.saliency.mask import MaskOperator, MaskShape
from fercore.saliency.networks import check_batch, folded_copy
from fercore.saliency.perturbation import perturbed
from fercore.saliency.pyramid import gaussian_blur
from fercore.saliency.settling import Descent
from fercore.settings import ExtremalSettings
from fercore.store import Arrays

PIXELS_AT_ONCE = 2**19
"""Pixels of all masks that are optimised together: 128 masks at 64 px, 10 at 224."""

REPORT_EVERY = 10
"""Steps between two notes of progress."""


@METHODS.register
def explain(classifier: nn.Module, x: Tensor, targets: Tensor, settings: ExtremalSettings, *, report: Report) -> Arrays:
    """Find the masks of all areas of all images.

    Parameters
    ----------
    classifier
        Any differentiable network from images to logits (B, L).
    x
        (B, 3, s, s), normalised images.
    targets
        (B,), the outputs that the masks are to preserve (or delete).
    settings
        The method's numbers; all lengths are fractions of s.
    report
        Told about progress, in steps of an image.

    Returns
    -------
    dict
        Arrays with B rows, A areas in the order of the settings:

        ``maps`` (B, s, s)
            float32, 0..A: sum of the masks, smoothed.
        ``masks`` (B, A, s, s)
            float16, 0..1: 1 is kept sharp.
        ``covered`` (B, A)
            Mean of each mask over the image: the area really covered.
        ``covered_with_border`` (B, A)
            The same with the border: what the penalty compares with the area asked for.
        ``rewards`` (B, A)
            The reward of each mask at the end, before ``reward_scale``, on the image that is not mirrored.
        ``logits``, ``blurred_logits`` (B, L)
            Outputs on the whole image, and on the image blurred everywhere.
        ``kept_probability`` (B, A), ``whole_probability``, ``blurred_probability`` (B,)
            Softmax of the target on x(m), on the whole image, and on the blurred one.
        ``steps`` (B,)
            Steps that were taken.

    Raises
    ------
    SettingsError
        For settings outside their range.
    """
    check_batch(x, targets)
    check_range(settings)
    network = folded_copy(classifier, x)
    asked = network if settings.precision == "float32" else copy.deepcopy(network).bfloat16()
    operator = MaskOperator(MaskShape.of(x.shape[-1], settings.cell_fraction, settings.sigma_cells), x.device)

    search = _Search(network, asked, x, targets, settings, operator)
    while search.goes_on:
        search.stretch(report)
    return search.found()


class _Search:
    """Images that wait, whose masks are optimised, and whose masks are found.

    As many are optimised together as fit; those that are done leave, and others take their place. Meanwhile ``asked``
    answers, which may be less exact than the ``network`` that tells what was found.
    """

    def __init__(
        self,
        network: nn.Module,
        asked: nn.Module,
        x: Tensor,
        targets: Tensor,
        settings: ExtremalSettings,
        operator: MaskOperator,
    ) -> None:
        self.network, self.asked, self.x, self.targets = network, asked, x, targets
        self.settings, self.operator = settings, operator
        self.n_at_once = max(1, PIXELS_AT_ONCE // (len(settings.areas) * x.shape[-1] ** 2))
        self.waiting = torch.arange(len(x), device=x.device)
        self.active, self.descent = self.waiting[:0], Descent.start(operator, 0, len(settings.areas))
        self.problem: _Problem | None = None
        self.done: list[tuple[Tensor, dict[str, Tensor]]] = []

    @property
    def goes_on(self) -> bool:
        """Whether there are images whose masks are not found."""
        return bool(len(self.waiting) or len(self.active))

    def stretch(self, report: Report) -> None:
        """Take the steps up to the next look at the masks, or to the last step."""
        even = not (self.descent.taken % 2).any()  # all see the mirror image at the same steps
        if even and len(self.waiting) and len(self.active) < self.n_at_once:
            self._join()
        self.problem = self.problem or self._problem(self.asked, self.active)
        for _ in range(self.descent.to_next_look(self.settings.steps)):
            self.problem.step(self.descent)
            if int(self.descent.taken.max()) % REPORT_EVERY == 0:
                self._tell(report)
        done = self.descent.taken == self.settings.steps
        if self.settings.settled:
            done |= self.descent.look(self.settings.steps) < self.settings.settled
        if done.any():
            self._leave(done)
            self._tell(report)
        self.descent.leave_behind()

    def _join(self) -> None:
        n = self.n_at_once - len(self.active)
        newcomers, self.waiting = self.waiting[:n], self.waiting[n:]
        self.active = torch.cat([self.active, newcomers])
        self.descent = self.descent.joined(Descent.start(self.operator, len(newcomers), len(self.settings.areas)))
        self.problem = None

    def _leave(self, done: Tensor) -> None:
        images, finished = self.active[done], self.descent.at(done)
        masks = finished.moved_on(self.operator, self.settings.areas, self.settings.steps)
        found = self._problem(self.network, images).describe(masks.flatten(1))
        self.done.append((images, found | {"steps": finished.taken.float()}))
        self.active, self.descent, self.problem = self.active[~done], self.descent.at(~done), None

    def _problem(self, network: nn.Module, images: Tensor) -> _Problem:
        return _Problem(network, self.x[images], self.targets[images], self.settings, self.operator)

    def _tell(self, report: Report) -> None:
        n, steps = len(self.x), self.settings.steps
        n_done = n - len(self.waiting) - len(self.active)
        taken = self.descent.taken
        message = f"EP, step {int(taken.max())} of at most {steps}" if len(taken) else "EP"
        report({"done": n_done * steps + int(taken.sum()), "total": n * steps, "message": message})

    def found(self) -> Arrays:
        """Give what is kept of all images, in their order."""
        order = torch.cat([images for images, _ in self.done]).argsort()
        parts = [found for _, found in self.done]
        return {name: torch.cat([part[name] for part in parts])[order].cpu().numpy() for name in parts[0]}


class _Problem:
    """The masks of a batch of images, optimised together; none of them knows of the others."""

    def __init__(
        self, network: nn.Module, images: Tensor, targets: Tensor, settings: ExtremalSettings, operator: MaskOperator
    ) -> None:
        self.network, self.images, self.settings, self.operator = network, images, settings, operator
        self.n_areas = len(settings.areas)
        self.targets = targets[:, None]
        self.targets_of_masks = self.targets.repeat_interleave(self.n_areas, dim=0)  # (B A, 1)
        self.perturbed = perturbed(images, settings)
        self.dtype = next((weight.dtype for weight in network.parameters()), images.dtype)

    @torch.enable_grad()
    def step(self, descent: Descent) -> None:
        """Take one step with all masks."""
        settings = self.settings
        parameters = descent.parameters.flatten(1).detach().requires_grad_()
        bordered, masks = self.masks(parameters)
        penalty = area_penalty(bordered.flatten(2), settings.areas, settings.ties)
        weight = settings.area_weight * settings.area_growth ** descent.taken.double()
        reward = self.reward(masks, mirrored=(int(descent.taken[0]) % 2 == 0) == settings.mirror_first)
        loss = (weight.to(penalty)[:, None] * penalty).sum() - settings.reward_scale * reward.sum()
        (gradient,) = torch.autograd.grad(loss, parameters)
        descent.step(gradient.view_as(descent.parameters), settings.learning_rate, settings.momentum)

    def masks(self, parameters: Tensor) -> tuple[Tensor, Tensor]:
        """Give the masks with their border (B, A, side, side), and the part of them that covers the image."""
        bordered = self.operator.bordered(parameters)
        bordered = bordered.view(-1, self.n_areas, *bordered.shape[1:])
        return bordered, self.operator.image_part(bordered)

    def logits(self, masks: Tensor, *, mirrored: bool = False) -> Tensor:
        """Give the network's outputs on the images mixed by masks (B, A, s, s): (B A, L)."""
        mixed = self.perturbed.mix(masks).to(self.dtype)
        outputs: Tensor = self.network(mixed.flip(-1) if mirrored else mixed)
        return outputs.to(masks.dtype)

    def reward(self, masks: Tensor, logits: Tensor | None = None, *, mirrored: bool = False) -> Tensor:
        """Give what a mask is to make large, (B A,); ``logits`` are those of the masks, where they are known."""
        if self.settings.variant == "delete":
            return -self.response(self.logits(1 - masks, mirrored=mirrored))
        kept = self.response(self.logits(masks, mirrored=mirrored) if logits is None else logits)
        if self.settings.variant == "dual":
            return kept - self.response(self.logits(1 - masks, mirrored=mirrored))
        return kept

    def response(self, logits: Tensor) -> Tensor:
        """Give the target's logit, or by how much it exceeds the largest other one: (B A,)."""
        own = logits.gather(1, self.targets_of_masks)[:, 0]
        if self.settings.reward == "simple":
            return own
        return own - logits.scatter(1, self.targets_of_masks, -torch.inf).amax(dim=1)

    @torch.no_grad()
    def describe(self, parameters: Tensor) -> dict[str, Tensor]:
        """Give what is kept of the masks that were found: see `explain`."""
        bordered, masks = self.masks(parameters)
        side = self.images.shape[-1]
        whole, blurred = self.network(self.images), self.network(self.perturbed.blurred)
        logits = self.logits(masks)
        kept = logits.softmax(dim=1).gather(1, self.targets_of_masks)
        return {
            "maps": gaussian_blur(masks.sum(dim=1, keepdim=True), self.settings.smooth_fraction * side)[:, 0],
            "masks": masks.half(),
            "covered": masks.mean(dim=(2, 3)),
            "covered_with_border": bordered.mean(dim=(2, 3)),
            "rewards": self.reward(masks, logits).view(-1, self.n_areas),
            "logits": whole,
            "blurred_logits": blurred,
            "kept_probability": kept.view(-1, self.n_areas),
            "whole_probability": whole.softmax(dim=1).gather(1, self.targets)[:, 0],
            "blurred_probability": blurred.softmax(dim=1).gather(1, self.targets)[:, 0],
        }
