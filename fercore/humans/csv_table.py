"""CSV files read as text, row by row, so that every message can name a line."""

from __future__ import annotations

import codecs
import csv
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
from pyarrow import csv as arrow_csv

from fercore import tables
from fercore.errors import InputError, RowFault


def read_csv(
    path: Path, columns: Sequence[str], *, kind: str, any_case: bool = False, header: Sequence[str] | None = None
) -> tuple[pd.DataFrame, list[int], list[RowFault]]:
    """Read a CSV file (UTF-8, comma) as text.

    Parameters
    ----------
    path
        The file.
    columns
        Columns that it must have.
    kind
        What the file is, for messages: ``trial table``.
    any_case
        Whether capitals in the header do not matter.
    header
        Names of the columns of a file that has no header of its own.

    Returns
    -------
    table, lines, ragged
        The rows that have all their cells (str), their lines in the file, and the faults of the other rows.

    Raises
    ------
    InputError
        When the file cannot be read, is empty, lacks columns or has one twice.
    """
    if not any_case and header is None and (whole := _read_plain(path)) is not None:
        tables.require_columns(whole, columns, path.name)
        return whole, list(range(2, len(whole) + 2)), []
    rows: list[list[str]] = []
    lines: list[int] = []
    ragged: list[RowFault] = []
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.reader(file, strict=True)
            names = next(reader, []) if header is None else list(header)
            line = reader.line_num + 1
            for row in reader:
                if len(row) == len(names):
                    rows.append(row)
                    lines.append(line)
                elif row:
                    reason = f"has {len(row)} cells, but the header has {len(names)}; put clicks in double quotes"
                    if header is not None:
                        reason = f"has {len(row)} cells instead of {len(names)}: {', '.join(names)}"
                    ragged.append(RowFault(line, "row", row, reason))
                line = reader.line_num + 1
    except OSError as error:
        raise InputError(f"{path} cannot be read: {error.strerror}. Check the path and its permissions.") from error
    except UnicodeDecodeError as error:
        raise InputError(f"{path.name} is not UTF-8 text ({error.reason}). Save it as CSV in UTF-8.") from error
    except csv.Error as error:
        raise InputError(
            f"{path.name} is not CSV after line {reader.line_num}: {error}. Save it as CSV again."
        ) from error
    if not names or (header is not None and not rows and not ragged):
        starts = "starts with the columns" if header is None else "has the columns"
        raise InputError(f"{path.name} is empty. A {kind} {starts} {', '.join(columns)}.")
    names = [name.strip().lower() for name in names] if any_case else names
    refuse_twins(names, path)
    table = pd.DataFrame(rows, columns=names, dtype="str")
    tables.require_columns(table, columns, path.name)
    return table, lines, ragged


def refuse_twins(header: Sequence[str], path: Path) -> None:
    """Raise `InputError` when a column occurs more than once."""
    twins = sorted({column for column in header if list(header).count(column) > 1})
    if twins:
        raise InputError(f"{path.name} has the column(s) {', '.join(twins)} more than once. Keep one of each.")


def _read_plain(path: Path) -> pd.DataFrame | None:
    """Read a file in which nothing is odd, many times faster than row by row; None where anything might be.

    Every row has all its cells and stands on a line of its own, and a quotation mark is nowhere but around a whole cell.
    """
    try:
        data = path.read_bytes().removeprefix(codecs.BOM_UTF8)
    except OSError:
        return None
    characters = np.frombuffer(
        b"\n" + data + b"\n", np.uint8
    )  # so that every cell has something before it and after it
    marks = np.flatnonzero(characters == ord('"'))
    opens, closes = (np.isin(characters[marks + step], (ord(","), ord("\n"))) for step in (-1, 1))
    in_turn = np.arange(len(marks)) % 2 == 0
    if len(marks) % 2 or not (np.array_equal(opens, in_turn) and np.array_equal(closes, ~in_turn)):
        return None
    ends = np.flatnonzero(characters == ord("\n"))
    blank = np.diff(ends) == 1
    ends_with_newline = bool(blank[-1])
    if b"\r" in data or blank[:-1].any():
        return None
    n_lines = len(blank) - ends_with_newline
    names = data[: data.find(b"\n")].decode(errors="replace").replace('"', "").split(",")
    try:
        table = arrow_csv.read_csv(
            pa.py_buffer(data),
            read_options=arrow_csv.ReadOptions(use_threads=False),  # they cost more than they save on long cells
            convert_options=arrow_csv.ConvertOptions(
                column_types=dict.fromkeys(names, pa.large_string()), strings_can_be_null=False
            ),
        )
    except pa.ArrowInvalid:
        return None
    if table.num_rows + 1 != n_lines or table.column_names != names or len(set(names)) < len(names):
        return None
    plain: pd.DataFrame = table.to_pandas()
    return plain
