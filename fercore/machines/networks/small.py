"""A small residual network for small faces (64 px): it learns the default study in minutes on two cores.

Its last convolution has 8 x 8 positions at 64 px, so that maps of what it used show eyes and mouth apart. The large
stride is in the first convolution, where it saves most.
"""

from __future__ import annotations

from torch import Tensor, nn
from torch.nn import functional

from fercore.machines.network import NETWORKS, Classifier

STEM, WIDTHS, STRIDES = 24, (48, 96), (2, 1)


class Block(nn.Module):
    """Two convolutions and a way around them (He et al. 2016, basic block)."""

    def __init__(self, n_in: int, n_out: int, stride: int) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(n_in, n_out, 3, stride, padding=1, bias=False)
        self.norm1 = nn.BatchNorm2d(n_out)
        self.conv2 = nn.Conv2d(n_out, n_out, 3, padding=1, bias=False)
        self.norm2 = nn.BatchNorm2d(n_out)
        self.around = nn.Sequential(nn.Conv2d(n_in, n_out, 1, stride, bias=False), nn.BatchNorm2d(n_out))

    def forward(self, x: Tensor) -> Tensor:
        """Map (B, n_in, h, w) to (B, n_out, h / stride, w / stride)."""
        y = functional.relu(self.norm1(self.conv1(x)))
        y = self.norm2(self.conv2(y)) + self.around(x)
        return functional.relu(y)


@NETWORKS.register
def small(n_outputs: int) -> Classifier:
    """Build the network: a 7 x 7 convolution with stride 4, then one block per width."""
    layers: list[nn.Module] = [
        nn.Conv2d(3, STEM, 7, stride=4, padding=3, bias=False),
        nn.BatchNorm2d(STEM),
        nn.ReLU(),
    ]
    for n_in, n_out, stride in zip((STEM, *WIDTHS), WIDTHS, STRIDES, strict=False):
        layers.append(Block(n_in, n_out, stride))
    return Classifier(nn.Sequential(*layers), nn.Linear(WIDTHS[-1], n_outputs))
