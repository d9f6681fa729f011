"""Integrated Gradients.

Sundararajan, Taly, Yan, *Axiomatic Attribution for Deep Networks*, ICML 2017, by `captum.attr.IntegratedGradients`: the
gradients of the target's logit along the straight way from a baseline to the image, times the image minus the baseline.
The baseline is what people saw before the first click, so that the map tells what colour and detail add to it.

A map is complete: its sum is the logit on the image minus that on the baseline, up to the error of the numerical integral.
Both are kept.
"""

from __future__ import annotations

import torch
from captum.attr import IntegratedGradients
from torch import Tensor, nn

from fercore.errors import SettingsError
from fercore.saliency.blurred import experiment_blur
from fercore.saliency.maps import METHODS, Report
from fercore.saliency.method_settings import IntegratedGradientsSettings
from fercore.saliency.networks import check_batch, folded_copy, image_by_image, images_at_once
from fercore.store import Arrays


@METHODS.register
def explain(
    classifier: nn.Module, x: Tensor, targets: Tensor, settings: IntegratedGradientsSettings, *, report: Report
) -> Arrays:
    """Integrate gradients from the blurred gray image to each image (B, 3, s, s), and sum over colours.

    Returns
    -------
    dict
        ``maps`` (B, s, s): signed, in logits.
        ``logit_gained`` (B,): the target's logit on the image minus that on the baseline, which the map's sum estimates.

    Raises
    ------
    SettingsError
        For settings outside their range.
    """
    check_batch(x, targets)
    if settings.n_steps < 1:
        raise SettingsError(f"n_steps is {settings.n_steps!r}; it must be at least 1.")
    baselines = experiment_blur(x, settings.blur_fraction)
    network = folded_copy(classifier, x)
    method = IntegratedGradients(network)

    def integrate(row: slice) -> Tensor:
        found: Tensor = method.attribute(
            x[row].clone().requires_grad_(),
            baselines=baselines[row],
            target=targets[row],
            n_steps=settings.n_steps,
            internal_batch_size=images_at_once(x),
        )
        return found.sum(dim=1)

    maps = image_by_image(integrate, len(x), report, "Integrated Gradients")
    with torch.no_grad():
        whole, blurred = (network(images).gather(1, targets[:, None])[:, 0] for images in (x, baselines))
    return {"maps": maps.float().cpu().numpy(), "logit_gained": (whole - blurred).float().cpu().numpy()}
