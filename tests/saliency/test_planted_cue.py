"""A classifier is trained on faces of noise, one label of which bears a small square: a method that does not find it is wrong."""

import numpy as np
import pytest
import torch
from torch import nn

from fercore.comparison.pointing import pointing
from fercore.saliency.maps import CONTROLS, METHODS, enlarge
from fercore.saliency.presets import FAST, preset_settings

SIDE, SQUARE, N = 32, 6, 24


def faces(n, seed):
    """Give coarse noise (n, 3, s, s), labels (n,), every second 1, and the squares of label 1 as masks (n, s, s)."""
    generator = torch.Generator().manual_seed(seed)
    x = nn.functional.interpolate(torch.randn(n, 3, 8, 8, generator=generator), SIDE, mode="bilinear")
    labels = torch.arange(n) % 2
    squares = torch.zeros(n, SIDE, SIDE, dtype=torch.bool)
    for number, (top, left) in enumerate(torch.randint(SIDE - SQUARE, (n, 2), generator=generator).tolist()):
        squares[number, top : top + SQUARE, left : left + SQUARE] = labels[number] == 1
    x = torch.where(squares[:, None], torch.tensor([2.5, -2.5, 2.5])[:, None, None], x)
    return x, labels, squares.numpy()


@pytest.fixture(scope="module")
def trained():
    """A network that tells label 1 by its square, wherever that is."""
    torch.manual_seed(0)
    network = nn.Sequential()
    network.features = nn.Sequential(
        nn.Conv2d(3, 12, 5, 2, 2),
        nn.ReLU(),
        nn.Conv2d(12, 24, 3, 2, 1),
        nn.ReLU(),
        nn.Conv2d(24, 24, 3, 1, 1),
        nn.ReLU(),
    )
    network.pool, network.flat, network.head = nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(24, 2)
    optimiser = torch.optim.Adam(network.parameters(), 3e-3)
    x, labels, _ = faces(256, seed=1)
    for _ in range(60):
        for rows in torch.randperm(len(x)).split(64):
            loss = nn.functional.cross_entropy(network(x[rows]), labels[rows])
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
    network.eval()
    fresh, labels, _ = faces(N, seed=2)
    with torch.no_grad():
        assert (network(fresh).argmax(dim=1) == labels).float().mean() > 0.95
    return network


@pytest.fixture(params=[name for name in METHODS if name not in CONTROLS])
def method(request):
    return request.param


EDGES = "smooth-grad"
"""Gradients are largest at the edges of what decides, inside and outside of it."""


def test_every_method_finds_the_square_that_decides(trained, method):
    x, labels, squares = faces(N, seed=2)
    shown = labels == 1
    settings = preset_settings(method, FAST)
    found = METHODS.get(method)(trained, x[shown], labels[shown], settings, report=[].append)["maps"]
    maps, squares = enlarge(found, SIDE), squares[shown.numpy()]
    top = maps >= np.quantile(
        maps, 1 - SQUARE**2 / SIDE**2, axis=(1, 2), keepdims=True
    )  # as many pixels as the square has
    share_found = (top & squares).sum(axis=(1, 2)) / SQUARE**2  # by chance .035
    assert share_found.mean() > (0.5 if method == EDGES else 0.7)
    assert share_found.min() > 0.35
    assert pointing(maps, squares, tolerance_px=2).mean() > 0.9
