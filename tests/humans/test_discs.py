from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fercore.humans.discs import disc_pixels

SIDE = 24
coordinate = st.floats(0, SIDE, exclude_max=True)


@given(st.lists(st.tuples(coordinate, coordinate), max_size=4), st.floats(0.1, 30))
def test_a_disc_holds_the_pixels_whose_centre_is_within_the_radius(
    places: list[tuple[float, float]], radius: float
) -> None:
    x, y = np.array(places, dtype=float).reshape(-1, 2).T
    disc, row, column = disc_pixels(x, y, SIDE, radius)
    rows, columns = np.mgrid[:SIDE, :SIDE]
    for k in range(len(places)):
        inside = (columns + 0.5 - x[k]) ** 2 + (rows + 0.5 - y[k]) ** 2 <= radius**2
        found = np.zeros((SIDE, SIDE), dtype=int)
        np.add.at(found, (row[disc == k], column[disc == k]), 1)
        np.testing.assert_array_equal(found, inside)


def test_the_area_is_that_of_a_circle_cut_at_the_edge() -> None:
    assert len(disc_pixels(np.array([50.0]), np.array([50.0]), 100, 16)[0]) == pytest.approx(np.pi * 256, rel=0.01)
    assert len(disc_pixels(np.array([0.0]), np.array([0.0]), 100, 16)[0]) == pytest.approx(np.pi * 64, rel=0.02)
