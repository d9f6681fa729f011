"""AffectNet as released in 2017: lists of faces beside pictures (Mollahosseini, Hasani and Mahoor 2017).

Expected under the path: ``training.csv`` and ``validation.csv``, in ``Manually_Annotated_file_lists`` or at the top, and the
pictures in ``Manually_Annotated_Images`` (also inside ``Manually_Annotated``). A list may lack its header; one list may be
absent. A row is one face: a file with several faces has several rows, and its further faces are named ``<file>-face2``, ....

A face is cut out at its box (x, y, *width*, *height*), clamped to the picture. Landmarks, valence and arousal are not read.
"""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd

from fercore.errors import SourceError
from fercore.images.affectnet import (
    CODES,
    TRAINING_COUNTS,
    VALIDATION_COUNTS,
    name_expressions,
    other_code_tallies,
    paper_tallies,
)
from fercore.images.contents import Faces, make_contents
from fercore.images.files import Files, decode_image, name_by_stem, open_files
from fercore.images.lists import keep_first, read_list, refuse_lines, whole_numbers
from fercore.images.report import Tally
from fercore.images.source import SOURCES, SourceContents, refuse_votes, require_folder
from fercore.labels import LabelSet

SPLITS = {"training": "train", "validation": "validation"}
"""Splits by the names of the lists."""

LIST_FOLDERS = ("Manually_Annotated_file_lists", ".")
PICTURE_FOLDERS = ("Manually_Annotated_Images", "Manually_Annotated/Manually_Annotated_Images")
"""Where the lists and the pictures may lie."""

FILE, BOX, CODE = "subDirectory_filePath", ("face_x", "face_y", "face_width", "face_height"), "expression"
COLUMNS = (FILE, *BOX, "facial_landmarks", CODE, "valence", "arousal")
"""The columns of a list, in order."""

PUBLISHED = {
    **{("training", label): n for label, n in TRAINING_COUNTS.items()},
    **{("validation", label): n for label, n in VALIDATION_COUNTS.items()},
}


@SOURCES.register
def read(path: Path, *, votes: Path | None = None, label_set: LabelSet | None = None, seed: int = 0) -> SourceContents:
    """AffectNet of 2017: training.csv and validation.csv with face boxes."""
    refuse_votes("affectnet", votes)
    folder = require_folder(path)
    listed, list_tallies = _read_lists(folder)
    files = open_files(_find(folder, PICTURE_FOLDERS))
    index, tallies = _usable(listed, set(files.names()))
    index["key"], repeated = _names(index)
    faces = Faces(
        index=index,
        load=_loader(files, index),
        crop="the face box, clamped to the picture",
        tallies=(*list_tallies, *tallies, repeated, *paper_tallies()),
        published=PUBLISHED,
    )
    return make_contents("affectnet", path, faces, label_set, seed)


def _find(folder: Path, places: tuple[str, ...]) -> Path:
    for place in places:
        if (folder / place).is_dir():
            return folder / place
    raise SourceError(f"{str(folder)!r} holds no {places[0]}, so AffectNet of 2017 does not lie there. Check --path.")


def _read_lists(folder: Path) -> tuple[pd.DataFrame, list[Tally]]:
    """Read both lists: ``source``, ``code``, ``part``, ``split``, the `BOX` (NaN where it is no number)."""
    places = {part: [folder / place / f"{part}.csv" for place in LIST_FOLDERS] for part in SPLITS}
    found = {part: next((place for place in both if place.is_file()), None) for part, both in places.items()}
    tables, tallies = [], []
    for part, path in found.items():
        if path is None:
            continue
        headed = _has_header(path)
        table = read_list(path, (FILE, *BOX, CODE), names=None if headed else COLUMNS)
        refuse_lines(table[FILE], table[FILE] == "", path, "names no file")
        codes = whole_numbers(table[CODE], path)
        refuse_lines(table[CODE], ~codes.isin(CODES), path, "is no code of AffectNet, 0 to 10")
        boxes = table[list(BOX)].apply(pd.to_numeric, errors="coerce").replace([np.inf, -np.inf], np.nan)
        rows = boxes.assign(source=table[FILE], code=codes, part=part, split=SPLITS[part])
        tables.append(rows)
        if not headed:
            tallies.append(
                Tally("note", f"rows of {path.name}, which has no header; read in the usual order", len(rows))
            )
    if not tables:
        raise SourceError(
            f"{str(folder)!r} holds neither training.csv nor validation.csv, at the top or in {LIST_FOLDERS[0]}. "
            "Put the lists of AffectNet there."
        )
    return pd.concat(tables, ignore_index=True), tallies


