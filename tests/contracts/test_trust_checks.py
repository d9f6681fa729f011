"""What every check of maps keeps to, whichever modules there are."""

import dataclasses

import numpy as np
import pytest

from fercore.machines.device import choose_device
from fercore.machines.network import build_classifier
from fercore.saliency.examine import Subject
from fercore.saliency.maps import METHODS, SETTINGS
from fercore.saliency.reveal import Sight
from fercore.saliency.trust import CHECKS, TrustSettings

SIDE, N = 32, 5


@pytest.fixture(params=CHECKS)
def name(request):
    return request.param


@pytest.fixture
def check(name):
    return CHECKS.get(name)()


ASKED = {"arbitrary-choices": "extremal-perturbation", "completeness": "lrp"}
"""Whose maps a check is asked about; CAM's where it can be."""


@pytest.fixture
def subject(name):
    """Noise for faces, and maps of it by a method that the check can be asked about; one of them flat."""
    rng = np.random.default_rng(0)
    sight = Sight(
        classifier=build_classifier("small", 2, seed=1, input_side=SIDE).eval().requires_grad_(False),
        device=choose_device(threads=1),
        rows=np.arange(N),
        sharp=rng.integers(0, 256, (N, SIDE, SIDE, 3), dtype=np.uint8),
        blurred=rng.integers(100, 150, (N, SIDE, SIDE), dtype=np.uint8),
        true=np.array([0, 1, 0, 1, 0]),
        false=np.array([1, 0, 1, 0, 1]),
    )
    maps = rng.random((N, SIDE, SIDE)).astype(np.float32)
    maps[3] = 0
    truth = {name: rng.random((N, SIDE, SIDE)).astype(np.float32) for name in ("motion", "appearance")}
    method = ASKED.get(name, "cam")
    settings = TrustSettings(images_per_classifier=N, extremal_steps=60)
    extras = {"logit": rng.random(N)}
    return Subject(sight, maps, settings, "happy-sad", "small", method, SETTINGS[method](), truth, extras)


def test_it_keeps_what_it_says_with_a_row_per_image(check, subject):
    found = check(subject)
    scores, curves = check.scores(subject.settings), check.curves(subject)
    own = {score.name for score in scores if score.name in found}
    assert own
    assert own | {curve.name for curve in curves} == set(found)
    for name in own:
        assert found[name].shape == (N,)
    for curve in curves:
        assert found[curve.name].shape == (N, len(curve.x))
        assert len(curve.x) > 1
        assert (np.diff(curve.x) > 0).all()


def test_it_says_what_it_asks_in_words(check, subject):
    assert check.title.endswith("?")
    assert check.note.endswith(".")
    assert all(score.label and score.note for score in check.scores(subject.settings))


def test_every_value_lies_where_scores_lie(check, subject):
    for name, values in check(subject).items():
        known = values[np.isfinite(values)]
        assert len(known), name
        assert (known >= -1).all()
        assert (known <= (np.inf if "ratio" in name or "missing" in name else 1)).all()


def test_once_more_gives_the_same(check, subject):
    first, again = check(subject), check(dataclasses.replace(subject))
    for name, values in first.items():
        np.testing.assert_array_equal(values, again[name])


def test_an_image_is_judged_alike_whoever_is_beside_it(check, subject):
    one = slice(1, 2)
    sight = dataclasses.replace(
        subject.sight,
        **{name: getattr(subject.sight, name)[one] for name in ("rows", "sharp", "blurred", "true", "false")},
    )
    truth = {name: maps[one] for name, maps in subject.truth.items()}
    extras = {name: values[one] for name, values in subject.extras.items()}
    alone = check(dataclasses.replace(subject, sight=sight, maps=subject.maps[one], truth=truth, extras=extras))
    for name, values in check(subject).items():
        np.testing.assert_allclose(values[one], alone[name], atol=1e-4)


def test_the_classifier_and_the_maps_are_left_as_they_are(check, subject):
    weights = {key: value.clone() for key, value in subject.sight.classifier.state_dict().items()}
    maps, sharp = subject.maps.copy(), subject.sight.sharp.copy()
    check(subject)
    assert all(value.equal(weights[key]) for key, value in subject.sight.classifier.state_dict().items())
    np.testing.assert_array_equal(subject.maps, maps)
    np.testing.assert_array_equal(subject.sight.sharp, sharp)


def test_methods_of_one_pass_exist():
    from fercore.saliency.trust import ONE_PASS

    assert set(ONE_PASS) <= set(METHODS)


def test_names_of_scores_and_curves_are_nobody_else_s(name, check, subject):
    own = {one.name for one in (*check.scores(subject.settings), *check.curves(subject))}
    for other in CHECKS:
        if other != name:
            found = CHECKS.get(other)()
            assert own.isdisjoint(one.name for one in (*found.scores(subject.settings), *found.curves(subject)))
