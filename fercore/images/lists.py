"""Lists of images as data sets ship them: tables of text, every row known by its line in the file."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from fercore.errors import SourceError
from fercore.images.report import Tally
from fercore.tables import require_columns

N_SHOWN = 10
"""Lines that a message names at most."""


def read_list(
    path: Path, columns: Sequence[str], *, names: tuple[str, ...] | None = None, separator: str = ","
) -> pd.DataFrame:
    """Read some columns of a list as text, without the spaces around it; what a short row lacks is "".

    Parameters
    ----------
    path
        The file, UTF-8 with or without a byte-order mark.
    columns
        What to read.
    names
        The columns of a file without a header, in order; None when the first line names them.
    separator
        What stands between cells.

    Returns
    -------
    pandas.DataFrame
        ``columns``; the index is the line in the file, counted from 1. Blank lines are passed over.

    Raises
    ------
    SourceError
        When the file cannot be read as a table.
    InputError
        When a column is missing.
    """
    try:
        table = pd.read_csv(
            path,
            sep=separator,
            header=0 if names is None else None,
            names=names,
            usecols=lambda name: name.strip() in columns,
            dtype=str,
            keep_default_na=False,
            skipinitialspace=True,
            skip_blank_lines=False,
            encoding="utf-8-sig",
        )
    except (OSError, ValueError) as error:
        raise SourceError(f"{path} cannot be read as a table ({error}). Fetch it again.") from error
    table = table.rename(columns=str.strip).fillna("")
    require_columns(table, columns, str(path))
    table = table[list(columns)].apply(lambda cells: cells.str.strip())
    table.index = pd.RangeIndex(len(table)) + (2 if names is None else 1)
    blank = (table == "").all(axis=1)
    kept: pd.DataFrame = table[~blank]
    return kept


def whole_numbers(cells: pd.Series[str], path: Path) -> pd.Series[int]:
    """Read a column of `read_list` as whole numbers; raises `SourceError` naming the lines where it holds others."""
    numbers = pd.to_numeric(cells, errors="coerce")
    refuse_lines(cells, ~(np.isfinite(numbers) & (numbers % 1 == 0)), path, "is not a whole number")
    return numbers.astype(np.int64)


def refuse_lines(cells: pd.Series[str], faulty: pd.Series[bool], path: Path, why: str) -> None:
    """Raise `SourceError` for a damaged list when any line is faulty: the first value is shown, the lines are named."""
    wrong = cells[faulty]
    if len(wrong):
        lines = ", ".join(map(str, wrong.index[:N_SHOWN])) + (" ..." if len(wrong) > N_SHOWN else "")
        raise SourceError(
            f"{path} is damaged: {cells.name} = {wrong.iloc[0]!r} {why} (line {lines}; {len(wrong)} in all). "
            "Mend these lines or fetch the file again."
        )


def keep_first(rows: pd.DataFrame, same: Sequence[str], what: str) -> tuple[pd.DataFrame, list[Tally]]:
    """Keep the first of all rows that name the same face, and count the others by whether their labels agree.

    Parameters
    ----------
    rows
        ``label``, ``source``, and the columns ``same``.
    same
        Columns that are equal where rows name the same face.
    what
        What such rows have in common, in words.
    """
    again = rows.duplicated(list(same))
    conflicting = rows.groupby(list(same))["label"].transform("nunique") > 1
    counted = ((again & ~conflicting, "equal"), (again & conflicting, "conflicting"))
    return rows[~again].reset_index(drop=True), [
        Tally.of(
            "duplicate name", f"{what} with {word} expressions; the first was kept", list(rows.loc[those, "source"])
        )
        for those, word in counted
    ]