def _has_header(path: Path) -> bool:
    """Look whether the first row names the columns; raises `SourceError` when it is no row of a list either."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            first = next(csv.reader(file), [])
    except (OSError, ValueError, csv.Error) as error:
        raise SourceError(f"{path} cannot be read as a table ({error}). Fetch it again.") from error
    if FILE in [cell.strip() for cell in first]:
        return True
    if len(first) != len(COLUMNS):
        raise SourceError(
            f"{path} begins with {first[:3]!r}: neither the column {FILE} nor a row of {len(COLUMNS)} cells. Fetch it again."
        )
    return False


def _usable(listed: pd.DataFrame, present: set[str]) -> tuple[pd.DataFrame, list[Tally]]:
    """Keep the faces that have an expression, a box, a file and no earlier row; count the others."""
    tallies = other_code_tallies(listed["code"], listed["source"])
    rows = listed.assign(label=name_expressions(listed["code"]))
    rows = rows[rows["label"] != ""]

    def drop(gone: pd.Series[bool], tally: Tally) -> None:
        nonlocal rows
        tallies.append(tally)
        rows = rows[~gone]

    unboxed = rows[list(BOX)].isna().any(axis=1)
    drop(unboxed, Tally.of("left out", "the face box is not four numbers", list(rows.loc[unboxed, "source"])))
    inverted = (rows[["face_width", "face_height"]] <= 0).any(axis=1)
    what = "the face box has no positive width and height"
    drop(inverted, Tally.of("left out", what, list(rows.loc[inverted, "source"])))
    absent = ~rows["source"].isin(present)
    drop(absent, Tally.of("missing", "in a list, but there is no such file", list(rows.loc[absent, "source"])))

    rows, repeated = keep_first(rows, ("source", *BOX), "the same face on several lines")
    several = rows.loc[rows.duplicated("source"), "source"]
    outside = (rows[["face_x", "face_y"]] < 0).any(axis=1)
    tallies += [
        *repeated,
        Tally.of("note", "further faces of a file that has several", list(several)),
        Tally.of("note", "the face box begins outside the picture; clamped", list(rows.loc[outside, "source"])),
        Tally.of("left out", "files that no list names", sorted(present - set(listed["source"]))),
    ]
    return rows, tallies


def _names(index: pd.DataFrame) -> tuple[pd.Series[str], Tally]:
    """Name every face by its file, the second and later ones of a file with their number; count names that repeat."""
    files = list(dict.fromkeys(index["source"]))
    names, repeated = name_by_stem(files)
    number = index.groupby("source").cumcount() + 1
    key: pd.Series[str] = index["source"].map(dict(zip(files, names, strict=True)))
    what = "the same name in several places, so all images are named by their path"
    return key + np.where(number > 1, "-face" + number.astype(str), ""), Tally.of("duplicate name", what, repeated)


def _loader(files: Files, index: pd.DataFrame) -> Callable[[str], np.ndarray]:
    rows = dict(zip(index["key"], range(len(index)), strict=True))
    sources, boxes = list(index["source"]), index[list(BOX)].round().to_numpy(dtype=np.int64)

    def load(key: str) -> np.ndarray:
        source, (x, y, width, height) = sources[rows[key]], boxes[rows[key]]
        picture = decode_image(files.read(source), source)
        face = picture[max(y, 0) : max(y + height, 0), max(x, 0) : max(x + width, 0)]
        if not face.size:
            raise SourceError(
                f"{source} is {picture.shape[1]} x {picture.shape[0]} px, but its face box begins at ({x}, {y}) and is "
                f"{width} x {height} px: nothing of it lies inside. Leave the row out."
            )
        return face

    return load
