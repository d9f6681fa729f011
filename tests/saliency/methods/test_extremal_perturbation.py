from dataclasses import replace

import numpy as np
import pytest
import torch

from fercore.errors import SettingsError
from fercore.saliency.area import area_penalty
from fercore.saliency.blurred import experiment_blur
from fercore.saliency.mask import MaskOperator, MaskShape
from fercore.saliency.methods.extremal_perturbation import _Problem, explain
from fercore.saliency.settling import Descent
from fercore.settings import ExtremalSettings

QUICK = ExtremalSettings(areas=(0.05, 0.2), steps=25, learning_rate=0.05)


def planted(square_watcher, gain=100.0, side=64, square=slice(20, 44)):
    """A network that sees one square only, its noise images, and the square as a picture."""
    window = np.zeros((side, side), bool)
    window[square, square] = True
    images = torch.randn(1, 3, side, side, generator=torch.Generator().manual_seed(0))
    return square_watcher(side, square, gain), images, window


def top(mask, n):
    chosen = np.zeros(mask.size, bool)
    chosen[np.argsort(-mask, axis=None, kind="stable")[:n]] = True
    return chosen.reshape(mask.shape)


def overlap(a, b):
    return (a & b).sum() / (a | b).sum()


def test_it_finds_the_only_square_that_counts(square_watcher, silent):
    network, images, window = planted(square_watcher)
    area = window.sum() / MaskShape.of(64, 1 / 32, 3.0).bordered_side ** 2
    full = ExtremalSettings(
        areas=(area, 0.05), steps=800
    )  # the area's weight grows: it is met at the end of the full run
    found = explain(network, images, torch.zeros(1, dtype=torch.long), full, report=silent)
    n = window.sum()
    assert overlap(top(found["masks"][0, 0], n), window) >= 0.8
    assert overlap(found["masks"][0, 0] >= 0.5, window) >= 0.8
    np.testing.assert_allclose(found["covered_with_border"][0], [area, 0.05], atol=0.02)
    assert overlap(top(found["maps"][0], n), window) >= 0.7
    # what was kept convinces, what was not does not
    assert found["rewards"][0, 0] > 0.6 * found["logits"][0, 0]
    assert found["blurred_logits"][0, 0] < 0.1 * found["logits"][0, 0]
    assert found["kept_probability"][0, 0] > 0.99
    assert found["blurred_probability"][0] < found["kept_probability"][0, 0]


def test_the_area_comes_nearer_with_every_step(square_watcher, silent):
    network, images, _ = planted(square_watcher, side=32, square=slice(9, 23))
    target = torch.zeros(1, dtype=torch.long)
    runs = [ExtremalSettings(areas=(0.1,), steps=steps) for steps in (1, 50, 200, 800)]
    covered = [explain(network, images, target, run, report=silent)["covered_with_border"].item() for run in runs]
    assert covered == sorted(covered, reverse=True)
    assert covered[-1] == pytest.approx(0.1, abs=0.02)


def test_what_is_kept_has_its_shape_and_range(classifier, noise, targets, silent):
    found = explain(classifier, noise, targets, QUICK, report=silent)
    assert found["maps"].shape == (5, 32, 32)
    assert found["masks"].shape == (5, 2, 32, 32)
    assert found["masks"].dtype == np.float16
    assert 0 <= found["maps"].min() <= found["maps"].max() <= 2
    assert 0 <= found["masks"].min() <= found["masks"].max() <= 1
    np.testing.assert_allclose(found["covered"], found["masks"].astype(np.float32).mean(axis=(2, 3)), atol=1e-3)
    with torch.no_grad():
        np.testing.assert_allclose(found["logits"], classifier(noise), rtol=1e-4, atol=1e-5)
    for name in ("kept_probability", "whole_probability", "blurred_probability"):
        assert 0 <= found[name].min() <= found[name].max() <= 1


def test_masks_do_not_depend_on_their_mates(classifier, noise, targets, silent):
    together = explain(classifier, noise, targets, QUICK, report=silent)
    alone = explain(classifier, noise[2:3], targets[2:3], QUICK, report=silent)
    np.testing.assert_array_equal(alone["masks"][0], together["masks"][2])
    np.testing.assert_array_equal(alone["rewards"][0], together["rewards"][2])


