"""Maps of an even gray image: a control that sees no image is the same, a method that looks is not."""

from dataclasses import replace

import numpy as np
import pytest

from fercore.machines.network import build_classifier
from fercore.saliency.checks.empty_image import EmptyImage
from fercore.saliency.maps import SETTINGS
from fercore.saliency.trust import TrustSettings

SIDE = 20


@pytest.fixture
def asked(sight, noise, subject):
    """Ask about maps of a small network by a method."""
    pixels = np.random.default_rng(1).integers(0, 256, (4, SIDE, SIDE, 3), dtype=np.uint8)
    classifier = build_classifier("small", 2, seed=11, input_side=SIDE).eval().requires_grad_(False)

    def ask(method):
        settings = TrustSettings(images_per_classifier=1)
        made = subject(noise, method=method, method_settings=SETTINGS[method]() if method else None, settings=settings)
        return EmptyImage()(replace(made, sight=replace(sight, classifier=classifier, sharp=pixels)))

    return ask


def test_a_map_that_sees_no_image_is_that_of_an_empty_one(asked):
    np.testing.assert_allclose(asked("center-gaussian")["empty_image"], 1)


def test_an_empty_image_has_no_edges(asked):
    assert np.isnan(asked("edge-map")["empty_image"]).all()


def test_a_map_that_looks_is_another(asked):
    found = asked("integrated-gradients")["empty_image"]
    assert np.isfinite(found).sum() <= 1
    assert not (found > 0.9).any()


def test_maps_of_no_method_are_not_asked(asked):
    assert asked(None) is None
