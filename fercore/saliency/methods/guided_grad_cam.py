"""Guided Grad-CAM.

Selvaraju, Cogswell, Das, Vedantam, Parikh, Batra, *Grad-CAM*, ICCV 2017, section 3.1, by `captum.attr.GuidedGradCam`: Grad-CAM
of the last feature map, enlarged bilinearly, times guided backpropagation (Springenberg et al. 2015), which hands back only
positive gradients through every ReLU.

Guided backpropagation needs each ReLU to be a module, so it works on a rewritten network. In a network that cannot be
rewritten, a ReLU that is no module hands gradients back as usual. Much of what the method shows are edges (Adebayo et al. 2018).
"""

from __future__ import annotations

import warnings

import torch
from captum.attr import GuidedGradCam
from torch import Tensor, nn

from fercore.machines.feature_map import find_cam_layer
from fercore.saliency.evidence import find_feature_map
from fercore.saliency.maps import METHODS, Report
from fercore.saliency.method_settings import GuidedGradCamSettings
from fercore.saliency.networks import batches, check_batch, frozen_copy, images_at_once
from fercore.saliency.rewriting import modular_copy
from fercore.store import Arrays


@METHODS.register
def explain(
    classifier: nn.Module,
    x: Tensor,
    targets: Tensor,
    settings: GuidedGradCamSettings,  # noqa: ARG001
    *,
    report: Report,
) -> Arrays:
    """Multiply Grad-CAM by guided backpropagation to each image (B, 3, s, s), and sum over colours.

    Returns
    -------
    dict
        ``maps`` (B, s, s): signed.

    Raises
    ------
    InputError
        When no module gives a feature map.
    """
    check_batch(x, targets)
    rewritten = modular_copy(classifier, x)
    usable = rewritten is not None and find_cam_layer(rewritten, x).layer
    network = rewritten if rewritten is not None and usable else frozen_copy(classifier)
    layer = find_feature_map(network, x, "Guided Grad-CAM").layer
    method = GuidedGradCam(network, network.get_submodule(layer))
    parts = []
    for rows in batches(len(x), images_at_once(x)):
        with torch.enable_grad(), warnings.catch_warnings():
            warnings.filterwarnings("ignore", "Setting backward hooks on ReLU", UserWarning)
            images = x[rows].clone().requires_grad_()
            parts.append(method.attribute(images, target=targets[rows], interpolate_mode="bilinear").sum(dim=1))
        report({"done": min(rows.stop, len(x)), "total": len(x), "message": "Guided Grad-CAM"})
    return {"maps": torch.cat(parts).detach().float().cpu().numpy()}
