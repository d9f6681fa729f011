"""Tiny networks with the two parts that a classifier has: features and a head."""

import pytest
import torch
from torch import nn


class Pooled(nn.Module):
    """Features, averaged over positions, weighed by a linear head: what CAM is defined for."""

    def __init__(self, features, head):
        super().__init__()
        self.features = features
        self.head = head

    def forward(self, x):
        return self.head(self.features(x).mean(dim=(2, 3)))


class SquareWatcher(nn.Module):
    """Sees detail inside one square and nothing else: its first output grows with it, pixel by pixel."""

    def __init__(self, side, square, gain):
        super().__init__()
        window = torch.zeros(1, 1, side, side)
        window[..., square, square] = 1
        self.register_buffer("window", window)
        self.gain = gain
        self.head = nn.Linear(1, 2, bias=False)
        with torch.no_grad():
            self.head.weight.copy_(torch.tensor([[1.0], [-1.0]]))

    def features(self, x):
        return self.gain * x.abs().mean(dim=1, keepdim=True) * self.window

    def forward(self, x):
        return self.head(self.features(x).mean(dim=(2, 3)))


def small_features(seed):
    torch.manual_seed(seed)
    features = nn.Sequential(
        nn.Conv2d(3, 8, 3, 2, 1, bias=False), nn.BatchNorm2d(8), nn.ReLU(), nn.Conv2d(8, 12, 3, 2, 1), nn.ReLU()
    )
    with torch.no_grad():
        features[1].running_mean.uniform_(-0.5, 0.5)
        features[1].running_var.uniform_(0.5, 2)
        features[1].weight.uniform_(0.5, 2)
    return features


@pytest.fixture
def classifier():
    network = Pooled(small_features(0), nn.Linear(12, 2))
    return network.eval()


@pytest.fixture
def square_watcher():
    """Make a `SquareWatcher`."""
    return SquareWatcher


@pytest.fixture
def curved_classifier():
    """A head that is not linear: no closed form."""
    network = Pooled(small_features(1), nn.Sequential(nn.Linear(12, 6), nn.Tanh(), nn.Linear(6, 3)))
    return network.eval()


@pytest.fixture
def noise():
    """Five images of noise, (5, 3, 32, 32)."""
    generator = torch.Generator().manual_seed(5)
    return torch.randn(5, 3, 32, 32, generator=generator)


@pytest.fixture
def targets():
    return torch.tensor([0, 1, 1, 0, 1])


@pytest.fixture
def silent():
    """Take reports and do nothing about them."""
    return [].append
