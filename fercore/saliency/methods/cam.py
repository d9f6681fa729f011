"""Class activation mapping.

Zhou, Khosla, Lapedriza, Oliva, Torralba, *Learning Deep Features for Discriminative Localization*, CVPR 2016,
equation 2. Our paper names the method and no layer: it is the last convolution block, where CAM is defined.
"""

from __future__ import annotations

from torch import Tensor, nn

from fercore.errors import InputError
from fercore.saliency.evidence import class_evidence, features_of, pools_and_weighs
from fercore.saliency.maps import METHODS, Report
from fercore.saliency.networks import check_batch, frozen_copy
from fercore.settings import CamSettings
from fercore.store import Arrays


@METHODS.register
def explain(classifier: nn.Module, x: Tensor, targets: Tensor, settings: CamSettings, *, report: Report) -> Arrays:  # noqa: ARG001
    """Weigh the last features of each image by the head's weights for its target.

    Parameters
    ----------
    classifier
        Network with ``features`` (B, K, h, w), an average over positions, and a linear ``head``.
    x
        (B, 3, s, s), normalised images.
    targets
        (B,), the outputs whose evidence is mapped.
    settings
        Whose evidence is mapped was decided with the targets: nothing else is open.
    report
        Told when all is done: it takes one forward pass.

    Returns
    -------
    dict
        ``maps`` (B, h, w): sum over k of W[c, k] F_k, signed, in logits (their mean plus the bias is the logit).

    Raises
    ------
    InputError
        When the network's head is not linear on averaged features: CAM is not defined then.
    """
    check_batch(x, targets)
    network = frozen_copy(classifier)
    features = features_of(network, x)
    if not pools_and_weighs(network, x, features):
        raise InputError(
            f"CAM needs a network that averages its features and weighs them by a linear head; "
            f"{type(classifier).__name__} does something else. Take Grad-CAM."
        )
    maps = class_evidence(network.head, features, targets)  # type: ignore[arg-type]
    report({"done": len(x), "total": len(x), "message": "CAM"})
    return {"maps": maps.float().cpu().numpy()}
