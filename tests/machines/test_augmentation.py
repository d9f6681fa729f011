from dataclasses import replace

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from fercore.machines.augmentation import augment
from fercore.settings import AugmentationSettings

STILL = AugmentationSettings(
    flip_probability=0, shift_fraction=0, scale=0, rotation_degrees=0, brightness=0, contrast=0
)


def _generator(seed=0):
    return torch.Generator().manual_seed(seed)


def _faces(n=6, side=12, seed=1):
    return torch.rand(n, 3, side, side, generator=_generator(seed))


def test_without_changes_images_stay_as_they_are():
    x = _faces()
    torch.testing.assert_close(augment(x, STILL, _generator()), x, atol=1e-5, rtol=0)


def test_a_flip_mirrors_left_and_right():
    x = _faces()
    flipped = augment(x, replace(STILL, flip_probability=1), _generator())
    torch.testing.assert_close(flipped, x.flip(3), atol=1e-5, rtol=0)


def test_every_image_is_changed_in_its_own_way():
    x = _faces(1).expand(40, -1, -1, -1)
    changed = augment(x, AugmentationSettings(), _generator())
    assert len(torch.unique(changed.flatten(1), dim=0)) == 40


@settings(deadline=None, max_examples=25)
@given(st.integers(0, 2**31))
def test_values_stay_in_0_1_and_the_seed_decides(seed):
    x = _faces()
    wild = AugmentationSettings(shift_fraction=0.5, scale=0.5, rotation_degrees=90, brightness=0.9, contrast=0.9)
    changed = augment(x, wild, _generator(seed))
    assert changed.shape == x.shape
    assert (changed.min() >= 0, changed.max() <= 1) == (True, True)
    torch.testing.assert_close(changed, augment(x, wild, _generator(seed)), atol=0, rtol=0)


def test_changes_of_place_leave_an_even_image_even():
    x = torch.full((5, 3, 10, 10), 0.4)
    moved = augment(x, replace(AugmentationSettings(), brightness=0, contrast=0), _generator())
    torch.testing.assert_close(moved, x)


def test_brightness_shifts_and_contrast_keeps_the_mean():
    x = _faces(8) * 0.2 + 0.4
    darker = augment(x, replace(STILL, brightness=0.1), _generator())
    assert ((darker - x).flatten(1).std(dim=1) < 1e-5).all()
    assert (darker - x).abs().max() <= 0.1 + 1e-5
    starker = augment(x, replace(STILL, contrast=0.5), _generator())
    torch.testing.assert_close(starker.mean(dim=(1, 2, 3)), x.mean(dim=(1, 2, 3)))
    ratios = starker.flatten(1).std(dim=1) / x.flatten(1).std(dim=1)
    assert (ratios.min() >= 0.5, ratios.max() <= 1.5) == (True, True)


@pytest.mark.parametrize("shift", [0.1, 0.25])
def test_shifts_reach_as_far_as_the_setting_says(shift):
    side, x = 40, torch.zeros(200, 3, 40, 40)
    x[:, :, 20, 20] = 1
    moved = augment(x, replace(STILL, shift_fraction=shift), _generator())
    places = moved[:, 0].flatten(1).argmax(dim=1)
    farthest = torch.stack([places // side, places % side]).sub(20).abs().max().item()
    assert shift * side - 1 <= farthest <= shift * side + 1
