"""Grad-CAM++.

Chattopadhyay, Sarkar, Howlader, Balasubramanian, *Grad-CAM++: Generalized Gradient-based Visual Explanations for Deep
Convolutional Networks*, WACV 2018, equations 10 and 19. The score is taken as the exponential of the logit, so that its
second and third derivatives are powers of the gradient g: alpha = g^2 / (2 g^2 + g^3 sum F) = 1 / (2 + g sum F).
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from fercore.saliency.evidence import map_by_gradients
from fercore.saliency.maps import METHODS, Report
from fercore.saliency.method_settings import GradCamPlusPlusSettings
from fercore.store import Arrays


@METHODS.register
def explain(
    classifier: nn.Module,
    x: Tensor,
    targets: Tensor,
    settings: GradCamPlusPlusSettings,
    *,
    report: Report,
) -> Arrays:
    """Weigh the last features by their positive gradients, more where few positions share them, and keep what is positive.

    Returns
    -------
    dict
        ``maps`` (B, h, w): ReLU(sum_k a_k F_k) with a_k = sum over positions of alpha_k ReLU(g_k), 0 or more, at the
        resolution of the features.

    Raises
    ------
    InputError
        When no module gives a feature map.
    SettingsError
        When the network has no such layer.
    """
    return map_by_gradients(classifier, x, targets, _weigh, "Grad-CAM++", report, settings.layer)


def _weigh(features: Tensor, gradients: Tensor) -> Tensor:
    return torch.einsum("bk,bkhw->bhw", _weights(features, gradients), features)


def _weights(features: Tensor, gradients: Tensor) -> Tensor:
    """Give a_k, (B, K). Positions whose gradient is not positive have no part in it, nor those where alpha has a pole."""
    denominator = 2 + gradients * features.sum(dim=(2, 3), keepdim=True)
    counts = (gradients > 0) & (denominator != 0)
    alpha = torch.where(counts, 1 / torch.where(counts, denominator, 1), 0)
    return (alpha * gradients).sum(dim=(2, 3))
