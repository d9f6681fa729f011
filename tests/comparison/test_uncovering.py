import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as npst

from fercore.comparison.uncovering import first_area, height_at, mean_height, n_uncovered, uncovering_order

AREAS = np.array([0.0, 0.1, 0.2, 0.6])


def order(maps, seed=0):
    return uncovering_order(np.asarray(maps), np.random.default_rng(seed))


@given(npst.arrays(np.float32, (2, 5, 6), elements=st.integers(0, 4).map(float)))
def test_every_pixel_has_one_place_and_higher_values_come_first(maps):
    places = order(maps)
    for one, own in zip(maps, places, strict=True):
        assert sorted(own.ravel()) == list(range(30))
        assert (np.diff(one.ravel()[np.argsort(own.ravel())]) <= 0).all()


def test_the_order_of_a_map_does_not_depend_on_the_maps_beside_it():
    maps = np.random.default_rng(0).integers(0, 3, (3, 8, 8)).astype(float)
    np.testing.assert_array_equal(order(maps)[1:2], order(maps[1:2]))


def test_of_tied_pixels_those_among_higher_values_come_first():
    flat = np.zeros((1, 32, 32))
    flat[0, 10:14, 10:14] = 1
    places = order(flat)[0]
    assert set(np.flatnonzero(places.ravel() < 16)) == set(np.flatnonzero(flat.ravel()))
    row, column = np.nonzero(places < 80)
    assert np.hypot(row - 11.5, column - 11.5).max() < 8  # grown around the square, not scattered


def test_pixels_that_nothing_tells_apart_come_in_a_seeded_order():
    nothing = np.zeros((1, 8, 8))
    np.testing.assert_array_equal(order(nothing, 1), order(nothing, 1))
    assert (order(nothing, 1) != order(nothing, 2)).any()


def test_areas_are_rounded_to_whole_pixels():
    assert list(n_uncovered(np.array([0, 0.01, 0.015, 1]), 100)) == [0, 1, 2, 100]


def test_the_first_area_is_interpolated_and_later_falls_do_not_count():
    curves = np.array([[0.5, 0.6, 0.8, 0.7], [0.9, 0.5, 0.9, 0.9], [0.5, 0.5, 0.5, 0.6]])
    assert first_area(AREAS, curves, 0.7) == pytest.approx([0.15, 0.0, np.inf])
    assert first_area(AREAS, curves, np.array([0.6, 1.0, 0.6])) == pytest.approx([0.1, np.inf, 0.6])


def test_what_is_not_known_reaches_nothing_and_is_said_to_be_so():
    curves = np.array([[0.5, np.nan, 0.8, 0.9], [0.5, 0.6, 0.7, 0.8]])
    assert np.isnan(first_area(AREAS, curves, np.array([0.6, np.nan]))).all()


@given(npst.arrays(float, (3, 4), elements=st.floats(0, 1)), st.floats(0, 1), st.floats(0, 1))
def test_a_higher_goal_is_reached_no_earlier(curves, a, b):
    low, high = sorted((a, b))
    assert (first_area(AREAS, curves, low) <= first_area(AREAS, curves, high)).all()


def test_heights_and_their_mean():
    curves = np.array([[0.5, 0.6, 0.8, 0.8]])
    assert height_at(AREAS, curves, np.array([0.15])) == pytest.approx([0.7])
    assert np.isnan(height_at(AREAS, curves, np.array([0.7]))).all()
    assert mean_height(AREAS, curves) == pytest.approx([(0.055 + 0.07 + 0.32) / 0.6])