def test_masks_do_not_depend_on_the_other_areas(classifier, noise, targets, silent):
    together = explain(classifier, noise, targets, QUICK, report=silent)
    one_area = explain(classifier, noise, targets, replace(QUICK, areas=(0.2,)), report=silent)
    np.testing.assert_array_equal(one_area["masks"][:, 0], together["masks"][:, 1])


def test_a_batch_that_is_split_gives_the_same(classifier, noise, targets, silent, monkeypatch):
    together = explain(classifier, noise, targets, QUICK, report=silent)
    monkeypatch.setattr("fercore.saliency.methods.extremal_perturbation.PIXELS_AT_ONCE", 2 * 2 * 32**2)
    split = explain(classifier, noise, targets, QUICK, report=silent)
    for name, values in together.items():
        np.testing.assert_allclose(split[name], values, rtol=1e-6, atol=1e-7)


@pytest.mark.parametrize(
    "changed",
    [
        {"reward": "contrastive"},
        {"variant": "delete"},
        {"variant": "dual"},
        {"ties": "position"},
        {"perturbation": "click-reveal"},
        {"perturbation": "fade"},
        {"padding": "replicate"},
        {"reward_scale": 5.0},
        {"n_levels": 3},
        {"sigma_cells": 2.0},
        {"cell_fraction": 1 / 16},
        {"blur_fraction": 0.2},
        {"area_weight": 30.0},
        {"area_growth": 1.01},
        {"momentum": 0.5},
        {"learning_rate": 0.04},
        {"steps": 24},
        {"precision": "bfloat16"},
    ],
)
def test_every_setting_changes_the_masks(square_watcher, silent, changed):
    network, images, _ = planted(square_watcher, side=32, square=slice(0, 14))
    target = torch.zeros(1, dtype=torch.long)
    usual = explain(network, images, target, QUICK, report=silent)
    other = explain(network, images, target, replace(QUICK, **changed), report=silent)
    assert not np.array_equal(usual["masks"], other["masks"])


def test_masks_found_in_half_precision_are_nearly_the_same_and_told_exactly(square_watcher, silent):
    network, images, _ = planted(square_watcher, side=32, square=slice(9, 23))
    target = torch.zeros(1, dtype=torch.long)
    exact, half = (
        explain(network, images, target, replace(QUICK, steps=200, precision=precision), report=silent)
        for precision in ("float32", "bfloat16")
    )
    assert np.corrcoef(exact["masks"].ravel(), half["masks"].ravel())[0, 1] > 0.98
    np.testing.assert_array_equal(half["logits"], exact["logits"])


def test_masks_may_uncover_what_people_saw_first(square_watcher, silent):
    network, images, window = planted(square_watcher, side=32, square=slice(9, 23))
    target = torch.zeros(1, dtype=torch.long)
    reveal = ExtremalSettings(areas=(0.1,), perturbation="click-reveal")
    found = explain(network, images, target, reveal, report=silent)
    with torch.no_grad():
        np.testing.assert_allclose(
            found["blurred_logits"], network(experiment_blur(images, reveal.reveal_blur_fraction)), rtol=1e-4, atol=1e-5
        )
    assert overlap(top(found["masks"][0, 0], window.sum()), window) > 0.5
    narrow = replace(reveal, steps=5, reveal_blur_fraction=0.1)
    first, second = (
        explain(network, images, target, s, report=silent)["masks"] for s in (narrow, replace(reveal, steps=5))
    )
    assert not np.array_equal(first, second)


def test_smoothing_changes_the_map_alone(classifier, noise, targets, silent):
    smooth = explain(classifier, noise, targets, QUICK, report=silent)
    sharp = explain(classifier, noise, targets, replace(QUICK, smooth_fraction=0.0), report=silent)
    np.testing.assert_array_equal(smooth["masks"], sharp["masks"])
    np.testing.assert_allclose(sharp["maps"], sharp["masks"].astype(np.float32).sum(axis=1), atol=2e-3)
    assert not np.allclose(smooth["maps"], sharp["maps"], atol=0.05)


def test_rewards_are_those_of_the_variant(square_watcher, silent):
    network, images, _ = planted(square_watcher, side=32, square=slice(9, 23))
    target = torch.zeros(1, dtype=torch.long)
    simple = explain(network, images, target, QUICK, report=silent)["rewards"]
    contrastive = explain(network, images, target, replace(QUICK, reward="contrastive"), report=silent)["rewards"]
    deleted = explain(network, images, target, replace(QUICK, variant="delete"), report=silent)["rewards"]
    assert (simple > 0).all()
    assert (contrastive > simple).all()  # the other logit is the opposite
    assert (deleted < 0).all()


