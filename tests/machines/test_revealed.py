from dataclasses import replace

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from fercore.machines.inputs import shared_input
from fercore.machines.pair_data import training_data
from fercore.machines.regime import OTHERS, OWN
from fercore.machines.revealed import RevealedImages, shifted
from fercore.settings import AugmentationSettings, GuidanceSettings

STILL = AugmentationSettings(0, 0, 0, 0, 0, 0)


def _generator(seed=0):
    return torch.Generator().manual_seed(seed)


@pytest.fixture
def lesson(images, label_set, guidance, settings, device):
    data = training_data(images, ("happy", "sad"), balanced=True, rng=np.random.default_rng(0))
    pixels = shared_input(images, 16)

    def make(which=OTHERS, **changes):
        changed = replace(settings, augmentation=STILL, guidance=GuidanceSettings(**changes))
        return RevealedImages(pixels, data, device, guidance, (0, 1), which, changed)

    return make


@pytest.mark.parametrize("which", [OWN, OTHERS])
def test_every_correct_trial_is_shown_once_an_epoch(lesson, which):
    lesson = lesson(which, rehearsal=0.5)
    order = lesson.order(_generator())
    n = len(lesson.trials)
    assert sorted(order[order < n]) == list(range(n))
    assert (order >= n).sum() == round(0.5 * n)
    np.testing.assert_array_equal(order, lesson.order(_generator()))
    assert list(order) != list(lesson.order(_generator(1)))


def test_unmasked_images_come_equally_often(lesson):
    lesson = lesson(rehearsal=2.0)
    order = lesson.order(_generator())
    counts = np.bincount(order[order >= len(lesson.trials)] - len(lesson.trials), minlength=len(lesson.shown))
    assert counts.max() - counts.min() <= 1


def test_a_classifier_is_told_the_true_label(lesson, guidance):
    lesson = lesson()
    assert len(lesson.targets) == len(lesson.trials) + len(lesson.shown)
    np.testing.assert_array_equal(
        lesson.targets[: len(lesson.trials)], guidance.true_labels[guidance.trials[lesson.trials]]
    )


def test_uncovered_pixels_are_sharp_and_others_blurred_and_gray(lesson, guidance, uncovered):
    lesson = lesson()
    x = lesson.show(np.arange(len(lesson.trials)), _generator()).numpy()
    for trial, shown in zip(lesson.trials, x, strict=True):
        plan_row = guidance.trials[trial]
        sharp = lesson.pixels[guidance.rows[plan_row]].transpose(2, 0, 1) / 255
        blurred = guidance.blurred[plan_row] / 255
        fits = [
            np.allclose(shown, np.where(shifted(uncovered[trial], down, right), sharp, blurred), atol=1e-6)
            for down in (-1, 0, 1)
            for right in (-1, 0, 1)
        ]
        assert sum(fits) == 1


def test_all_nine_places_of_a_mask_occur(lesson, guidance):
    lesson = lesson()
    seen = {lesson.show(np.array([0]), _generator(seed)).numpy().tobytes() for seed in range(200)}
    assert len(seen) == 9


def test_unmasked_images_are_whole(lesson, guidance):
    lesson = lesson()
    first = len(lesson.trials)
    x = lesson.show(np.arange(first, first + len(lesson.shown)), _generator()).numpy()
    expected = lesson.pixels[guidance.rows[lesson.shown]].transpose(0, 3, 1, 2) / 255
    np.testing.assert_allclose(x, expected, atol=1e-5)


@given(st.integers(-1, 1), st.integers(-1, 1), st.integers(2, 9), st.integers(0, 99))
def test_a_shifted_mask_moves_whole_and_nothing_comes_round(down, right, side, seed):
    mask = np.random.default_rng(seed).random((side, side)) < 0.5
    moved = shifted(mask, down, right)
    padded = np.pad(mask, 1)
    np.testing.assert_array_equal(moved, padded[1 - down : 1 - down + side, 1 - right : 1 - right + side])


def test_a_wrong_answer_teaches_nothing(images, label_set, guidance, settings, device):
    data = training_data(images, ("happy", "sad"), balanced=True, rng=np.random.default_rng(0))
    wrong = replace(guidance, correct=np.arange(12) % 2 == 0)
    lesson = RevealedImages(shared_input(images, 16), data, device, wrong, (0, 1), OTHERS, settings)
    assert len(lesson.trials)
    assert wrong.correct[lesson.trials].all()
