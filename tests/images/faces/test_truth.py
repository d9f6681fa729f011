import numpy as np
import pytest

from fercore.errors import InputError
from fercore.images.faces import truth
from fercore.images.faces.basis import load_basis
from fercore.images.faces.expression import express, sample_manner
from fercore.images.faces.identity import sample_identity
from fercore.images.faces.render import render
from fercore.images.faces.scene import sample_scene
from fercore.images.faces.skin import paint


@pytest.fixture(scope="module")
def shown():
    person = sample_identity(load_basis(), np.random.default_rng(1))
    manner = sample_manner(np.random.default_rng(2), overlap=0)
    scene = sample_scene(np.random.default_rng(3), hardness=0)
    painted = paint(person)
    return {
        label: render(person, painted, express(label, manner), scene, 64) for label in ("neutral", "surprise", "sad")
    }


def test_a_face_does_not_differ_from_itself(shown):
    assert truth.motion(shown["sad"], shown["sad"]).max() == 0
    assert truth.appearance(shown["sad"], shown["sad"]).max() == 0
    with pytest.raises(InputError, match="do not differ"):
        truth.compare(shown["sad"], shown["sad"])


def test_maps_are_symmetric_in_the_two_faces(shown):
    for difference in (truth.motion, truth.appearance):
        np.testing.assert_allclose(
            difference(shown["sad"], shown["neutral"]), difference(shown["neutral"], shown["sad"]), atol=1e-6
        )


def test_surprise_moves_the_mouth_more_than_the_nose(shown):
    moved = truth.motion(shown["surprise"], shown["neutral"])
    left, right, mouth = shown["neutral"].landmarks / 64 * truth.GRID
    nose = (left + right) / 4 + mouth / 2
    at = lambda place: moved[int(place[1]), int(place[0])]  # noqa: E731
    assert at(mouth + [0, 3]) > 3 * at(nose)
