"""FER2013: gray faces of 48 x 48 pixels with seven expressions, contempt not among them (Goodfellow et al. 2013).

Expected under the path, and looked for in this order:

1. ``fer2013.csv`` or ``icml_face_data.csv``: a row per face with its pixels, emotion and usage,
2. ``train.csv`` and ``test.csv``: the same without usage; ``test.csv`` may be absent, and is left out where it has no emotions,
3. ``{train,test}/<label>/<image>``, the label as a word or a code.

PublicTest is for validation and PrivateTest is kept apart. In folders the two are told apart by the names of the files
(``PublicTest_123.jpg``); where they are mixed, the test split serves as validation.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from fercore.images.contents import Faces, make_contents
from fercore.images.files import load_files
from fercore.images.label_folders import list_label_folders
from fercore.images.pixel_table import USAGES, PixelTable, read_pixel_table
from fercore.images.report import Tally
from fercore.images.source import SOURCES, SourceContents, refuse_votes, require_folder
from fercore.labels import LabelSet

EMOTIONS = {"0": "anger", "1": "disgust", "2": "fear", "3": "happy", "4": "sad", "5": "surprise", "6": "neutral"}
"""Expressions by their code."""

WHOLE_TABLES = ("fer2013.csv", "icml_face_data.csv")
SPLIT_TABLES = {"train.csv": "train", "test.csv": "test"}

COUNTS = {
    "Training": (3_995, 436, 4_097, 7_215, 4_830, 3_171, 4_965),
    "PublicTest": (467, 56, 496, 895, 653, 415, 607),
    "PrivateTest": (491, 55, 528, 879, 594, 416, 626),
}
"""Published faces per usage, in the order of the codes: 28,709, 3,589 and 3,589."""

PARTS = {"train": "Training", "validation": "PublicTest", "test": "PrivateTest"}
MIXED = "PublicTest and PrivateTest"
"""What the parts are called in the report, the last where the two tests cannot be told apart."""


@SOURCES.register
def read(path: Path, *, votes: Path | None = None, label_set: LabelSet | None = None, seed: int = 0) -> SourceContents:
    """FER2013 as a table of pixels, or as folders of labels."""
    refuse_votes("fer2013", votes)
    folder = require_folder(path)
    for names in (WHOLE_TABLES[:1], WHOLE_TABLES[1:], tuple(SPLIT_TABLES)):
        if (folder / names[0]).is_file():
            faces = _from_tables([folder / name for name in names if (folder / name).is_file()])
            break
    else:
        faces = _from_folders(folder)
    return make_contents("fer2013", path, faces, label_set, seed)


def _from_tables(paths: Iterable[Path]) -> Faces:
    tables = {path.name: read_pixel_table(path) for path in paths}
    table = PixelTable(
        pd.concat([one.rows.assign(file=name) for name, one in tables.items()], ignore_index=True),
        np.concatenate([one.pixels for one in tables.values()]),
    )
    rows = table.rows[table.rows["fault"] == ""]
    by_file = rows["file"].map(SPLIT_TABLES).where(rows["usage"] == "")
    rows = rows.assign(
        label=rows["emotion"].map(EMOTIONS).fillna(""),
        split=rows["usage"].map(USAGES).fillna(by_file).fillna(""),
        key=rows["file"].str.removesuffix(".csv") + "-" + rows.index.astype(str).str.zfill(5),
    )
    labelled, placed, blank = rows["label"] != "", rows["split"] != "", rows["emotion"] == ""
    usable = rows[labelled & placed]
    return _faces(
        index=usable.reset_index(drop=True),
        load=table.loader(list(usable["key"]), list(usable.index)),
        tallies=(
            *table.tallies,
            Tally.of("left out", "rows without an emotion", list(rows.loc[blank, "source"])),
            Tally.of(
                "left out", "rows whose emotion is no code from 0 to 6", list(rows.loc[~labelled & ~blank, "source"])
            ),
            Tally.of(
                "left out", f"rows whose usage is not {', '.join(USAGES)}", list(rows.loc[labelled & ~placed, "source"])
            ),
        ),
        mixed=bool((by_file == "test").any()),
    )


def _from_folders(path: Path) -> Faces:
    folders = list_label_folders(path)
    index, others = folders.named(EMOTIONS | {label: label for label in EMOTIONS.values()})
    tested = index["split"] == "test"
    told = index["source"].str.extract(r"/(PublicTest|PrivateTest)_[^/]*$", expand=False).map(USAGES)
    mixed = bool(told[tested].isna().any())
    if not mixed:
        index["split"] = told.where(tested, index["split"])
    return _faces(index, load_files(folders.files, index), (*folders.tallies, others), mixed)


def _faces(index: pd.DataFrame, load: Callable[[str], np.ndarray], tallies: Sequence[Tally], mixed: bool) -> Faces:
    """Name the parts by their usage; ``mixed`` where the two tests cannot be told apart."""
    parts = PARTS | ({"test": MIXED} if mixed else {})
    counts = {usage: np.array(numbers) for usage, numbers in COUNTS.items()}
    counts[MIXED] = counts["PublicTest"] + counts["PrivateTest"]
    there = ("Training", MIXED) if mixed else tuple(COUNTS)
    published = {
        (part, label): int(n) for part in there for label, n in zip(EMOTIONS.values(), counts[part], strict=True)
    }
    index = index.assign(part=index["split"].map(parts).fillna("").astype(str))
    return Faces(index, load, "whole faces of 48 x 48 px", tallies, published, gray=True)
