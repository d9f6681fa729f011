"""Where the last feature map of a network is, by one rule."""

import pytest
import torch
from torch import nn

from fercore.machines.cam_layer import CamLayer
from fercore.machines.feature_map import find_cam_layer, reading


class ChannelsLast(nn.Module):
    """Gives (B, h, w, K) as its last output with positions, as Swin does."""

    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(3, 6, 4, 4)
        self.norm = nn.LayerNorm(6)
        self.head = nn.Linear(6, 2)

    def forward(self, x):
        return self.head(self.norm(self.conv(x).permute(0, 2, 3, 1)).mean(dim=(1, 2)))


class Tokens(ChannelsLast):
    """Gives tokens (B, N, K), as transformers do."""

    def forward(self, x):
        return self.head(self.norm(self.conv(x).flatten(2).transpose(1, 2)).mean(dim=1))


class Hidden(nn.Module):
    """Averages and weighs, and then bends the outputs."""

    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(3, 6, 4, 4)
        self.head = nn.Linear(6, 2)

    def forward(self, x):
        return (20 * self.head(self.conv(x).mean(dim=(2, 3)))).tanh()  # far from a line, whatever the weights


def sequence(*ends):
    return nn.Sequential(nn.Conv2d(3, 6, 4, 4), nn.ReLU(inplace=True), *ends)


@pytest.fixture
def x():
    return torch.randn(2, 3, 16, 16, generator=torch.Generator().manual_seed(0))


@pytest.mark.parametrize(
    ("network", "words"),
    [
        (sequence(nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(6, 2)), "1, 6 x 4 x 4"),
        (sequence(nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Dropout(), nn.Linear(6, 2, bias=False)), "1, 6 x 4 x 4"),
        (sequence(nn.AdaptiveMaxPool2d(1), nn.Flatten(), nn.Linear(6, 2)), "1, 6 x 4 x 4; no CAM: what follows is not"),
        (sequence(nn.Flatten(), nn.Linear(96, 2)), "1, 6 x 4 x 4; no CAM: what follows is not"),
        (Hidden(), "conv, 6 x 4 x 4; no CAM: what follows is not"),
        (ChannelsLast(), "none: the last output with positions is 4 x 4 x 6 (norm)"),
        (Tokens(), "none: the last output with positions is 16 x 6 (norm)"),
        (nn.Sequential(nn.Flatten(), nn.Linear(768, 2)), "none: no module gives an output with more than one position"),
    ],
)
def test_the_last_output_with_positions_is_the_layer_if_it_is_a_map(network, words, x):
    found = find_cam_layer(network.eval(), x)
    assert found.words.startswith(words)
    assert CamLayer.from_card(found.card()) == found
    assert not any(module._forward_hooks for module in network.modules())


def test_hooks_are_gone_after_an_exception(x):
    network = sequence(nn.Linear(5, 2))
    with pytest.raises(RuntimeError):
        find_cam_layer(network, x)
    with pytest.raises(RuntimeError), reading(network, "1"):
        network(x)
    assert not any(module._forward_hooks for module in network.modules())


def test_a_layer_is_read_with_its_gradients(x):
    network = sequence(nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(6, 2))
    with reading(network, "1") as outputs:
        network(x)
        network(x[:1])
    assert [tuple(output.shape) for output in outputs] == [(2, 6, 4, 4), (1, 6, 4, 4)]
    outputs[0].sum().backward()
    assert network[0].weight.grad.abs().sum() > 0
