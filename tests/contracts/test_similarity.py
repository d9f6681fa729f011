"""What every measure of map agreement keeps to."""

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis.extra.numpy import arrays

from fercore.comparison.binary_maps import binarise, scale_map
from fercore.comparison.measures import SIMILARITY

maps = arrays(bool, (3, 4, 5))


@pytest.fixture(params=SIMILARITY.names())
def measure(request):
    return SIMILARITY.get(request.param)


@settings(deadline=None)
@given(maps, maps)
@pytest.mark.parametrize("name", SIMILARITY.names())
def test_order_makes_no_difference_and_values_lie_in_0_1(name, a, b):
    measure = SIMILARITY.get(name)
    values = measure(a, b)
    assert values.shape == (3,)
    np.testing.assert_array_equal(values, measure(b, a))
    known = values[~np.isnan(values)]
    assert ((known >= 0) & (known <= 1)).all()


@settings(deadline=None)
@given(maps)
@pytest.mark.parametrize("name", SIMILARITY.names())
def test_a_map_agrees_fully_with_itself_and_not_at_all_with_its_complement(name, a):
    measure = SIMILARITY.get(name)
    filled = a.any(axis=(1, 2))
    np.testing.assert_array_equal(measure(a, a), np.where(filled, 1, np.nan))
    np.testing.assert_array_equal(measure(a, ~a), np.zeros(3))


def test_two_empty_maps_have_no_agreement_to_measure(measure):
    empty = np.zeros((4, 4), bool)
    assert np.isnan(measure(empty, empty))


def test_leading_axes_are_broadcast(measure):
    rng = np.random.default_rng(0)
    human, models = rng.random((5, 6, 6)) > 0.5, rng.random((3, 5, 6, 6)) > 0.5
    values = measure(human, models)
    assert values.shape == (3, 5)
    assert values[2, 4] == measure(human[4], models[2, 4])


@pytest.mark.parametrize("name", SIMILARITY.names())
@pytest.mark.parametrize("number", [1, 2, 3])
def test_agreement_at_threshold_50_equals_that_of_r(name, number):
    folder = Path(__file__).parents[1] / "reference" / "maps"
    expected = json.loads((folder / "expected.json").read_text())[f"pair_{number}"]
    a, b = (
        binarise(scale_map(np.loadtxt(folder / f"input_{number}_{who}.csv", delimiter=",")), 50)
        for who in ("human", "model")
    )
    assert SIMILARITY.get(name)(a, b) == pytest.approx(expected[f"{name}_50"], rel=1e-8)
