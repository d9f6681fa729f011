import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fercore.comparison.pointing import pointing

SIDE = 10


def peak(*places):
    one = np.zeros((SIDE, SIDE))
    for place in places:
        one[place] = 1
    return one


@pytest.fixture
def region():
    one = np.zeros((SIDE, SIDE), bool)
    one[2:5, 2:5] = True
    return one


def test_a_peak_hits_its_region_and_as_far_beside_it_as_is_tolerated(region):
    maps = np.stack([peak((3, 3)), peak((3, 6)), peak((3, 7)), peak((9, 9))])
    regions = np.stack([region] * 4)
    assert list(pointing(maps, regions, 0)) == [1, 0, 0, 0]
    assert list(pointing(maps, regions, 2)) == [1, 1, 0, 0]


def test_tied_peaks_point_to_their_centroid(region):
    assert pointing(peak((0, 3), (6, 3))[None], region[None], 0) == [1]  # neither of both lies in the region


@given(st.integers(0, 99))
def test_tolerance_never_turns_a_hit_into_a_miss(seed):
    rng = np.random.default_rng(seed)
    maps, regions = rng.random((4, SIDE, SIDE)), rng.random((4, SIDE, SIDE)) < 0.1
    hits = np.array([pointing(maps, regions, tolerance) for tolerance in (0, 1, 3, 20)])
    assert (np.diff(hits, axis=0) >= 0).all()
    assert (hits[-1] == 1).all()


def test_flat_maps_and_empty_regions_are_no_game(region):
    maps = np.stack([np.ones((SIDE, SIDE)), np.full((SIDE, SIDE), np.nan), peak((3, 3))])
    regions = np.stack([region, region, np.zeros_like(region)])
    assert np.isnan(pointing(maps, regions, 2)).all()
