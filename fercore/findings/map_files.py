"""Agreement of any two maps, each from a file: ``fercore score --human H.npy --model M.npy``."""

from __future__ import annotations

import csv
import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from fercore.comparison.map_stack import MapStack
from fercore.comparison.measures import Measure, measures
from fercore.errors import InputError
from fercore.settings import ComparisonSettings

MEASURES: Final = ("dice-50", "dice-top20", "iou-50", "cc", "spearman", "sim", "kl", "nss", "auc")
"""What two maps are compared by where nothing is named, in the order shown."""


@dataclass(frozen=True)
class MapScore:
    """Agreement of two maps by one measure."""

    value: float
    """NaN where the measure has no meaning."""
    reason: str
    """Why there is no value; empty where there is one."""


def score_maps(
    human: Path, model: Path, clicks: Path | None, settings: ComparisonSettings, names: Sequence[str] = MEASURES
) -> dict[str, MapScore]:
    """Compare a human map with a model's map.

    Parameters
    ----------
    human, model
        Files for `read_map`, of one size.
    clicks
        File for `read_click_counts`, or None.
    settings
        Threshold and percentage.
    names
        Measures, in the order in which they are given.

    Returns
    -------
    dict
        By measure.

    Raises
    ------
    InputError
        When a file cannot be used, the maps differ in size, or no measure is called so.
    """
    chosen = measures(settings, names)
    people, network = read_map(human), read_map(model)
    if people.shape != network.shape:
        raise InputError(
            f"The human map {human.name!r} has {_size(people)} and the model map {model.name!r} has {_size(network)}. "
            "Bring both to one size."
        )
    counts = np.zeros_like(people) if clicks is None else read_click_counts(clicks, people.shape)
    found = {}
    for name, measure in chosen.items():
        side = counts if measure.needs_clicks else people
        value = float(measure(side[None], network[None])[0])
        found[name] = MapScore(value, _why_none(measure, side, network, clicks) if math.isnan(value) else "")
    return found


def _why_none(measure: Measure, human: np.ndarray, model: np.ndarray, clicks: Path | None) -> str:
    """Say which side the measure has no meaning for; where it has one for each, nothing is attended in either."""
    reasons = []
    if np.isnan(measure.human(MapStack(human[None])).number[0]):
        if not measure.needs_clicks:
            reasons.append(_like_nothing("people's map", human))
        elif not human.any():
            reasons.append("no clicks were given" if clicks is None else f"{clicks.name!r} holds no clicks")
        else:
            reasons.append("every pixel was clicked")
    if np.isnan(measure.model(MapStack(model[None])).number[0]):
        reasons.append(_like_nothing("the model's map", model))
    return ", and ".join(reasons) or "no pixel of either map counts as attended"


def _like_nothing(which: str, values: np.ndarray) -> str:
    return f"{which} is {'constant' if values.any() else 'empty'}"


def read_map(path: Path) -> NDArray[np.float64]:
    """Read one map, (height, width), from ``.npy`` or from ``.csv`` without header: a line is a row of pixels (y), top first.

    Raises
    ------
    InputError
        When the file cannot be read, is no table of numbers, or has a value that is negative or not finite. Pickled arrays
        are refused.
    """
    if path.suffix.lower() == ".npy":
        values = _read_npy(path)
    elif path.suffix.lower() == ".csv":
        values = _read_csv(path)
    else:
        raise InputError(f"{str(path)!r} ends neither in .npy nor in .csv. Save the map as one of these.")
    if values.ndim != 2 or values.size == 0:
        raise InputError(
            f"{path.name!r} has shape {values.shape}. A map has two dimensions (height, width): give one map at a time."
        )
    unusable = ~np.isfinite(values) | (values < 0)
    if unusable.any():
        y, x = (int(place) for place in np.argwhere(unusable)[0])
        raise InputError(
            f"{path.name!r} has {float(values[y, x])!r} in row {y}, column {x} (from 0). Maps hold numbers from 0 up, "
            "without gaps."
        )
    return values


def read_click_counts(path: Path, shape: tuple[int, ...]) -> NDArray[np.float64]:
    """Count clicks per pixel, (height, width), from a CSV file with columns x and y in px from the upper left corner.

    A click belongs to the pixel that holds it; one outside the image raises `InputError`, as does what is no number.
    """
    lines = _lines(path)
    header = [name.strip() for name in lines[0]] if lines else []
    if not {"x", "y"} <= set(header):
        raise InputError(f"{path.name!r} has the columns {', '.join(header)!r}. It needs x and y, in px.")
    height, width = shape
    counts = np.zeros((height, width))
    for line, cells in enumerate(lines[1:], start=2):
        row = dict(zip(header, cells, strict=False))
        x, y = (_number(row.get(name, ""), path, line) for name in ("x", "y"))
        if not (0 <= x < width and 0 <= y < height):
            raise InputError(
                f"{path.name!r} has a click at x = {x:g}, y = {y:g} in line {line}, outside the map of {width} x {height} px. "
                "Give clicks in px of the map."
            )
        counts[int(y), int(x)] += 1
    return counts


def _read_npy(path: Path) -> NDArray[np.float64]:
    try:
        with path.open("rb") as file:
            values = np.lib.format.read_array(file, allow_pickle=False)
    except (OSError, ValueError, EOFError, MemoryError) as error:
        raise InputError(
            f"{str(path)!r} cannot be read as a NumPy array: {_reason(error)}. Save numbers with numpy.save, without pickling."
        ) from error
    if values.dtype.kind not in "biuf":
        raise InputError(f"{path.name!r} holds values of type {str(values.dtype)!r}. A map holds numbers.")
    return values.astype(np.float64)


def _read_csv(path: Path) -> NDArray[np.float64]:
    rows = [[_number(cell, path, line) for cell in cells] for line, cells in enumerate(_lines(path), start=1)]
    if len({len(row) for row in rows}) > 1:
        odd = next(line for line, row in enumerate(rows, start=1) if len(row) != len(rows[0]))
        raise InputError(
            f"{path.name!r} has {len(rows[0])} values in line 1 and {len(rows[odd - 1])} in line {odd}. "
            "Every line is one row of the map."
        )
    return np.array(rows, dtype=np.float64)


def _lines(path: Path) -> list[list[str]]:
    """Read the cells of a UTF-8 file with commas; empty lines at its end are left out."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            lines = list(csv.reader(file))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise InputError(
            f"{str(path)!r} cannot be read as CSV: {_reason(error)}. Give a UTF-8 file with commas."
        ) from error
    while lines and not any(cell.strip() for cell in lines[-1]):
        lines.pop()
    return lines


def _number(cell: str, path: Path, line: int) -> float:
    try:
        return float(cell.replace("_", "?"))  # Python reads 1_000, no other program does
    except ValueError:
        raise InputError(
            f"{path.name!r} has {cell!r} in line {line}, which is no number. Write numbers alone."
        ) from None


def _reason(error: Exception) -> str:
    lines = (getattr(error, "strerror", None) or str(error)).strip().splitlines()
    return lines[0].rstrip(".") if lines else "it ends too early"


def _size(values: np.ndarray) -> str:
    return f"{values.shape[0]} rows and {values.shape[1]} columns"
