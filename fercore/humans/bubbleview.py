"""Clicks as BubbleView publishes them: who uncovered what of an image, without a choice (Kim et al. 2017).

Two forms. ``.mat``: a struct array ``bubble`` with ``filename`` and, per participant, ``userdata.fixations.enc`` of x and y (so are
the eye fixations beside it). Participants have no name there: the first of one image and the first of another need not be the
same person. ``.csv``: no header, ``time, image, participant, x, y``, one row per click. Times are clock times to the second, or the
number of the click; they are not read. Positions are px of the image as it was shown.
"""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from io import BytesIO
from multiprocessing import get_context
from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd
from scipy.io import loadmat

from fercore.errors import InputError, RowFault, TrialTableError
from fercore.humans.csv_table import read_csv

COLUMNS: Final = ("image", "participant", "x", "y")
"""One row per click, in the order of each participant: name of the image's file, and px of that image."""

_CSV: Final = ("time", "image", "participant", "x", "y")


def read_bubbleview(path: Path) -> pd.DataFrame:
    """Read clicks.

    Parameters
    ----------
    path
        A ``.mat`` or ``.csv`` file.

    Returns
    -------
    pandas.DataFrame
        `COLUMNS`: text, text, float64, float64. Who clicked nothing on an image has no row.

    Raises
    ------
    InputError
        When the file cannot be read, is not of either form, or holds no click.
    TrialTableError
        When cells of a ``.csv`` are wrong; it lists every one of them.
    """
    match path.suffix.lower():
        case ".mat":
            clicks = _read_mat(path)
        case ".csv":
            clicks = _read_csv(path)
        case _:
            raise InputError(f"{path.name!r} is not a BubbleView log: give a file that ends in .mat or .csv.")
    if clicks.empty:
        raise InputError(f"{path.name} holds no clicks. Give another file.")
    return clicks


def _read_csv(path: Path) -> pd.DataFrame:
    table, lines, faults = read_csv(path, _CSV, kind="BubbleView log", header=_CSV)
    cells = table.apply(lambda column: column.str.strip())
    places = {column: pd.to_numeric(cells[column], errors="coerce").astype(float) for column in ("x", "y")}
    for row, line in enumerate(lines):
        for column in ("image", "participant"):
            if not cells[column].iloc[row]:
                faults.append(RowFault(line, column, "", "is empty"))
        for column, values in places.items():
            if not np.isfinite(values.iloc[row]):
                faults.append(RowFault(line, column, cells[column].iloc[row], "is not a position in px"))
    if faults:
        raise TrialTableError(path.name, sorted(faults, key=lambda fault: fault.line))
    clicks: pd.DataFrame = cells.assign(**places)[list(COLUMNS)]
    return clicks


def _read_mat(path: Path) -> pd.DataFrame:
    """Read a MATLAB file in a process of its own: SciPy's reader is C code, which a damaged file can bring down."""
    try:
        with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
            rows = pool.submit(mat_rows, path).result()
    except BrokenProcessPool as error:
        raise InputError(f"{path.name} is damaged: SciPy broke off while reading it. Fetch it again.") from error
    return pd.DataFrame(rows, columns=list(COLUMNS)).astype({"x": float, "y": float})


def mat_rows(path: Path) -> list[tuple[str, str, float, float]]:
    """Give the clicks of a ``.mat`` file, `COLUMNS`; raises `InputError`, or takes the process down, as it is damaged."""
    try:
        data = BytesIO(path.read_bytes())
    except OSError as error:
        raise InputError(f"{path} cannot be read: {error.strerror}. Check the path and its permissions.") from error
    try:
        held = loadmat(data, variable_names=["bubble"], simplify_cells=True)
    except NotImplementedError as error:
        raise InputError(
            f"{path.name} is of MATLAB 7.3, which is not read. Save it again: save('clicks.mat', 'bubble', '-v7')."
        ) from error
    except Exception as error:  # whatever SciPy stumbles over
        raise InputError(
            f"{path.name} is not a MATLAB file ({error or type(error).__name__}). Fetch it again."
        ) from error
    if "bubble" not in held:
        raise InputError(f"{path.name} has no variable bubble, in which BubbleView keeps clicks. Give another file.")
    try:
        return [row for image in _structs(held["bubble"]) for row in _clicks(image)]
    except (KeyError, TypeError, ValueError, IndexError) as error:
        raise InputError(
            f"The variable bubble of {path.name} is not BubbleView's struct with filename and userdata.fixations.enc of x and y "
            f"({error}). Give another file."
        ) from error


def _clicks(image: dict[str, Any]) -> Iterator[tuple[str, str, float, float]]:
    """Give the clicks on one image, participants counted from 1; raises for what is not in BubbleView's form."""
    name = str(image["filename"])
    for number, user in enumerate(_structs(image["userdata"]), start=1):
        for fixations in _structs(user["fixations"]):
            places = np.atleast_2d(np.asarray(fixations["enc"], float))
            if not places.size:
                continue
            if places.shape[1:] != (2,) or not np.isfinite(places).all():
                raise ValueError(f"enc of {name!r} is {places.shape}, or has positions that are no numbers")
            for x, y in places.tolist():
                yield name, str(number), x, y


def _structs(value: Any) -> list[dict[str, Any]]:
    """Give the elements of a struct array as SciPy simplifies it: a struct, a list of them, or an empty array."""
    if isinstance(value, dict):
        return [value]
    if isinstance(value, np.ndarray) and not value.size:
        return []
    if not isinstance(value, list) or not all(isinstance(one, dict) for one in value):
        raise TypeError(f"{type(value).__name__} instead of a struct")
    return value
