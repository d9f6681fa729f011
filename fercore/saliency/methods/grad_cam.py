"""Grad-CAM.

Selvaraju, Cogswell, Das, Vedantam, Parikh, Batra, *Grad-CAM: Visual Explanations from Deep Networks via Gradient-based
Localization*, ICCV 2017, equations 1 and 2: ReLU of the last features, weighted by the average gradient of the target's
logit. Our paper names the method and no layer: it is the last feature map, as for CAM.

With an average over positions and a linear head the gradient is known without a backward pass, and Grad-CAM is
ReLU(CAM) / (h w): what the two methods differ in is the ReLU. Other heads go through `captum.attr.LayerGradCam`.
"""

from __future__ import annotations

import torch
from captum.attr import LayerGradCam
from torch import Tensor, nn

from fercore.saliency.evidence import BATCH, check_evidence, class_evidence, find_feature_map, lead
from fercore.saliency.maps import METHODS, Report
from fercore.saliency.networks import batches, check_batch, frozen_copy
from fercore.settings import GradCamSettings
from fercore.store import Arrays


@METHODS.register
def explain(classifier: nn.Module, x: Tensor, targets: Tensor, settings: GradCamSettings, *, report: Report) -> Arrays:
    """Weigh the last features of each image by the average gradient of its target's logit, and keep what is positive.

    Parameters
    ----------
    classifier
        Network with a feature map (B, K, h, w), which a module gives.
    x
        (B, 3, s, s), normalised images.
    targets
        (B,), the outputs whose evidence is mapped.
    settings
        Whether what speaks for the target is mapped, or its contrast with the strongest other output; whose evidence it is was
        decided with the targets.
    report
        Told when all is done.

    Returns
    -------
    dict
        ``maps`` (B, h, w), 0 or more: the ReLU is taken here, at the resolution of the features.

    Raises
    ------
    InputError
        When no module gives a feature map.
    SettingsError
        For evidence or a layer that there is none of.
    """
    check_batch(x, targets)
    check_evidence(settings.evidence)
    network = frozen_copy(classifier)
    cam_layer = find_feature_map(network, x, "Grad-CAM", settings.layer)
    if cam_layer.head:
        _, height, width = cam_layer.size
        maps = class_evidence(network, cam_layer, x, targets, settings.evidence).relu() / (height * width)
    else:
        maps = by_gradients(network, cam_layer.layer, x, targets, settings.evidence)
    report({"done": len(x), "total": len(x), "message": "Grad-CAM"})
    return {"maps": maps.float().cpu().numpy()}


def by_gradients(network: nn.Module, layer: str, x: Tensor, targets: Tensor, evidence: str = "label") -> Tensor:
    """Compute Grad-CAM of a layer with captum, for any head: (B, h, w). Hooks are set on ``network`` while it runs."""
    answer = network if evidence == "label" else lambda images: lead(network(images))
    method = LayerGradCam(answer, network.get_submodule(layer))
    parts = [
        method.attribute(x[rows].clone().requires_grad_(), target=targets[rows], relu_attributions=True)
        for rows in batches(len(x), BATCH)
    ]
    return torch.cat(parts)[:, 0].detach()
