import numpy as np
import torch
from captum.attr._utils.custom_modules import Addition_Module
from torch import nn
from torch.nn import functional

from fercore.machines.network import build_classifier
from fercore.saliency.rewriting import Average, modular_copy


class Twice(nn.Module):
    """A way around, and one ReLU for two places, in place."""

    def __init__(self):
        super().__init__()
        self.relu = nn.ReLU(inplace=True)
        self.inner = nn.Conv2d(3, 3, 3, padding=1)
        self.drop = nn.Dropout(0.5)
        self.head = nn.Linear(3, 2)

    def forward(self, x):
        x = self.relu(x)
        y = self.relu(self.inner(x))
        y += x
        return self.head(self.drop(functional.relu(y).mean(dim=(2, 3))))


def kinds(network):
    return [type(module) for module in network.modules() if not list(module.children())]


def test_every_place_has_a_module_of_its_own(noise):
    network = Twice().eval()
    rewritten = modular_copy(network, noise)
    assert kinds(rewritten).count(nn.ReLU) == 3
    assert kinds(rewritten).count(Addition_Module) == 1
    assert kinds(rewritten).count(Average) == 1
    assert nn.Dropout not in kinds(rewritten)
    assert not any(getattr(module, "inplace", False) for module in rewritten.modules())
    with torch.no_grad():
        before = noise.clone()
        found = rewritten(noise)
        assert torch.equal(noise, before)
        np.testing.assert_allclose(found, network(noise.clone()), rtol=1e-5, atol=1e-6)
    assert network.relu.inplace


def test_the_default_studys_network_is_rewritten():
    network = build_classifier("small", 2, seed=0).eval()
    rewritten = modular_copy(network, torch.zeros(1, 3, 64, 64))
    assert kinds(rewritten).count(Addition_Module) == 3
    assert kinds(rewritten).count(nn.ReLU) == 8
    assert nn.BatchNorm2d not in kinds(rewritten)


def test_means_over_other_dimensions_stay(noise):
    class Odd(nn.Module):
        def forward(self, x):
            return x.mean(dim=(1, 2))[:, :2] + x.mean(dim=(2, 3), keepdim=True)[:, :2, 0, 0]

    assert Average not in kinds(modular_copy(Odd(), noise))


def test_a_network_that_cannot_be_traced_has_no_copy(noise):
    class Deciding(nn.Module):
        def forward(self, x):
            return x.mean(dim=(2, 3)) if x.sum() > 0 else x.amax(dim=(2, 3))

    assert modular_copy(Deciding(), noise) is None
