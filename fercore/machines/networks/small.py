"""A small residual network for small faces (64 px): it learns the default study in minutes on two cores.

Its last convolution has 4 x 4 positions at 64 px. A last stage that keeps 8 x 8 positions would give finer maps, but
learned more slowly at a higher price per epoch.
"""

from __future__ import annotations

from itertools import pairwise

from torch import Tensor, nn
from torch.nn import functional

from fercore.machines.network import FAMILIES, Family

WIDTHS = (16, 32, 64, 96)


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


@FAMILIES.register
class Small(Family):
    """The one network of our own."""

    def build(self, name: str, n_outputs: int, input_side: int) -> nn.Module:  # noqa: ARG002  features for any head
        """Build the network: two convolutions, then one block per further width; each of the four halves the side."""
        first = WIDTHS[0]
        layers: list[nn.Module] = [
            nn.Conv2d(3, first, 3, stride=2, padding=1, bias=False),
            nn.BatchNorm2d(first),
            nn.ReLU(),
            nn.Conv2d(first, first, 3, padding=1, bias=False),
            nn.BatchNorm2d(first),
            nn.ReLU(),
        ]
        layers += [Block(n_in, n_out, 2) for n_in, n_out in pairwise(WIDTHS)]
        return nn.Sequential(*layers)
