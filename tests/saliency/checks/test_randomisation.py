"""Maps that depend on weights change with them; edges do not."""

from dataclasses import replace

import numpy as np
import pytest

from fercore.machines.network import build_classifier
from fercore.saliency.checks.randomisation import Randomisation
from fercore.saliency.maps import SETTINGS, enlarge
from fercore.saliency.trust import TrustSettings

SIDE = 20


@pytest.fixture
def asked(sight, noise, subject):
    """Ask about maps of a small network, untrained but with weights of another seed, by a method."""
    rng = np.random.default_rng(1)
    pixels = rng.integers(0, 256, (4, 5, 5, 3), dtype=np.uint8).repeat(4, axis=1).repeat(4, axis=2)
    classifier = build_classifier("small", 2, seed=11, input_side=SIDE).eval().requires_grad_(False)
    network = replace(sight, classifier=classifier, sharp=pixels)

    def ask(method, **more):
        made = subject(
            enlarge(noise, SIDE), method=method, method_settings=SETTINGS[method]() if method else None, **more
        )
        return Randomisation()(replace(made, sight=network))

    return ask


def test_edges_stay_the_same_whatever_was_learned(asked):
    found = asked("edge-map")
    for name in ("spearman", "ssim", "iou"):
        np.testing.assert_allclose(found[f"randomised_{name}_at"], 1)
    assert found["randomised_spearman_at"].shape == (4, 6)  # head, three blocks, two convolutions


def test_a_map_of_the_head_s_weights_is_lost_with_them(asked):
    """CAM is linear in the head's weights, so that with other ones the mean over seeds has no reason to be like it."""
    found = [asked("cam", settings=TrustSettings(seed=seed))["randomised_spearman_at"] for seed in range(12)]
    assert abs(np.nanmean(found)) < 0.35
    assert np.nanmax(found) < 1


def test_a_stage_alone_forgets_while_the_others_keep_what_they_learned(asked):
    found = asked("cam")
    whole, alone = found["randomised_spearman_at"], found["randomised_spearman_alone_at"]
    np.testing.assert_array_equal(alone[:, 0], whole[:, 0])  # the head comes first either way
    assert not np.array_equal(alone[:, 1:], whole[:, 1:])


def test_what_takes_long_is_done_for_drawn_images(asked):
    found = asked("integrated-gradients", settings=TrustSettings(images_per_classifier=1))
    assert np.isfinite(found["randomised_spearman"]).sum() == 1
    again = asked("integrated-gradients", settings=TrustSettings(images_per_classifier=1))
    np.testing.assert_array_equal(found["randomised_spearman_at"], again["randomised_spearman_at"])


def test_means_are_over_stages(asked):
    found = asked("cam")
    np.testing.assert_allclose(found["randomised_ssim"], np.nanmean(found["randomised_ssim_at"], axis=1))


def test_maps_of_no_method_and_networks_that_bring_weights_cannot_be_asked(asked):
    assert asked(None) is None
    assert asked("cam", network="mine.py:network") is None


def test_settings_of_the_dear_methods_are_shortened():
    settings = TrustSettings(extremal_steps=7, rise_masks=9)
    assert settings.shortened("extremal-perturbation") == {"steps": 7}
    assert settings.shortened("rise") == {"n_masks": 9}
    assert settings.shortened("cam") == {}
