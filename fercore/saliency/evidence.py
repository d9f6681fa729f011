"""What the last feature map says for a class, when all that follows is an average and a linear head.

With features F (K, h, w) and logits z = W mean(F) + b, class activation mapping is CAM_c = sum_k W[c, k] F_k, and the
gradient of z_c at every position of F_k is W[c, k] / (h w). Both are known after one forward pass. Which layer gives F, and
whether this is the network's head, is found by `fercore.machines.feature_map.find_cam_layer`.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from fercore.machines.cam_layer import CamLayer
from fercore.machines.feature_map import reading
from fercore.saliency.networks import batches

BATCH = 64
"""Images in one forward pass."""


def class_evidence(network: nn.Module, cam_layer: CamLayer, x: Tensor, targets: Tensor) -> Tensor:
    """Weigh the features of images (B, C, s, s) by the head's weights for each target, in batches.

    Returns
    -------
    Tensor
        (B, h, w), signed, without the bias and without gradients.
    """
    weight = network.get_parameter(f"{cam_layer.head}.weight")
    parts: list[Tensor] = []
    with torch.no_grad(), reading(network, cam_layer.layer) as outputs:
        for rows in batches(len(x), BATCH):
            network(x[rows])
            parts.append(torch.einsum("bk,bkhw->bhw", weight[targets[rows]], outputs.pop()))
    return torch.cat(parts)
