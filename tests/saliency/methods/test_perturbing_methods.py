"""Occlusion, RISE and the controls against what is known about them, and planted networks for all methods that find evidence."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from torch import nn

from fercore.saliency.blurred import experiment_blur
from fercore.saliency.maps import METHODS, SETTINGS
from fercore.saliency.method_settings import RiseSettings
from fercore.saliency.methods.rise import random_masks


def maps_of(method, network, x, targets, **changed):
    return METHODS.get(method)(network, x, targets, replace(SETTINGS[method](), **changed), report=[].append)["maps"]


def test_occlusion_is_what_covering_costs(curved_classifier, noise, targets):
    found = maps_of("occlusion", curved_classifier, noise, targets, window_fraction=0.25, stride_fraction=0.25)
    covered = noise.clone()
    covered[:, :, 8:16, 16:24] = experiment_blur(noise, 0.3125)[:, :, 8:16, 16:24]
    with torch.no_grad():
        cost = (curved_classifier(noise) - curved_classifier(covered)).gather(1, targets[:, None])[:, 0]
    np.testing.assert_allclose(found[:, 8:16, 16:24], np.broadcast_to(cost[:, None, None], (5, 8, 8)), atol=1e-5)


def test_masks_of_rise_keep_what_they_are_asked_to_keep():
    masks = torch.cat(list(random_masks(RiseSettings(n_masks=2000), 32, 300)))
    assert masks.shape == (2000, 32, 32)
    assert 0 <= masks.min() <= masks.max() <= 1
    np.testing.assert_allclose(masks.mean(dim=0), 0.5, atol=0.05)
    again = torch.cat(list(random_masks(RiseSettings(n_masks=2000), 32, 2000)))
    assert torch.equal(masks, again)
    assert not torch.equal(masks, torch.cat(list(random_masks(RiseSettings(n_masks=2000, seed=1), 32, 300))))


@pytest.mark.parametrize("fill", ["mean", "blurred"])
def test_rise_is_the_published_sum(fill, curved_classifier, noise, targets):
    settings = RiseSettings(n_masks=20, fill=fill)
    found = maps_of("rise", curved_classifier, noise, targets, n_masks=20, fill=fill)
    (masks,) = random_masks(settings, 32, 20)
    rest = experiment_blur(noise, 0.3125) if fill == "blurred" else torch.zeros_like(noise)
    for image, target, one, own in zip(noise, targets, found, rest, strict=True):
        with torch.no_grad():
            shown = image * masks[:, None] + own * (1 - masks[:, None])
            probability = curved_classifier(shown).softmax(dim=1)[:, target]
        expected = sum(p * m for p, m in zip(probability, masks, strict=True)) / (20 * 0.5)
        np.testing.assert_allclose(one, expected, rtol=1e-4, atol=1e-6)


def test_the_centre_is_in_the_middle_and_the_same_for_all(classifier, noise, targets):
    maps = maps_of("center-gaussian", classifier, noise[..., :31, :31], targets)
    assert (maps == maps[0]).all()
    assert maps[0].argmax() == 15 * 31 + 15
    np.testing.assert_array_equal(maps[0], maps[0].T)
    assert maps[0, 15, 15 + 8] == pytest.approx(np.exp(-0.5 * (8 / (31 / 4)) ** 2), rel=1e-5)


def test_edges_are_where_gray_changes(classifier):
    step = torch.zeros(1, 3, 32, 32)
    step[..., 16:] = 1
    (found,) = maps_of("edge-map", classifier, step, torch.tensor([0]), smooth_fraction=0.0)
    assert (found[:, 15:17] == 0.5).all()  # half of the step on either side of it, per px
    assert (found[:, :15] == 0).all()
    assert (found[:, 17:] == 0).all()


SQUARE = (slice(8, 18), slice(14, 24))


class Window(nn.Module):
    """Lets one square through."""

    def __init__(self):
        super().__init__()
        window = torch.zeros(1, 1, 32, 32)
        window[0, 0][SQUARE] = 1
        self.register_buffer("window", window)

    def forward(self, x):
        return x * self.window


class Pooled(nn.Module):
    """Sees one square, and answers by the average of what is in it."""

    def __init__(self):
        super().__init__()
        self.body = nn.Sequential(nn.Conv2d(3, 8, 1), nn.ReLU(), Window())
        self.head = nn.Linear(8, 2)
        with torch.no_grad():
            self.head.weight.copy_(torch.tensor([[1.0], [-1.0]]) * 40)

    def forward(self, x):
        return self.head(self.body(x).mean(dim=(2, 3)))


def weighed():
    """Weighs the pixels of one square, and none besides."""
    network = nn.Sequential(nn.Flatten(), nn.Linear(3 * 32 * 32, 2, bias=False))
    with torch.no_grad():
        network[1].weight.view(2, 3, 32, 32).mul_(Window().window)
    return network


@pytest.mark.parametrize(
    "method",
    ["cam", "grad-cam", "grad-cam-plus-plus", "layer-cam", "hires-cam", "integrated-gradients", "smooth-grad",
     "gradient-shap", "guided-grad-cam"],
)  # fmt: skip
def test_nothing_is_found_outside_the_only_square_that_counts(method, noise):
    torch.manual_seed(0)
    maps = np.abs(maps_of(method, Pooled().eval(), noise, torch.zeros(5, dtype=torch.long)))
    assert (maps[:, *SQUARE].sum(axis=(1, 2)) > 0).all()
    np.testing.assert_allclose(maps[:, *SQUARE].sum(axis=(1, 2)), maps.sum(axis=(1, 2)), rtol=1e-6)


def test_relevance_stays_within_the_only_square_that_counts(noise, targets):
    maps = np.abs(maps_of("lrp", weighed().eval(), noise, targets))
    assert (maps[:, *SQUARE].sum(axis=(1, 2)) > 0).all()
    np.testing.assert_allclose(maps[:, *SQUARE].sum(axis=(1, 2)), maps.sum(axis=(1, 2)), rtol=1e-6)


@pytest.mark.parametrize(("method", "quick"), [("occlusion", {}), ("rise", {"n_masks": 3000, "fill": "blurred"})])
def test_the_only_square_that_counts_is_pointed_at(method, quick, square_watcher, noise):
    network = square_watcher(32, slice(10, 20), 30.0).eval()
    maps = maps_of(method, network, noise, torch.zeros(5, dtype=torch.long), **quick)
    highest = np.array([np.unravel_index(one.argmax(), one.shape) for one in maps])
    assert ((highest >= 9) & (highest < 21)).all()
    inside = maps[:, 10:20, 10:20].mean(axis=(1, 2))
    assert (inside > maps.mean(axis=(1, 2)) + maps.std(axis=(1, 2))).all()
