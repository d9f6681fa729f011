import numpy as np
import pytest
import torch
from torch import nn

from fercore.errors import InputError
from fercore.machines.feature_map import find_cam_layer
from fercore.saliency.evidence import features_and_gradients, find_feature_map


def by_autograd(network, x, targets):
    features = network.features(x).detach().requires_grad_()
    logits = network.head(features.mean(dim=(2, 3)))
    (gradients,) = torch.autograd.grad(logits.gather(1, targets[:, None]).sum(), features)
    return features.detach(), gradients


@pytest.mark.parametrize("network", ["classifier", "curved_classifier"])
def test_features_and_gradients_are_those_of_autograd(network, noise, targets, request):
    network = request.getfixturevalue(network)
    ((features, gradients),) = features_and_gradients(network, find_cam_layer(network, noise), noise, targets)
    expected = by_autograd(network, noise, targets)
    np.testing.assert_allclose(features.detach(), expected[0], rtol=1e-5, atol=1e-6)
    np.testing.assert_allclose(gradients.detach(), expected[1], rtol=1e-4, atol=1e-7)
    assert not features.requires_grad or not gradients.requires_grad


def test_features_are_read_before_they_are_changed_in_place(noise, targets):
    convolution = nn.Conv2d(3, 6, 3, 2)
    network = nn.Sequential(convolution, nn.Flatten(), nn.ReLU(inplace=True), nn.Linear(6 * 225, 2)).eval()
    cam_layer = find_cam_layer(network, noise)
    assert not cam_layer.head
    ((features, _),) = features_and_gradients(network, cam_layer, noise, targets)
    np.testing.assert_allclose(features, convolution(noise).detach(), rtol=1e-5, atol=1e-6)


def test_a_method_says_that_it_needs_a_feature_map(noise):
    network = nn.Sequential(nn.Flatten(), nn.Linear(3 * 32 * 32, 2))
    with pytest.raises(InputError, match="LayerCAM needs a feature map"):
        find_feature_map(network, noise, "LayerCAM")
