"""LayerCAM.

Jiang, Zhang, Hou, Cheng, Wei, *LayerCAM: Exploring Hierarchical Class Activation Maps for Localization*, IEEE Transactions
on Image Processing 2021, equations 6 and 7, at the last feature map: features times the positive gradients at their own
positions.
"""

from __future__ import annotations

from torch import Tensor, nn

from fercore.saliency.evidence import map_by_gradients
from fercore.saliency.maps import METHODS, Report
from fercore.saliency.method_settings import LayerCamSettings
from fercore.store import Arrays


@METHODS.register
def explain(classifier: nn.Module, x: Tensor, targets: Tensor, settings: LayerCamSettings, *, report: Report) -> Arrays:
    """Multiply the last features by the positive gradients of the target's logit, sum over features, keep what is positive.

    Returns
    -------
    dict
        ``maps`` (B, h, w): ReLU(sum_k ReLU(g_k) F_k), 0 or more, at the resolution of the features.

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
        lambda features, gradients: (gradients.relu() * features).sum(dim=1),
        "LayerCAM",
        report,
        settings.layer,
    )
