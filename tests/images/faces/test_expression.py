import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fercore.errors import InputError
from fercore.images.faces.basis import load_basis
from fercore.images.faces.expression import ACTION_UNITS, PROTOTYPES, express, sample_manner, target_weights
from fercore.labels import EXPRESSIONS


def test_every_expression_has_a_prototype():
    assert tuple(PROTOTYPES) == EXPRESSIONS


def test_every_target_of_an_action_unit_is_in_the_basis():
    index = load_basis().index
    assert {name for unit in ACTION_UNITS.values() for name, _, _ in unit} <= set(index)


@given(st.integers(0, 2**32), st.sampled_from(EXPRESSIONS), st.floats(0, 1))
def test_a_label_and_a_manner_give_one_movement(seed, label, overlap):
    first, second = (express(label, sample_manner(np.random.default_rng(seed), overlap)) for _ in range(2))
    assert (first.left, first.right, first.gaze) == (second.left, second.right, second.gaze)
    assert all(0 <= value < 2 for side in (first.left, first.right) for value in side.values())


def test_a_prototypical_neutral_face_hardly_moves():
    movement = express("neutral", sample_manner(np.random.default_rng(0), overlap=0))
    assert {unit for unit in movement.left if movement.mean(unit) > 0} <= {43}


def test_contempt_is_one_sided():
    movement = express("contempt", sample_manner(np.random.default_rng(0), overlap=0))
    weak, strong = sorted((movement.left[14], movement.right[14]))
    assert weak < 0.4 * strong


def test_targets_of_a_happy_face_raise_the_mouth_corners():
    basis = load_basis()
    movement = express("happy", sample_manner(np.random.default_rng(4), overlap=0))
    weights = target_weights(basis, movement)
    assert weights[basis.index["face/mouthSmileLeft"]] > 0.4
    assert np.isfinite(weights).all()


def test_other_words_are_refused():
    with pytest.raises(InputError, match="'bored'"):
        express("bored", sample_manner(np.random.default_rng(0)))
