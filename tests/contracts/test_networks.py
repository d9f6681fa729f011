"""What every network keeps to."""

import pytest
import torch
from torch import nn

from fercore.errors import UnknownNameError
from fercore.machines.network import NETWORKS, Classifier, build_classifier
from fercore.machines.presets import training_settings

SIDE = 64


@pytest.fixture(scope="module", params=NETWORKS.names())
def network(request):
    return request.param


@pytest.fixture(scope="module")
def classifier(network):
    return build_classifier(network, 3, seed=0).eval()


@pytest.fixture(scope="module")
def x():
    return torch.randn(2, 3, SIDE, SIDE, generator=torch.Generator().manual_seed(0))


def test_answers_are_a_linear_head_on_averaged_features(classifier, x):
    assert isinstance(classifier, Classifier)
    assert isinstance(classifier.head, nn.Linear)
    with torch.no_grad():
        features, logits = classifier.features(x), classifier(x)
    assert features.shape[:2] == (2, classifier.head.in_features)
    assert min(features.shape[2:]) > 1
    assert logits.shape == (2, 3)
    torch.testing.assert_close(logits, classifier.head(features.mean(dim=(2, 3))))


def test_images_of_a_batch_do_not_matter_to_each_other(classifier, x):
    with torch.no_grad():
        torch.testing.assert_close(classifier(x)[1:], classifier(x[1:]), rtol=1e-4, atol=1e-5)


def test_the_seed_decides_the_weights(network):
    first, again, other = (build_classifier(network, 2, seed).state_dict() for seed in (0, 0, 1))
    assert all(torch.equal(first[name], again[name]) for name in first)
    assert not torch.equal(first["head.weight"], other["head.weight"])


def test_every_weight_learns(network, x):
    classifier = build_classifier(network, 2, seed=0).train()
    classifier(x).square().sum().backward()
    assert all(parameter.grad is not None for parameter in classifier.parameters())


def test_there_are_settings_that_suit_it(network):
    assert training_settings(network).network == network


def test_an_unknown_network_is_named():
    with pytest.raises(UnknownNameError, match="'resnet'"):
        build_classifier("resnet", 2, seed=0)
