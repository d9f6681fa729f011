"""Clicks as BubbleView publishes them: who uncovered what of an image, without a choice (Kim et al. 2017).

Two forms. ``.mat``: a struct array ``bubble`` with ``filename`` and, per participant, ``userdata.fixations.enc`` of x and y (so are
the eye fixations beside it). Participants have no name there: the first of one image and the first of another need not be the
same person. ``.csv``: no header, ``time, image, participant, x, y``, one row per click. Times are clock times to the second, or the
number of the click; they are not read. Positions are px of the image as it was shown.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd

from fercore.errors import InputError, RowFault, TrialTableError
from fercore.humans.csv_table import read_csv

COLUMNS: Final = ("image", "participant", "x", "y")
"""One row per click, in the order of each participant: name of the image's file, and px of that image."""

ROOT: Final = Path(__file__).parents[2]
"""Where the package lies, for the process that reads MATLAB files."""

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
    if not path.is_file():
        raise InputError(f"{path} cannot be read: there is no such file. Check the path.")
    command = [sys.executable, "-m", "fercore.humans.bubbleview_mat", str(path.resolve())]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        raise InputError(f"{path.name} is damaged: SciPy broke off while reading it. Fetch it again.")
    found = json.loads(done.stdout)
    if "error" in found:
        raise InputError(found["error"])
    return pd.DataFrame(found["clicks"], columns=list(COLUMNS)).astype({"x": float, "y": float})
