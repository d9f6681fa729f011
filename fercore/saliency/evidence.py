"""What the last convolution block says for a class, when all that follows is an average and a linear head.

With features F (K, h, w) and logits z = W mean(F) + b, class activation mapping is CAM_c = sum_k W[c, k] F_k, and the
gradient of z_c at every position of F_k is W[c, k] / (h w). Both are known after one forward pass.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from fercore.saliency.networks import batches

BATCH = 64
"""Images in one forward pass."""


def features_of(network: nn.Module, x: Tensor) -> Tensor:
    """Compute the features of images (B, C, s, s), in batches: (B, K, h, w), without gradients."""
    with torch.no_grad():
        parts: list[Tensor] = [network.features(x[rows]) for rows in batches(len(x), BATCH)]  # type: ignore[operator]
    return torch.cat(parts)


def pools_and_weighs(network: nn.Module, x: Tensor, features: Tensor) -> bool:
    """Tell whether the network is an average over positions and a linear head, by trying it on the first image."""
    head = network.head
    if not isinstance(head, nn.Linear) or head.in_features != features.shape[1]:
        return False
    with torch.no_grad():
        logits = network(x[:1])
        pooled = head(features[:1].mean(dim=(2, 3)))
    return bool(torch.allclose(logits, pooled, rtol=1e-3, atol=1e-4 * float(pooled.abs().max() + 1)))


def class_evidence(head: nn.Linear, features: Tensor, targets: Tensor) -> Tensor:
    """Weigh features (B, K, h, w) by the head's weights for each target: (B, h, w), signed, without the bias."""
    return torch.einsum("bk,bkhw->bhw", head.weight[targets], features)
