"""HiResCAM.

Draelos, Carin, *Use HiResCAM instead of Grad-CAM for faithful explanations of convolutional neural networks*,
arXiv 2011.08891: features times the gradients at their own positions, not averaged over positions.

Behind an average and a linear head the gradient is the same at all positions, so that HiResCAM is Grad-CAM; other heads
tell them apart. As here for Grad-CAM, only what is positive is kept.
"""

from __future__ import annotations

from torch import Tensor, nn

from fercore.saliency.evidence import map_by_gradients
from fercore.saliency.maps import METHODS, Report
from fercore.saliency.method_settings import HiResCamSettings
from fercore.store import Arrays


@METHODS.register
def explain(classifier: nn.Module, x: Tensor, targets: Tensor, settings: HiResCamSettings, *, report: Report) -> Arrays:
    """Multiply the last features by the gradients of the target's logit, sum over features, keep what is positive.

    Returns
    -------
    dict
        ``maps`` (B, h, w): ReLU(sum_k g_k F_k), 0 or more, at the resolution of the features.

    Raises
    ------
    InputError
        When no module gives a feature map.
    SettingsError
        When the network has no such layer.
    """
    return map_by_gradients(
        classifier,
        x,
        targets,
        lambda features, gradients: (gradients * features).sum(dim=1),
        "HiResCAM",
        report,
        settings.layer,
    )
