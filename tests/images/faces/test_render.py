import cv2
import numpy as np
import pytest

from fercore.images.faces.basis import load_basis
from fercore.images.faces.expression import express, sample_manner
from fercore.images.faces.identity import sample_identity
from fercore.images.faces.render import render
from fercore.images.faces.scene import sample_scene
from fercore.images.faces.skin import paint
from fercore.labels import EXPRESSIONS

SIDE = 64


@pytest.fixture(scope="module", params=[2, 3, 4])
def shown(request):
    """The same person, manner and scene with every expression."""
    person = sample_identity(load_basis(), np.random.default_rng(request.param))
    manner = sample_manner(np.random.default_rng(request.param + 10))
    scene = sample_scene(np.random.default_rng(request.param + 20))
    painted = paint(person)
    return {label: render(person, painted, express(label, manner), scene, SIDE) for label in EXPRESSIONS}


def _covered(rendering):
    ones = np.ones(len(rendering.fragments.pixels), np.float32)
    return cv2.resize(rendering.fragments.image(ones), (SIDE, SIDE), interpolation=cv2.INTER_AREA)


def test_the_background_knows_nothing_of_the_label(shown):
    for rendering in shown.values():
        face = np.maximum(_covered(rendering), _covered(shown["neutral"]))
        outside = cv2.dilate(face, np.ones((7, 7))) == 0
        assert outside.sum() > SIDE
        np.testing.assert_allclose(rendering.picture[outside], shown["neutral"].picture[outside], atol=1e-5)


def test_size_and_place_know_nothing_of_the_label(shown):
    eyes = np.stack([rendering.landmarks[:2] for rendering in shown.values()])
    assert np.ptp(eyes, axis=0).max() < 1


def test_pictures_are_finite_display_values(shown):
    for rendering in shown.values():
        assert rendering.picture.shape == (SIDE, SIDE, 3)
        assert np.isfinite(rendering.picture).all()
        assert rendering.picture.min() >= 0
        assert rendering.picture.max() <= 1


def test_the_face_fills_the_picture(shown):
    for rendering in shown.values():
        assert 0.3 < len(rendering.fragments.pixels) / rendering.fragments.side**2 < 0.95
