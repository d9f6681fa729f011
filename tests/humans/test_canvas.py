from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fercore.humans.canvas import Canvas
from fercore.humans.discs import disc_pixels


def painted(trial: np.ndarray, x: np.ndarray, y: np.ndarray, n: int, side: int, radius: float) -> Canvas:
    canvas = Canvas(n, side, radius)
    rank = np.array([np.sum(trial[:k] == trial[k]) for k in range(len(trial))], dtype=np.intp)
    canvas.paint(trial, rank, x, y)
    return canvas


def plain(trial: np.ndarray, x: np.ndarray, y: np.ndarray, n: int, side: int, radius: float) -> np.ndarray:
    seen = np.zeros((n, side, side), dtype=bool)
    disc, row, column = disc_pixels(x, y, side, radius)
    seen[trial[disc], row, column] = True
    return seen


@settings(deadline=None)
@given(st.integers(1, 200), st.floats(0.1, 80), st.integers(0, 12), st.integers(0, 3), st.integers(0, 2**32 - 1))
def test_it_shows_the_union_of_each_trials_discs_and_counts_trials(
    side: int, radius: float, n_clicks: int, decimals: int, seed: int
) -> None:
    rng = np.random.default_rng(seed)
    trial = np.sort(rng.integers(0, 5, n_clicks))
    x, y = np.floor(rng.uniform(0, side, (2, n_clicks)) * 10**decimals) / 10**decimals
    canvas, seen = painted(trial, x, y, 5, side, radius), plain(trial, x, y, 5, side, radius)
    np.testing.assert_array_equal(canvas.seen(), seen)
    np.testing.assert_array_equal(
        canvas.count(np.array([0, 3, 3])), [seen[:3].sum(0), np.zeros_like(seen[0]), seen[3:].sum(0)]
    )


@pytest.mark.parametrize("decimals", [0, 1, 12])
def test_many_clicks_are_painted_alike_however_they_were_recorded(decimals: int) -> None:
    rng = np.random.default_rng(decimals)
    trial = np.sort(rng.integers(0, 40, 2000))
    x, y = np.floor(rng.uniform(0, 130, (2, 2000)) * 10.0**decimals) / 10.0**decimals
    np.testing.assert_array_equal(painted(trial, x, y, 40, 130, 9.3).seen(), plain(trial, x, y, 40, 130, 9.3))


def test_counts_go_beyond_a_byte() -> None:
    canvas = Canvas(300, 8, 1.0)
    canvas.paint(np.arange(300), np.zeros(300, np.intp), np.full(300, 4.0), np.full(300, 4.0))
    assert canvas.count(np.array([0])).max() == 300
