import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from fercore.figures.overlay import binary_overlap, over_gray, overlay, scaled

FACE = np.full((4, 4, 3), (200, 120, 40), np.uint8)


def test_nothing_is_laid_over_where_the_map_is_zero():
    assert (overlay(FACE, np.zeros((4, 4)), 1.0) == FACE).all()


def test_strength_zero_shows_the_face_alone():
    assert (overlay(FACE, np.ones((4, 4)), 0.0) == FACE).all()


def test_the_largest_value_at_full_strength_hides_the_face():
    assert (overlay(FACE, np.ones((4, 4)), 1.0) == overlay(255 - FACE, np.ones((4, 4)), 1.0)).all()


@given(arrays(np.float32, (3, 3), elements=st.floats(-100, 100, width=32)))
def test_a_scaled_map_reaches_from_zero_to_one_unless_it_is_constant(values):
    result = scaled(values)
    assert result.min() == 0
    assert result.max() == (1 if values.max() > values.min() else 0)


def test_the_overlap_is_white_and_the_rest_has_the_observers_colours():
    people = np.array([[1, 1], [0, 0]], bool)
    method = np.array([[0, 1], [1, 0]], bool)
    black = np.zeros((2, 2, 3), np.uint8)
    picture = binary_overlap(black, people, method, "cam")
    assert picture[0, 0] == pytest.approx(np.array([0, 114, 178]) * 0.75, abs=1)
    assert picture[0, 1] == pytest.approx(np.full(3, 255 * 0.75), abs=1)
    assert picture[1, 0] == pytest.approx(np.array([0, 158, 115]) * 0.75, abs=1)
    assert picture[1, 1].tolist() == [0, 0, 0]


def test_a_painting_covers_the_gray_face_by_its_opacity():
    painted = np.zeros((4, 4, 4), np.float32)
    painted[0, 0] = (1, 0, 0, 1)
    picture = over_gray(FACE, painted)
    assert picture[0, 0].tolist() == [255, 0, 0]
    assert picture[1, 1].tolist() == [120, 120, 120]
