"""HiResCAM, LayerCAM, Grad-CAM++ and Guided Grad-CAM against their formulas, by autograd."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from captum.attr import GuidedGradCam, LayerGradCam, LayerGradientXActivation
from torch import nn

from fercore.errors import SettingsError
from fercore.machines.network import build_classifier
from fercore.saliency.maps import METHODS, SETTINGS

NETWORKS = ["classifier", "curved_classifier"]


def maps_of(method, network, x, targets):
    return METHODS.get(method)(network, x, targets, SETTINGS[method](), report=[].append)["maps"]


def features_and_gradients(network, x, targets):
    features = network.features(x).detach().requires_grad_()
    logits = network.head(features.mean(dim=(2, 3)))
    (gradients,) = torch.autograd.grad(logits.gather(1, targets[:, None]).sum(), features)
    return features.detach().numpy(), gradients.numpy()


@pytest.fixture(params=NETWORKS)
def network(request):
    return request.getfixturevalue(request.param)


def test_hires_cam_is_the_formula_and_captums(network, noise, targets):
    features, gradients = features_and_gradients(network, noise, targets)
    found = maps_of("hires-cam", network, noise, targets)
    np.testing.assert_allclose(found, np.maximum((gradients * features).sum(axis=1), 0), rtol=1e-4, atol=1e-7)
    by_captum = LayerGradientXActivation(network, network.features).attribute(
        noise.clone().requires_grad_(), target=targets
    )
    np.testing.assert_allclose(found, by_captum.sum(dim=1).relu().detach(), rtol=1e-4, atol=1e-7)


def test_hires_cam_is_grad_cam_behind_an_average_and_a_linear_head(classifier, noise, targets):
    """There the gradient of feature k is W[c, k] / (h w) at all positions, and so is its mean."""
    ours, theirs = (maps_of(method, classifier, noise, targets) for method in ("hires-cam", "grad-cam"))
    np.testing.assert_allclose(ours, theirs, rtol=1e-4, atol=1e-7)


def test_layer_cam_is_the_formula(network, noise, targets):
    features, gradients = features_and_gradients(network, noise, targets)
    expected = np.maximum((np.maximum(gradients, 0) * features).sum(axis=1), 0)
    np.testing.assert_allclose(maps_of("layer-cam", network, noise, targets), expected, rtol=1e-4, atol=1e-7)


def test_grad_cam_plus_plus_is_the_published_formula(network, noise, targets):
    features, g = (a.astype(np.float64) for a in features_and_gradients(network, noise, targets))
    denominator = 2 * g**2 + g**3 * features.sum(axis=(2, 3), keepdims=True)
    alpha = np.divide(g**2, denominator, out=np.zeros_like(g), where=g != 0)
    weights = (alpha * np.maximum(g, 0)).sum(axis=(2, 3), keepdims=True)
    expected = np.maximum((weights * features).sum(axis=1), 0)
    np.testing.assert_allclose(maps_of("grad-cam-plus-plus", network, noise, targets), expected, rtol=1e-4, atol=1e-6)


def test_grad_cam_plus_plus_is_finite_where_alpha_has_a_pole():
    class Pole(nn.Module):
        """One feature of sum -2 whose gradient is 1: the denominator 2 + g sum F is 0."""

        def __init__(self):
            super().__init__()
            self.features = nn.AvgPool2d(2)
            self.head = nn.Linear(3, 2, bias=False)
            nn.init.constant_(self.head.weight, 4.0)

        def forward(self, x):
            return self.head(self.features(x).mean(dim=(2, 3)))

    found = maps_of("grad-cam-plus-plus", Pole().eval(), torch.full((1, 3, 4, 4), -0.5), torch.tensor([0]))
    np.testing.assert_array_equal(found, 0)


def guided(network, x, targets):
    """Guided backpropagation by the definition: gradients through a ReLU only where they and the input are positive."""

    class Guided(torch.autograd.Function):
        @staticmethod
        def forward(ctx, values):
            ctx.save_for_backward(values)
            return values.clamp(min=0)

        @staticmethod
        def backward(ctx, gradient):
            return gradient.clamp(min=0) * (ctx.saved_tensors[0] > 0)

    x = x.clone().requires_grad_()
    values = x
    for layer in network.features:
        values = Guided.apply(values) if isinstance(layer, nn.ReLU) else layer(values)
    network.head(values.mean(dim=(2, 3))).gather(1, targets[:, None]).sum().backward()
    return x.grad


def test_guided_grad_cam_is_grad_cam_times_guided_backpropagation(classifier, noise, targets):
    cam = torch.from_numpy(maps_of("grad-cam", classifier, noise, targets))[:, None]
    large = nn.functional.interpolate(cam, size=32, mode="bilinear")
    expected = (large * guided(classifier, noise, targets)).sum(dim=1).numpy()
    found = maps_of("guided-grad-cam", classifier, noise, targets)
    np.testing.assert_allclose(found, expected, rtol=1e-3, atol=1e-6 * np.abs(expected).max())


def test_every_relu_of_the_default_studys_network_guides():
    """Its blocks call ReLU as a function, which backpropagation as captum guides it does not see."""
    network = build_classifier("small", 2, seed=0).eval()
    x, targets = torch.randn(2, 3, 64, 64, generator=torch.Generator().manual_seed(1)), torch.tensor([0, 1])
    found = maps_of("guided-grad-cam", network, x, targets)
    with pytest.warns(UserWarning, match="ReLU"):
        unseen = GuidedGradCam(network, network.body).attribute(x.requires_grad_(), target=targets)
    assert not np.allclose(found, unseen.sum(dim=1).detach(), atol=1e-3 * np.abs(found).max())


@pytest.mark.parametrize("method", ["grad-cam", "layer-cam", "hires-cam", "grad-cam-plus-plus"])
def test_another_layer_is_mapped_at_its_own_resolution(method, classifier, noise, targets):
    settings = replace(SETTINGS[method](), layer="features.2")
    found = METHODS.get(method)(classifier, noise, targets, settings, report=[].append)["maps"]
    assert found.shape == (5, 16, 16)  # the last one is 8 x 8
    if method == "grad-cam":
        by_captum = LayerGradCam(classifier, classifier.features[2]).attribute(
            noise.clone().requires_grad_(), target=targets, relu_attributions=True
        )
        np.testing.assert_allclose(found, by_captum[:, 0].detach(), rtol=1e-4, atol=1e-7)


@pytest.mark.parametrize(
    ("layer", "told"), [("features.22", "Did you mean 'features.2'"), ("head", "whose output is no map of features")]
)
def test_a_layer_that_cannot_be_mapped_is_refused(layer, told, classifier, noise, targets):
    settings = replace(SETTINGS["layer-cam"](), layer=layer)
    with pytest.raises(SettingsError, match=told):
        METHODS.get("layer-cam")(classifier, noise, targets, settings, report=[].append)


def test_the_last_layer_by_name_is_the_default(classifier, noise, targets):
    settings = replace(SETTINGS["grad-cam"](), layer="features.4")
    found = METHODS.get("grad-cam")(classifier, noise, targets, settings, report=[].append)["maps"]
    np.testing.assert_allclose(found, maps_of("grad-cam", classifier, noise, targets), rtol=1e-5)