def test_masks_that_have_settled_are_those_of_the_full_run(square_watcher, silent):
    network, _, _ = planted(square_watcher, side=32, square=slice(9, 23))
    images = torch.randn(2, 3, 32, 32, generator=torch.Generator().manual_seed(2))
    target, settings = torch.zeros(2, dtype=torch.long), ExtremalSettings()
    full = explain(network, images, target, settings, report=silent)
    assert (full["steps"] == 800).all()
    for settled, least_r, most_steps in ((0.007, 0.98, 200), (0.002, 0.999, 780)):
        fast = explain(network, images, target, replace(settings, settled=settled), report=silent)
        assert fast["steps"].max() <= most_steps
        r = [np.corrcoef(a.ravel(), b.ravel())[0, 1] for a, b in zip(fast["maps"], full["maps"], strict=True)]
        assert min(r) >= least_r
        np.testing.assert_allclose(fast["covered_with_border"], full["covered_with_border"], atol=0.035)


def test_images_that_join_late_and_leave_early_have_the_masks_that_they_have_alone(classifier, silent, monkeypatch):
    contrast = torch.tensor([0.2, 3.0, 1.0, 0.05, 2.0])[:, None, None, None]  # settle at different steps
    images = contrast * torch.randn(5, 3, 32, 32, generator=torch.Generator().manual_seed(3))
    target = torch.tensor([0, 1, 0, 0, 1])
    fast = replace(QUICK, steps=400, settled=0.02)
    monkeypatch.setattr("fercore.saliency.methods.extremal_perturbation.PIXELS_AT_ONCE", 3 * 2 * 32**2)
    together = explain(classifier, images, target, fast, report=silent)
    assert len(set(together["steps"])) > 1
    assert together["steps"].max() < 400
    for i in range(5):
        alone = explain(classifier, images[i : i + 1], target[i : i + 1], fast, report=silent)
        assert alone["steps"][0] == together["steps"][i]
        for name in ("masks", "covered", "rewards"):
            np.testing.assert_allclose(alone[name][0], together[name][i], rtol=1e-6, atol=1e-7, err_msg=name)


def test_the_objective_rises_in_its_smoothed_trace(square_watcher):
    network, images, _ = planted(square_watcher, side=32, square=slice(9, 23))
    settings, target = ExtremalSettings(areas=(0.05, 0.2)), torch.zeros(1, dtype=torch.long)
    operator = MaskOperator(MaskShape.of(32, 1 / 32, 3.0), torch.device("cpu"))
    problem, descent = _Problem(network, images, target, settings, operator), Descent.start(operator, 1, 2)
    final_weight = settings.area_weight * settings.area_growth**settings.steps
    trace = []
    for _ in range(settings.steps):
        problem.step(descent)
        with torch.no_grad():
            bordered, masks = problem.masks(descent.parameters.flatten(1))
            penalty = area_penalty(bordered.flatten(2), settings.areas, settings.ties)[0]
            trace.append((problem.reward(masks) - final_weight * penalty).numpy())
    smoothed = np.reshape(trace, (-1, 20, 2)).mean(axis=1)
    slack = 0.002 * np.ptp(smoothed, axis=0)
    assert (np.diff(smoothed, axis=0) > -slack).all()


def test_progress_is_told_up_to_the_end(classifier, noise, targets):
    told = []
    explain(classifier, noise, targets, QUICK, report=told.append)
    done = [progress["done"] / progress["total"] for progress in told]
    assert done == sorted(done)
    assert done[-1] == 1


@pytest.mark.parametrize(
    "impossible",
    [
        {"reward": "large"},
        {"variant": "keep"},
        {"padding": "mirror"},
        {"ties": "random"},
        {"precision": "float16"},
        {"perturbation": "black"},
        {"perturbation": "click-reveal", "reveal_blur_fraction": 0.0},
        {"areas": ()},
        {"areas": (0.1, 1.5)},
        {"steps": 0},
        {"n_levels": 1},
        {"cell_fraction": 0.0},
    ],
)
def test_impossible_settings_are_refused(classifier, noise, targets, silent, impossible):
    with pytest.raises(SettingsError, match="|".join(impossible)):
        explain(classifier, noise, targets, replace(QUICK, **impossible), report=silent)
