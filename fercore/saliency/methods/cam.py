"""Class activation mapping.

Zhou, Khosla, Lapedriza, Oliva, Torralba, *Learning Deep Features for Discriminative Localization*, CVPR 2016,
equation 2. Our paper names the method and no layer: it is the last feature map, where CAM is defined.
"""

from __future__ import annotations

from torch import Tensor, nn

from fercore.errors import InputError
from fercore.machines.feature_map import find_cam_layer
from fercore.saliency.evidence import check_evidence, class_evidence
from fercore.saliency.maps import METHODS, Report
from fercore.saliency.networks import check_batch, frozen_copy
from fercore.settings import CamSettings
from fercore.store import Arrays


@METHODS.register
def explain(classifier: nn.Module, x: Tensor, targets: Tensor, settings: CamSettings, *, report: Report) -> Arrays:
    """Weigh the last features of each image by the head's weights for its target.

    Parameters
    ----------
    classifier
        Network whose last feature map is averaged over positions and weighed by a linear head.
    x
        (B, 3, s, s), normalised images.
    targets
        (B,), the outputs whose evidence is mapped.
    settings
        Whether what speaks for the target is mapped, or its contrast with the strongest other output; whose evidence it is was
        decided with the targets.
    report
        Told when all is done: it takes one forward pass.

    Returns
    -------
    dict
        ``maps`` (B, h, w): sum over k of W[c, k] F_k, signed, in logits (their mean plus the bias is the logit); W[c, k] less
        the strongest other output's weights for the contrast.

    Raises
    ------
    InputError
        When the network has no feature map, or its head is not linear on averaged features: CAM is not defined then.
    SettingsError
        For evidence that there is none of.
    """
    check_batch(x, targets)
    check_evidence(settings.evidence)
    network = frozen_copy(classifier)
    cam_layer = find_cam_layer(network, x)
    if not cam_layer.head:
        raise InputError(
            f"CAM is defined for networks that average their last feature map and weigh it by a linear head, and not for "
            f"this one: {cam_layer.why_not}. Take {'Grad-CAM' if cam_layer.layer else 'Extremal Perturbation'}."
        )
    maps = class_evidence(network, cam_layer, x, targets, settings.evidence)
    report({"done": len(x), "total": len(x), "message": "CAM"})
    return {"maps": maps.float().cpu().numpy()}
