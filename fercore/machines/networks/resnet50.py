"""ResNet-50 (He et al. 2016), the paper's network (section 5.1), as torchvision has it.

Its last convolution block has 7 x 7 positions at 224 px.
"""

from __future__ import annotations

from collections import OrderedDict

import torchvision
from torch import nn

from fercore.machines.network import NETWORKS, Classifier


@NETWORKS.register
def resnet50(n_outputs: int) -> Classifier:
    """Build the network with random weights; see `starting_weights` for ImageNet's."""
    network = torchvision.models.resnet50(num_classes=n_outputs)
    layers = OrderedDict((name, layer) for name, layer in network.named_children() if name not in ("avgpool", "fc"))
    head: nn.Linear = network.fc
    return Classifier(nn.Sequential(layers), head)
