from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fercore.errors import InputError
from fercore.humans.clicks import parse_cell, read_clicks

number = st.floats(0, 1e6) | st.integers(0, 10**6)
cells = st.lists(st.lists(st.tuples(number, number, number), max_size=5), max_size=5)


@given(cells)
def test_flat_arrays_hold_every_click_in_its_place(trials: list[list[tuple[float, float, float]]]) -> None:
    clicks = read_clicks([json.dumps(trial) for trial in trials])
    rows = [(t, r, *click) for t, trial in enumerate(trials) for r, click in enumerate(trial)]
    assert list(zip(clicks.trial, clicks.rank, clicks.x, clicks.y, clicks.t_ms, strict=True)) == rows
    assert list(clicks.per_trial) == [len(trial) for trial in trials]


@pytest.mark.parametrize(
    "cell",
    [
        "",
        "null",
        "{}",
        "[1,2,3]",
        "[[1,2]]",
        "[[1,2,3,4]]",
        '[["1",2,3]]',
        "[[true,2,3]]",
        "[[NaN,2,3]]",
        "[[1,2,3]",
        "[" * 9999,
    ],
)
def test_a_malformed_cell_is_refused(cell: str) -> None:
    with pytest.raises(ValueError, match=r"JSON|three numbers"):
        parse_cell(cell)


def test_a_malformed_column_says_how_to_write_clicks() -> None:
    with pytest.raises(InputError, match=r"\[\[31, 83, 508\]\]"):
        read_clicks(["[]", "no clicks"])


def test_a_number_beyond_all_bounds_is_read_without_failing() -> None:
    assert read_clicks([f"[[{'9' * 5000}, 1, 2]]"]).x[0] == float("inf")
