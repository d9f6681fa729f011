"""Clicks of many trials as flat arrays, read from the JSON cells of a trial table."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from fercore.errors import InputError


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


def flatten_clicks(trials: Iterable[list[list[float]]]) -> Clicks:
    """Make flat arrays of click lists, one list of [x, y, t_ms] per trial."""
    lists = list(trials)
    per_trial = np.fromiter(map(len, lists), np.intp, len(lists))
    n = int(per_trial.sum())
    numbers = chain.from_iterable(chain.from_iterable(lists))
    x, y, t_ms = np.fromiter(numbers, np.float64, 3 * n).reshape(n, 3).T
    start = np.cumsum(per_trial) - per_trial
    return Clicks(
        trial=np.repeat(np.arange(len(lists)), per_trial),
        rank=np.arange(n) - np.repeat(start, per_trial),
        x=x, y=y, t_ms=t_ms, per_trial=per_trial,
    )  # fmt: skip


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


def read_clicks(cells: Iterable[str]) -> Clicks:
    """Read the ``clicks`` column of a checked trial table.

    Raises
    ------
    InputError
        When a cell is not a JSON list of [x, y, t_ms]; `trial_table.read_trials` names all such cells.
    """
    try:
        return flatten_clicks(map(parse_cell, cells))
    except ValueError as error:
        raise InputError(
            f"A cell of the column clicks {error}. Write a JSON list such as [[31, 83, 508]], or [] without clicks."
        ) from error
