"""Clicks of many trials as flat arrays, read from the JSON cells of a trial table."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray
from pyarrow import csv

from fercore.errors import InputError

_DECIMAL: Final = r"-?(0|[1-9][0-9]{0,14})(\.[0-9]{1,20})?"
_CLICK: Final = rf"\[{_DECIMAL}, ?{_DECIMAL}, ?{_DECIMAL}\]"
_PLAIN: Final = rf"^\[({_CLICK}(, ?{_CLICK})*)?\]$"
"""Cells as programs write them: JSON without exponents and with no blanks but after commas."""
_NUMBERS: Final = ["x", "y", "t_ms"]


@dataclass(frozen=True)
class Clicks:
    """All clicks of a table, trial after trial, in the order in which they were made."""

    trial: NDArray[np.intp]
    """(n_clicks,) row position of the click's trial in the table, ascending."""
    rank: NDArray[np.intp]
    """(n_clicks,) place of the click in its trial, counted from 0."""
    x: NDArray[np.float64]
    """(n_clicks,) px from the left edge of the stored image."""
    y: NDArray[np.float64]
    """(n_clicks,) px from its upper edge."""
    t_ms: NDArray[np.float64]
    """(n_clicks,) ms since the image appeared."""
    per_trial: NDArray[np.intp]
    """(n_trials,) clicks of each trial."""

    @property
    def first(self) -> NDArray[np.intp]:
        """(n_trials,) position of each trial's first click; of no meaning for a trial without clicks."""
        return np.cumsum(self.per_trial) - self.per_trial

    def pixels(self, side: int) -> NDArray[np.intp]:
        """(n_clicks,) number of the pixel that holds each click, row by row of an image of ``side`` px."""
        return np.floor(self.y).astype(np.intp) * side + np.floor(self.x).astype(np.intp)


def parse_cell(text: str) -> list[list[float]]:
    """Read one cell: a JSON list of [x, y, t_ms]. Raises ``ValueError`` saying why it is not one."""
    try:
        clicks = json.loads(text, parse_int=float, parse_constant=_refuse)
    except (ValueError, RecursionError):
        raise ValueError("is not JSON") from None
    if not isinstance(clicks, list):
        raise ValueError("is not a JSON list")  # noqa: TRY004  # one exception for every malformed cell
    for click in clicks:
        if type(click) is not list or len(click) != 3 or {type(value) for value in click} != {float}:
            raise ValueError(f"holds {json.dumps(click)[:80]}, which is not [x, y, t_ms] with three numbers")
    return clicks


def _refuse(constant: str) -> float:
    raise ValueError(constant)  # NaN and Infinity are not JSON


def read_clicks(cells: Sequence[str] | pd.Series) -> Clicks:
    """Read the ``clicks`` column of a checked trial table.

    Raises
    ------
    InputError
        When a cell is not a JSON list of [x, y, t_ms]; `trial_table.read_trials` names all such cells.
    """
    clicks, reasons = parse_cells(cells)
    for reason in reasons.values():
        raise InputError(
            f"A cell of the column clicks {reason}. Write a JSON list such as [[31, 83, 508]], or [] without clicks."
        )
    return clicks


def parse_cells(cells: Sequence[str] | pd.Series) -> tuple[Clicks, dict[int, str]]:
    """Read many cells at once.

    Returns
    -------
    clicks, reasons
        The clicks; and by row why its cell is not a list of clicks (`parse_cell`): it counts as without any.

    Notes
    -----
    Cells of plain decimal numbers are read in one go: with closing brackets as ends of lines and opening ones as commas, they
    are a table whose first two columns are empty. Each of the others is read as JSON.
    """
    text = text_array(cells)
    plain = pc.match_substring_regex(text, _PLAIN).fill_null(False).to_numpy(zero_copy_only=False)
    per_trial = np.zeros(len(text), np.intp)
    numbers, per_trial[plain] = _parse_plain(text if plain.all() else text.filter(pa.array(plain)))
    reasons: dict[int, str] = {}
    others: list[list[float]] = []
    for row in np.flatnonzero(~plain):
        try:
            own = parse_cell(text[row].as_py() or "")
        except ValueError as error:
            reasons[int(row)] = str(error)
            continue
        per_trial[row] = len(own)
        others += own
    trial = np.repeat(np.arange(len(text)), per_trial)
    if others:
        plain_first = np.argsort(~plain[trial], kind="stable")
        merged = np.empty((len(trial), 3))
        merged[plain_first] = np.concatenate([np.stack(numbers, axis=1), others])
        numbers = list(merged.T.copy())
    start = np.cumsum(per_trial) - per_trial
    x, y, t_ms = numbers
    return Clicks(trial, np.arange(len(trial)) - start[trial], x, y, t_ms, per_trial), reasons


def text_array(cells: Sequence[str] | pd.Series) -> pa.LargeStringArray:
    """Give cells as one array of Arrow, without copying them where they are one already."""
    text = pa.array(cells, pa.large_string())
    return text.combine_chunks() if isinstance(text, pa.ChunkedArray) else text


def _parse_plain(text: pa.LargeStringArray) -> tuple[list[NDArray[np.float64]], NDArray[np.intp]]:
    """Read cells that are all `_PLAIN`: x, y and t_ms, (n_clicks,) each, and how many clicks each cell holds."""
    per_cell = np.zeros(len(text), np.intp)
    full = pc.not_equal(text, "[]").to_numpy(zero_copy_only=False)
    if not full.any():
        return [np.empty(0)] * 3, per_cell
    filled = text if full.all() else text.filter(pa.array(full))
    _, offsets, buffer = filled.buffers()
    ends = np.frombuffer(offsets, np.int64)[filled.offset : filled.offset + len(filled) + 1]
    data = memoryview(buffer)[ends[0] : ends[-1]]
    opened = np.flatnonzero(np.frombuffer(data, np.uint8) == ord("["))
    per_cell[full] = np.diff(np.searchsorted(opened, ends - ends[0])) - 1  # one bracket is that of the list
    lines = bytes(data).translate(bytes.maketrans(b"[]", b",\n"), b" ")
    table = csv.read_csv(
        pa.py_buffer(lines),
        read_options=csv.ReadOptions(column_names=["", " ", *_NUMBERS]),
        parse_options=csv.ParseOptions(quote_char=False),
        convert_options=csv.ConvertOptions(
            column_types=dict.fromkeys(_NUMBERS, pa.float64()), include_columns=_NUMBERS
        ),
    )
    return [table[name].to_numpy() for name in _NUMBERS], per_cell
