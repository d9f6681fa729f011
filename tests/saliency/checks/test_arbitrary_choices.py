"""Methods with an arbitrary choice are mapped once more with the other one."""

from dataclasses import replace

import numpy as np
import pytest

from fercore.machines.network import build_classifier
from fercore.saliency.checks.arbitrary_choices import ArbitraryChoices
from fercore.saliency.maps import SETTINGS
from fercore.saliency.trust import TrustSettings

SIDE = 20
QUICK = TrustSettings(images_per_classifier=1, extremal_steps=80, rise_masks=50)


@pytest.fixture
def asked(sight, noise, subject):
    """Ask about maps of a small network by a method."""
    pixels = np.random.default_rng(1).integers(0, 256, (4, SIDE, SIDE, 3), dtype=np.uint8)
    classifier = build_classifier("small", 2, seed=11, input_side=SIDE).eval().requires_grad_(False)

    def ask(method):
        made = subject(noise, method=method, method_settings=SETTINGS[method]() if method else None, settings=QUICK)
        made = replace(made, sight=replace(sight, classifier=classifier, sharp=pixels))
        return ArbitraryChoices()(made), ArbitraryChoices().curves(made)

    return ask


def test_extremal_perturbation_is_asked_about_ties_and_mirroring(asked):
    found, curves = asked("extremal-perturbation")
    for name in ("other_ties", "other_mirror_first"):
        assert np.isfinite(found[name]).sum() == 1
        assert -1 <= np.nanmin(found[name]) <= np.nanmax(found[name]) < 1
        assert found[f"{name}_at"].shape == (4, 4)
    assert "other_seed" not in found
    assert [curve.name for curve in curves] == ["other_ties_at", "other_mirror_first_at"]
    assert curves[0].x == (0.025, 0.05, 0.1, 0.2)


@pytest.mark.parametrize("method", ["smooth-grad", "rise"])
def test_methods_that_draw_numbers_are_asked_about_their_seed(asked, method):
    found, curves = asked(method)
    assert np.nanmax(found["other_seed"]) < 1
    assert np.isfinite(found["other_seed"]).sum() == 1
    assert list(found) == ["other_seed"]
    assert curves == ()


@pytest.mark.parametrize("method", ["cam", None])
def test_maps_without_a_choice_are_not_asked(asked, method):
    assert asked(method) == (None, ())
