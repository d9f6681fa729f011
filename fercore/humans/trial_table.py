"""The interchange format of trials: CSV and Parquet with the columns of `tables.TRIALS`.

An import is all or nothing: every row is checked, and a table with any offending cell is answered with the list of all
of them. Extra columns are kept as they are (as text, when they come from CSV).
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from fercore import store, tables
from fercore.errors import InputError, RowFault, TrialTableError
from fercore.humans.csv_table import read_csv, refuse_twins
from fercore.humans.trial_faults import TrialChecks
from fercore.labels import LabelSet


def read_trials(path: Path, plan: pd.DataFrame, label_set: LabelSet, side: int) -> pd.DataFrame:
    """Read and check a trial table.

    Parameters
    ----------
    path
        A ``.csv`` (UTF-8, comma) or ``.parquet`` file.
    plan
        `tables.PLAN` of the study that the trials belong to.
    label_set
        The study's labels.
    side
        Side of the stored images, px: clicks lie in [0, side).

    Returns
    -------
    pandas.DataFrame
        `tables.TRIALS`, then the file's extra columns. Text: participant, image, labels, response, clicks. int64:
        block, trial, n_clicks. bool: correct. float64: first_click_ms, decision_ms, decision_time_s (NaN where empty).

    Raises
    ------
    InputError
        When the file cannot be read, is empty, or lacks columns.
    TrialTableError
        When cells are wrong; it lists every one of them.
    """
    match path.suffix.lower():
        case ".csv":
            return _check(*read_csv(path, tables.TRIALS, kind="trial table"), plan, label_set, side, path.name)
        case ".parquet":
            return check_trials(_read_parquet(path), plan, label_set, side, name=path.name)
    raise InputError(f"{path.name!r} is not a trial table: give a file that ends in .csv or .parquet.")


def check_trials(
    table: pd.DataFrame, plan: pd.DataFrame, label_set: LabelSet, side: int, *, name: str = "The trial table"
) -> pd.DataFrame:
    """Check a trial table that is in memory, in text or in numbers, and give it with the types of `read_trials`.

    Parameters
    ----------
    table
        At least the columns of `tables.TRIALS`.
    plan, label_set, side
        As in `read_trials`.
    name
        What messages call the table. They count rows from line 2, as in a file with a header.

    Raises
    ------
    InputError
        When columns are missing or there are no rows.
    TrialTableError
        When cells are wrong; it lists every one of them.
    """
    tables.require_columns(table, tables.TRIALS, name)
    return _check(table, list(range(2, len(table) + 2)), [], plan, label_set, side, name)


def _check(
    table: pd.DataFrame,
    lines: list[int],
    ragged: list[RowFault],
    plan: pd.DataFrame,
    label_set: LabelSet,
    side: int,
    name: str,
) -> pd.DataFrame:
    """Check rows that have all their cells; ``ragged`` are the faults of those that have not."""
    if table.empty and not ragged:
        raise InputError(f"{name} has a header but no trials. Write one row per trial.")
    table = table.reset_index(drop=True)
    cells = pd.DataFrame({column: _as_text(table[column]) for column in tables.TRIALS})
    checks = TrialChecks(cells, lines, plan, label_set, side)
    faults = sorted([*ragged, *checks.faults], key=lambda fault: fault.line)
    if faults:
        raise TrialTableError(name, faults)
    extra = [column for column in table.columns if column not in tables.TRIALS]
    return pd.concat([checks.values, table[extra]], axis=1)


def write_trials(trials: pd.DataFrame, path: Path) -> None:
    """Write a trial table, whole or not at all, as the ending of ``path`` says: ``.csv`` or ``.parquet``."""
    tables.require_columns(trials, tables.TRIALS, "The trial table")
    match path.suffix.lower():
        case ".csv":
            store.write_text(path, csv_text(trials))
        case ".parquet":
            with store.write_whole(path) as draft:
                _in_order(trials).to_parquet(draft, index=False)
        case _:
            raise InputError(f"A trial table cannot be written to {path.name!r}: name a .csv or .parquet file.")


def csv_text(trials: pd.DataFrame) -> str:
    """Give a trial table as CSV: ``correct`` as 1 and 0, whole ms without decimals, empty cells for NaN."""
    table = _in_order(trials)
    table["correct"] = table["correct"].astype(int)
    for column in ("first_click_ms", "decision_ms"):
        whole = (table[column].dropna() % 1 == 0).all()
        table[column] = table[column].astype("Int64") if whole else table[column]
    return str(table.to_csv(index=False, lineterminator="\n"))


def _in_order(trials: pd.DataFrame) -> pd.DataFrame:
    extra = [column for column in trials.columns if column not in tables.TRIALS]
    return trials[[*tables.TRIALS, *extra]].copy()


def _as_text(column: pd.Series) -> pd.Series:
    """Give a column as it would stand in a CSV file."""
    if column.dtype == "str" and not column.hasnans:
        return column
    return pd.Series([_text(value) for value in column], column.index, dtype="str")


def _text(value: Any) -> str:
    """Give a cell as it would stand in a CSV file."""
    if isinstance(value, str):
        return value
    if isinstance(value, list | np.ndarray):
        return json.dumps(value, default=lambda part: part.tolist())
    return "" if pd.isna(value) else str(value)


def _read_parquet(path: Path) -> pd.DataFrame:
    """Read a Parquet file; a named index becomes columns again."""
    try:
        table = pq.read_table(path)
    except OSError as error:
        raise InputError(
            f"{path} cannot be read as Parquet: {error}. Check the path, or write the file again."
        ) from error
    except pa.ArrowException as error:
        raise InputError(f"{path.name} is not a Parquet file: {error} Write it again, or give CSV.") from error
    refuse_twins(table.column_names, path)
    frame: pd.DataFrame = table.to_pandas()
    return frame if frame.index.names == [None] else frame.reset_index()
