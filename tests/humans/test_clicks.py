from __future__ import annotations

import json

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fercore.errors import InputError
from fercore.humans.clicks import parse_cell, parse_cells, read_clicks

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


odd = st.sampled_from(
    ["[[1e2,2,3]]", " []", "[ ]", "[[1,2,3],\n[4,5,6]]", "[[-0.5,2,3]]", "[[01,2,3]]", "[[1.,2,3]]", "no", "[[1,2]]"]
)


@given(
    st.lists(
        cells.map(lambda trials: json.dumps([list(click) for trial in trials for click in trial])) | odd, max_size=6
    )
)
def test_plain_and_odd_cells_are_read_as_if_one_by_one(texts: list[str]) -> None:
    expected, wrong = [], {}
    for row, text in enumerate(texts):
        try:
            expected.append(parse_cell(text))
        except ValueError as error:
            expected.append([])
            wrong[row] = str(error)
    clicks, reasons = parse_cells(texts)
    assert reasons == wrong
    assert list(clicks.per_trial) == [len(trial) for trial in expected]
    found = [list(click) for click in zip(clicks.x, clicks.y, clicks.t_ms, strict=True)]
    assert found == [click for trial in expected for click in trial]
    assert list(clicks.trial) == [row for row, trial in enumerate(expected) for _ in trial]


def test_a_part_of_a_column_is_read_as_if_it_were_all() -> None:
    column = pd.Series(["[[1,2,3]]", "[[4,5,6],[7,8,9]]", "[]", "[[1.5,2,3]]"])
    assert read_clicks(column[1:]).x.tolist() == [4, 7, 1.5]
    assert read_clicks(pd.concat([column[3:], column[:2]])).x.tolist() == [1.5, 1, 4, 7]
