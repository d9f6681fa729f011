"""Faces whose pixels are written as numbers into a table: FER2013 and what is derived from it.

The table has a column ``pixels`` with 2,304 numbers from 0 to 255 (48 rows of 48, gray), and may have ``emotion`` and ``Usage``. Column
names may be in any case and have spaces around them (``icml_face_data.csv`` has).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from fercore.errors import SourceError
from fercore.images.report import Tally
from fercore.tables import require_columns

SIDE = 48
"""Side of every face, px."""

USAGES = {"Training": "train", "PublicTest": "validation", "PrivateTest": "test"}
"""Splits by the words of the column ``Usage``; the second test is kept apart."""

COLUMNS = ["emotion", "usage", "source", "fault"]
"""Columns of `PixelTable.rows`."""

N_ROWS_READ = 2_048
"""Rows whose text is in memory at a time."""

WRONG_COUNT, OUT_OF_RANGE, NO_NUMBERS = (
    f"not {SIDE * SIDE:,} pixels",
    "pixels outside 0 to 255",
    "pixels that are not whole numbers",
)


@dataclass(frozen=True)
class PixelTable:
    """A table of faces, row by row.

    Parameters
    ----------
    rows
        ``emotion`` and ``usage`` as text without spaces around it ("" where there is no such column), ``source`` (file and
        line) and ``fault``, what is wrong with the pixels, "" when the row holds a face. The index is the row, from 0.
    pixels
        (n, 48, 48), uint8, gray; zero where there is no face.
    """

    rows: pd.DataFrame
    pixels: NDArray[np.uint8]

    @property
    def tallies(self) -> tuple[Tally, ...]:
        """Count the rows that hold no face, by what is wrong."""
        return tuple(
            Tally.of(
                "unreadable", f"rows with {fault}; left out", list(self.rows.loc[self.rows["fault"] == fault, "source"])
            )
            for fault in (WRONG_COUNT, OUT_OF_RANGE, NO_NUMBERS)
        )

    def loader(self, keys: Sequence[str], rows: Sequence[int]) -> Callable[[str], NDArray[np.uint8]]:
        """Give a function that gives the face of a key, (48, 48, 3) with equal channels; ``rows`` are the keys' rows."""
        row_of = dict(zip(keys, rows, strict=True))

        def load(key: str) -> NDArray[np.uint8]:
            return np.repeat(self.pixels[row_of[key], :, :, None], 3, axis=2)

        return load


def read_pixel_table(path: Path) -> PixelTable:
    """Read a table of faces; rows whose pixels are faulty stay in it, marked.

    Raises
    ------
    SourceError
        When the file cannot be read as a table.
    InputError
        When it has no column ``pixels``.
    """
    tables: list[pd.DataFrame] = []
    pixels: list[NDArray[np.uint8]] = []
    try:
        with pd.read_csv(
            path,
            usecols=lambda name: name.strip().lower() in ("pixels", "emotion", "usage"),
            dtype=str,
            keep_default_na=False,
            skip_blank_lines=False,
            encoding="utf-8-sig",
            chunksize=N_ROWS_READ,
        ) as chunks:
            for chunk in chunks:
                table = chunk.rename(columns=lambda name: name.strip().lower()).fillna("")
                require_columns(table, ("pixels",), str(path))
                table = table[(table != "").any(axis=1)].copy()
                parsed = [_parse(text) for text in table.pop("pixels")]
                pixels += [np.array([face for face, _ in parsed], np.uint8).reshape(-1, SIDE, SIDE)]
                lines = [f"{path.name} line {line + 2}" for line in table.index]
                tables.append(table.assign(fault=[fault for _, fault in parsed], source=lines))
    except (OSError, ValueError) as error:
        raise SourceError(f"{path} cannot be read as a table ({error}). Fetch it again.") from error
    rows = pd.concat(tables, ignore_index=True).reindex(columns=COLUMNS, fill_value="").astype(str)
    rows = rows.apply(lambda cells: cells.str.strip())
    return PixelTable(rows, np.concatenate(pixels))


def _parse(text: str) -> tuple[NDArray[np.uint8], str]:
    """Read the pixels of one row, (2304,); zeros and what is wrong, where they are no face."""
    none = np.zeros(SIDE * SIDE, np.uint8)
    try:
        numbers = np.fromstring(text, dtype=np.int64, sep=" ")
    except ValueError:
        return none, NO_NUMBERS
    if len(numbers) != SIDE * SIDE:
        return none, WRONG_COUNT
    if numbers.min() < 0 or numbers.max() > 255:
        return none, OUT_OF_RANGE
    return numbers.astype(np.uint8), ""
