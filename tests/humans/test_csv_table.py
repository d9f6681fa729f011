from __future__ import annotations

import csv
import io
import tempfile
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from fercore.errors import InputError
from fercore.humans.csv_table import read_csv

cell = st.text("ab,\"\n' é", max_size=4)


def row_by_row(text: str) -> list[list[str]]:
    return [row for row in csv.reader(io.StringIO(text, newline=""), strict=True) if row]


@settings(deadline=None, max_examples=300)
@given(st.text('ab,,""\n\n\r ', max_size=24))
@example('a,"\nb",c\n')
@example('a,",",b\n')
@example('"a,b"\n"a\nb"')
@example('a,"b"c"\n')
def test_rows_are_those_of_the_csv_reader(body: str) -> None:
    """Whatever a file holds, it is read as if row by row, or refused alike."""
    text = f"x,y,z\n{body}"
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "table.csv"
        path.write_bytes(text.encode())
        try:
            rows = row_by_row(text)[1:]
        except csv.Error:
            with pytest.raises(InputError, match="not CSV"):
                read_csv(path, ["x"], kind="table")
            return
        table, lines, ragged = read_csv(path, ["x"], kind="table")
    assert table.to_numpy().tolist() == [row for row in rows if len(row) == 3]
    assert [fault.value for fault in ragged] == [row for row in rows if len(row) != 3]
    assert len(lines) == len(table)


@given(st.lists(st.tuples(cell, cell), min_size=1, max_size=5))
def test_a_written_table_is_read_again_with_its_lines(rows: list[tuple[str, str]]) -> None:
    written = pd.DataFrame(rows, columns=["x", "y"], dtype="str")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "table.csv"
        written.to_csv(path, index=False, quoting=csv.QUOTE_ALL)
        table, lines, ragged = read_csv(path, ["x", "y"], kind="table")
    pd.testing.assert_frame_equal(table, written)
    assert ragged == []
    starts = 2
    for line, row in zip(lines, rows, strict=True):
        assert line == starts
        starts += 1 + sum(cell.count("\n") for cell in row)
