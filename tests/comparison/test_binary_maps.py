import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from fercore.comparison.binary_maps import LEFT_OUT, binarise, mean_map_per_condition, scale_map

finite = arrays(np.float64, (4, 5), elements=st.floats(-1e6, 1e6))


@pytest.mark.reference("maps", "pair_{number}.n_*_50")
@pytest.mark.parametrize("number", [1, 2, 3])
def test_thresholded_areas_equal_those_of_r(reference, number):
    case = reference("maps")
    for who in ("human", "model"):
        raw = case.table(f"input_{number}_{who}.csv", header=None).to_numpy()
        assert binarise(scale_map(raw), 50).sum() == case.expected[f"pair_{number}"][f"n_{who}_50"]


def test_halves_are_rounded_up():
    assert scale_map(np.array([[0.0, 49.4, 49.5, 255.0]])).tolist() == [[0, 49, 50, 255]]


def test_a_value_at_the_threshold_counts_as_attended():
    assert binarise(np.array([[49, 50, 51]], np.uint8), 50).tolist() == [[False, True, True]]


def test_a_constant_map_becomes_zeros_beside_one_that_varies():
    maps = np.stack([np.full((2, 2), 0.7), np.array([[0.0, 1.0], [0.5, 1.0]])])
    assert scale_map(maps).tolist() == [[[0, 0], [0, 0]], [[0, 255], [128, 255]]]


@settings(deadline=None)
@given(finite)
def test_a_scaled_map_spans_the_whole_range_unless_constant(values):
    scaled = scale_map(values)
    assert scaled.min() == 0
    assert scaled.max() == (255 if np.ptp(values) > 0 else 0)


def test_means_are_taken_within_conditions():
    maps = np.arange(16, dtype=np.float32).reshape(4, 2, 2)
    means = mean_map_per_condition(maps, np.array([1, 0, 1, LEFT_OUT]), 3)
    np.testing.assert_array_equal(means[0], maps[1])
    np.testing.assert_array_equal(means[1], (maps[0] + maps[2]) / 2)
    assert np.isnan(means[2]).all()


def test_a_map_with_nan_is_left_out_of_its_mean():
    maps = np.ones((2, 2, 2), np.float32)
    maps[0, 0, 0] = np.nan
    np.testing.assert_array_equal(mean_map_per_condition(maps, np.zeros(2, int), 1), np.ones((1, 2, 2)))
