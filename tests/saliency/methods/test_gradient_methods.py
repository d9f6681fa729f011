"""Integrated Gradients, SmoothGrad, Gradient SHAP and LRP against what is known about them."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from torch import nn

from fercore.errors import InputError, SettingsError
from fercore.machines.network import build_classifier
from fercore.saliency.blurred import experiment_blur
from fercore.saliency.maps import METHODS, SETTINGS


def found_by(method, network, x, targets, **changed):
    return METHODS.get(method)(network, x, targets, replace(SETTINGS[method](), **changed), report=[].append)


def gradient(network, x, targets):
    x = x.clone().requires_grad_()
    network(x).gather(1, targets[:, None]).sum().backward()
    return x.grad


@pytest.fixture
def small():
    """The default study's network, its BatchNorm as after some training, its biases 0."""
    network = build_classifier("small", 2, seed=0)
    generator = torch.Generator().manual_seed(3)
    network.train()(torch.randn(16, 3, 64, 64, generator=generator))
    nn.init.zeros_(network.head.bias)
    return network.eval()


def without_biases(network):
    for module in network.modules():
        if isinstance(module, nn.BatchNorm2d):
            nn.init.zeros_(module.running_mean)
            nn.init.zeros_(module.bias)
    return network


@pytest.fixture
def faces():
    return torch.randn(3, 3, 64, 64, generator=torch.Generator().manual_seed(4))


def test_integrated_gradients_are_complete(curved_classifier, noise, targets):
    found = found_by("integrated-gradients", curved_classifier, noise, targets)
    with torch.no_grad():
        logits = curved_classifier(noise) - curved_classifier(experiment_blur(noise, 0.3125))
    gained = logits.gather(1, targets[:, None])[:, 0]
    np.testing.assert_allclose(found["logit_gained"], gained, rtol=1e-4, atol=1e-5)
    np.testing.assert_allclose(found["maps"].sum(axis=(1, 2)), gained, atol=0.02 * gained.abs().max())


def test_integrated_gradients_come_nearer_with_more_steps(curved_classifier, noise, targets):
    def error(n_steps):
        found = found_by("integrated-gradients", curved_classifier, noise, targets, n_steps=n_steps)
        return np.abs(found["maps"].sum(axis=(1, 2)) - found["logit_gained"]).max()

    assert error(200) < error(2)


@pytest.mark.parametrize("method", ["integrated-gradients", "gradient-shap"])
def test_of_a_linear_network_all_is_known(method, noise, targets):
    network = nn.Sequential(nn.Flatten(), nn.Linear(3 * 32 * 32, 2)).eval()
    weight = network[1].weight.detach()[targets].view_as(noise)
    expected = (weight * (noise - experiment_blur(noise, 0.3125))).sum(dim=1)
    quiet = {"noise_fraction": 0.0} if method == "gradient-shap" else {}
    np.testing.assert_allclose(found_by(method, network, noise, targets, **quiet)["maps"], expected, atol=1e-6)


def test_smooth_grad_without_noise_is_the_gradient(curved_classifier, noise, targets):
    found = found_by("smooth-grad", curved_classifier, noise, targets, noise_fraction=0.0, n_samples=2)["maps"]
    expected = gradient(curved_classifier, noise, targets).abs().amax(dim=1)
    np.testing.assert_allclose(found, expected, rtol=1e-3, atol=1e-7)


@pytest.mark.parametrize("method", ["smooth-grad", "gradient-shap"])
def test_another_seed_gives_another_map(method, curved_classifier, noise, targets):
    first, second = (found_by(method, curved_classifier, noise, targets, n_samples=3, seed=s)["maps"] for s in (0, 1))
    assert not np.allclose(first, second, rtol=1e-3)


def test_relevance_is_conserved_without_biases(small, faces):
    network = without_biases(small)
    found = found_by("lrp", network, faces, torch.tensor([0, 1, 0]), epsilon=1e-9)
    with torch.no_grad():
        logits = network(faces).gather(1, torch.tensor([[0], [1], [0]]))[:, 0]
    np.testing.assert_allclose(found["logit"], logits, rtol=1e-4)
    np.testing.assert_allclose(found["maps"].sum(axis=(1, 2)), logits, rtol=2e-3)


def test_lrp_without_gamma_is_image_times_gradient(small, faces):
    """Ancona et al. 2018, proposition 1: for ReLU networks, ways around included."""
    targets = torch.tensor([1, 1, 0])
    found = found_by("lrp", small, faces, targets, gamma=0.0, epsilon=1e-9)["maps"]
    expected = (faces * gradient(small, faces, targets)).sum(dim=1).numpy()
    np.testing.assert_allclose(found, expected, atol=2e-3 * np.abs(expected).max())


def test_gamma_shares_relevance_out_otherwise(small, faces):
    network, targets = without_biases(small), torch.tensor([1, 1, 0])

    def negative_share(gamma):
        maps = found_by("lrp", network, faces, targets, gamma=gamma)["maps"]
        return np.abs(np.minimum(maps, 0)).sum() / np.abs(maps).sum()

    assert not np.isclose(negative_share(0.0), negative_share(1.0), rtol=0.01)


def test_lrp_names_what_it_has_no_rule_for(noise, targets):
    network = nn.Sequential(nn.Conv2d(3, 4, 3), nn.SiLU(), nn.Flatten(), nn.Linear(4 * 900, 2)).eval()
    with pytest.raises(InputError, match="no rule for 'SiLU'"):
        found_by("lrp", network, noise, targets)


@pytest.mark.parametrize(
    ("method", "impossible"),
    [
        ("integrated-gradients", {"n_steps": 0}),
        ("integrated-gradients", {"blur_fraction": 2.0}),
        ("smooth-grad", {"n_samples": 0}),
        ("smooth-grad", {"noise_fraction": -0.1}),
        ("gradient-shap", {"n_samples": 0}),
        ("gradient-shap", {"noise_fraction": -0.1}),
        ("lrp", {"gamma": -1.0}),
        ("occlusion", {"window_fraction": 0.0}),
        ("occlusion", {"stride_fraction": 0.5}),
        ("rise", {"fill": "black"}),
        ("rise", {"keep": 0.0}),
        ("rise", {"n_masks": 0}),
        ("center-gaussian", {"sd_fraction": 0.0}),
        ("edge-map", {"smooth_fraction": -1.0}),
    ],
)
def test_impossible_settings_are_refused(method, impossible, classifier, noise, targets):
    with pytest.raises(SettingsError, match="|".join(impossible)):
        found_by(method, classifier, noise, targets, **impossible)
