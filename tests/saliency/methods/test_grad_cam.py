import numpy as np
import pytest
import torch
from captum.attr import LayerGradCam
from torch import nn

from fercore.errors import InputError
from fercore.machines.network import build_classifier
from fercore.saliency.methods import cam, grad_cam
from fercore.settings import CamSettings, GradCamSettings


def by_captum(network, x, targets):
    attributions = LayerGradCam(network, network.features).attribute(
        x.clone().requires_grad_(), target=targets, relu_attributions=True
    )
    return attributions[:, 0].detach().numpy()


def test_grad_cam_is_cam_up_to_relu_and_a_positive_factor(classifier, noise, targets, silent):
    """With an average and a linear head, Grad-CAM is ReLU(CAM) / (h w).

    z_c = b_c + sum_k W[c, k] (1 / hw) sum_uv F_k[u, v]. So d z_c / d F_k[u, v] = W[c, k] / (h w) at every position
    (u, v), its average over positions is a_k = W[c, k] / (h w), and
    Grad-CAM_c = ReLU(sum_k a_k F_k) = ReLU(sum_k W[c, k] F_k / (h w)) = ReLU(CAM_c) / (h w), for h w > 0.
    """
    signed = cam.explain(classifier, noise, targets, CamSettings(), report=silent)["maps"]
    by_gradient = by_captum(classifier, noise, targets)
    np.testing.assert_allclose(by_gradient, np.maximum(signed, 0) / signed[0].size, rtol=1e-4, atol=1e-7)
    ours = grad_cam.explain(classifier, noise, targets, GradCamSettings(), report=silent)["maps"]
    np.testing.assert_allclose(ours, np.maximum(signed, 0) / signed[0].size, rtol=1e-6)


def test_grad_cam_of_a_real_classifier_equals_captums(silent):
    network = build_classifier("small", 2, seed=0).eval()
    x, targets = torch.randn(3, 3, 64, 64, generator=torch.Generator().manual_seed(0)), torch.tensor([0, 1, 1])
    ours = grad_cam.explain(network, x, targets, GradCamSettings(), report=silent)["maps"]
    expected = LayerGradCam(network, network.body).attribute(x.requires_grad_(), target=targets, relu_attributions=True)
    assert ours.shape == (3, 4, 4)
    assert np.abs(ours - expected[:, 0].detach().numpy()).max() <= 1e-5 * expected.max().item()


@pytest.mark.parametrize("network", ["classifier", "curved_classifier"])
def test_grad_cam_equals_captums(network, noise, targets, silent, request):
    network = request.getfixturevalue(network)
    ours = grad_cam.explain(network, noise, targets, GradCamSettings(), report=silent)["maps"]
    expected = by_captum(network, noise, targets)
    assert np.abs(ours - expected).max() <= 1e-5 * np.abs(expected).max()
    assert expected.max() > 0


class Functional(nn.Module):
    """Features that no module gives."""

    def __init__(self):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(4, 3, 3, 3))
        self.head = nn.Linear(4, 2)

    def forward(self, x):
        return self.head(nn.functional.conv2d(x, self.weight).mean(dim=(2, 3)))


def test_features_that_cannot_be_watched_are_refused(noise, targets, silent):
    with pytest.raises(InputError, match="no module gives an output with more than one position"):
        grad_cam.explain(Functional().eval(), noise, targets, GradCamSettings(), report=silent)


def test_a_linear_head_after_another_pooling_goes_through_gradients(classifier, noise, targets, silent):
    class LargestPooled(type(classifier)):
        def forward(self, x):
            return self.head(self.features(x).amax(dim=(2, 3)))

    network = LargestPooled(classifier.features, classifier.head).eval()
    ours = grad_cam.explain(network, noise, targets, GradCamSettings(), report=silent)["maps"]
    expected = by_captum(network, noise, targets)
    assert np.abs(ours - expected).max() <= 1e-5 * np.abs(expected).max()


def test_gradients_can_be_switched_off_around_it(curved_classifier, noise, targets, silent):
    expected = grad_cam.explain(curved_classifier, noise, targets, GradCamSettings(), report=silent)["maps"]
    with torch.no_grad():
        maps = grad_cam.explain(curved_classifier, noise, targets, GradCamSettings(), report=silent)["maps"]
    np.testing.assert_array_equal(maps, expected)


@pytest.mark.parametrize("network", ["classifier", "curved_classifier"])
def test_the_contrast_follows_the_lead_over_the_other_label(network, noise, targets, silent, request):
    network = request.getfixturevalue(network)
    ours = grad_cam.explain(network, noise, targets, GradCamSettings(evidence="contrast"), report=silent)["maps"]

    def lead(x):
        logits = network(x)
        others = [[k for k in range(logits.shape[1]) if k != own] for own in range(logits.shape[1])]
        return torch.stack([logits[:, own] - logits[:, rest].amax(dim=1) for own, rest in enumerate(others)], dim=1)

    method = LayerGradCam(lead, network.features)
    expected = method.attribute(noise.clone().requires_grad_(), target=targets, relu_attributions=True)
    assert np.abs(ours - expected[:, 0].detach().numpy()).max() <= 1e-5 * expected.abs().max()
    assert expected.max() > 0
