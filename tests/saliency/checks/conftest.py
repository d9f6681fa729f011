"""A classifier that looks at a planted square only, and its images."""

import numpy as np
import pytest
import torch
from torch import nn

from fercore.machines.device import choose_device
from fercore.saliency.examine import Subject
from fercore.saliency.reveal import Sight
from fercore.saliency.trust import TrustSettings

SIDE = 20
SQUARE = (slice(4, 9), slice(10, 15))


class SquareWatcher(nn.Module):
    """Its first output grows with the brightness of the square."""

    def forward(self, x):
        bright = x[:, 0, *SQUARE].mean(dim=(1, 2))
        return torch.stack([bright, -bright], dim=1)


@pytest.fixture
def sight():
    """Bright faces whose blurred images are black; the true label is the first output."""
    n = 4
    return Sight(
        classifier=SquareWatcher(),
        device=choose_device(threads=1),
        rows=np.arange(n),
        sharp=np.full((n, SIDE, SIDE, 3), 255, np.uint8),
        blurred=np.zeros((n, SIDE, SIDE), np.uint8),
        true=np.zeros(n, np.int64),
        false=np.ones(n, np.int64),
    )


@pytest.fixture
def square():
    """(n, s, s): the square, as a map."""
    one = np.zeros((4, SIDE, SIDE), np.float32)
    one[:, *SQUARE] = 1
    return one


@pytest.fixture
def noise():
    return np.random.default_rng(0).random((4, SIDE, SIDE)).astype(np.float32)


@pytest.fixture
def subject(sight):
    """Make a subject of maps: ``subject(maps, ...)``."""

    def make(maps, **more):
        options = {"settings": TrustSettings(), "name": "happy-sad", "network": "small", **more}
        return Subject(sight, maps, **options)

    return make
