import numpy as np
import pytest
import torch
from torch import nn

from fercore.errors import InputError
from fercore.saliency.networks import check_batch, folded_copy, frozen_copy


def test_folding_keeps_the_outputs_and_removes_batch_norm(classifier, noise):
    folded = folded_copy(classifier.train(), noise)
    assert not any(isinstance(module, nn.BatchNorm2d) for module in folded.modules())
    np.testing.assert_allclose(folded(noise), classifier.eval()(noise).detach(), rtol=1e-4, atol=1e-5)


def test_folding_leaves_the_classifier_as_it_was(classifier, noise):
    classifier.train()
    before = {name: value.clone() for name, value in classifier.state_dict().items()}
    folded_copy(classifier, noise)(noise)
    assert all(module.training for module in classifier.modules())
    assert all(parameter.requires_grad for parameter in classifier.parameters())
    for name, value in classifier.state_dict().items():
        assert torch.equal(value, before[name])


class Deciding(nn.Module):
    """Takes another way when its input is large."""

    def __init__(self):
        super().__init__()
        self.norm = nn.BatchNorm2d(3)

    def forward(self, x):
        return self.norm(x) if x.sum() > 0 else x


def test_a_network_that_cannot_be_traced_is_copied_unfolded(noise):
    network = Deciding().eval()
    assert torch.equal(folded_copy(network, noise)(noise), network(noise))


def test_a_frozen_copy_needs_no_gradients(classifier):
    frozen = frozen_copy(classifier.train())
    assert not frozen.training
    assert not any(parameter.requires_grad for parameter in frozen.parameters())


def test_a_batch_with_too_few_targets_is_refused(noise):
    with pytest.raises(InputError, match="one target each"):
        check_batch(noise, torch.zeros(2, dtype=torch.long))


class Straight(torch.autograd.Function):
    """Steps forwards, and the gradient of a line backwards."""

    @staticmethod
    def forward(ctx, x):
        return x.round()

    @staticmethod
    def backward(ctx, gradient):
        return gradient


class Stepping(nn.Module):
    def __init__(self):
        super().__init__()
        torch.manual_seed(0)
        self.layer, self.head = nn.Conv2d(3, 4, 3), nn.Linear(4, 2)

    def forward(self, x):
        return self.head(Straight.apply(self.layer(x)).mean(dim=(2, 3)))


def test_a_network_whose_gradients_tracing_would_lose_stays_as_it_is():
    network, x = Stepping().eval(), torch.randn(2, 3, 8, 8, generator=torch.Generator().manual_seed(1)).requires_grad_()
    (expected,) = torch.autograd.grad(network(x)[:, 0].sum(), x)
    (found,) = torch.autograd.grad(folded_copy(network, x)(x)[:, 0].sum(), x)
    assert expected.any()
    torch.testing.assert_close(found, expected)
