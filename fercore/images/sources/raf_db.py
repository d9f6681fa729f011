"""RAF-DB, the basic emotions: seven labels, contempt not among them (Li, Deng and Du 2017).

Expected under the path, one of

1. ``EmoLabel/list_patition_label.txt`` (spelt so; a line is ``train_00001.jpg 5``) with ``Image/aligned/<stem>_aligned.jpg``
   or, where these are absent, ``Image/original/<name>``; both also inside ``basic``,
2. class folders ``{train,test}/<1..7>/<image>`` or ``<1..7>/<image>``; in the latter the names say the split (``train_...``, ``test_...``).

Codes count from 1. RAF-DB has no validation split, so its test split serves as one.
"""

from __future__ import annotations

from pathlib import Path

from fercore.errors import SourceError
from fercore.images.contents import Faces, make_contents
from fercore.images.files import load_files, open_files
from fercore.images.label_folders import list_label_folders
from fercore.images.lists import keep_first, read_list, refuse_lines
from fercore.images.report import Tally
from fercore.images.source import SOURCES, SourceContents, refuse_votes, require_folder
from fercore.labels import LabelSet

EXPRESSIONS = {"1": "surprise", "2": "fear", "3": "disgust", "4": "happy", "5": "sad", "6": "anger", "7": "neutral"}
"""Expressions by their code."""

LIST = "EmoLabel/list_patition_label.txt"
ALIGNED, ORIGINAL = "Image/aligned", "Image/original"

COUNTS = {
    "train": (1_290, 281, 717, 4_772, 1_982, 705, 2_524),
    "test": (329, 74, 160, 1_185, 478, 162, 680),
}
"""Published images per split, in the order of the codes: 12,271 and 3,068."""

PUBLISHED = {
    (split, label): n for split, counts in COUNTS.items() for label, n in zip(EXPRESSIONS.values(), counts, strict=True)
}


@SOURCES.register
def read(path: Path, *, votes: Path | None = None, label_set: LabelSet | None = None, seed: int = 0) -> SourceContents:
    """RAF-DB with its list of labels, aligned or original, or in class folders 1 to 7."""
    refuse_votes("raf-db", votes)
    folder = require_folder(path)
    basic = next((place for place in (folder, folder / "basic") if (place / LIST).is_file()), None)
    faces = _from_folders(folder) if basic is None else _from_list(basic)
    return make_contents("raf-db", path, faces, label_set, seed)


def _from_list(basic: Path) -> Faces:
    table = read_list(basic / LIST, ("name", "code"), names=("name", "code"), separator=" ")
    labels, splits = table["code"].map(EXPRESSIONS), table["name"].str.extract("^(train|test)_", expand=False)
    refuse_lines(table["code"], labels.isna(), basic / LIST, "is no code of RAF-DB, 1 to 7")
    refuse_lines(table["name"], splits.isna(), basic / LIST, "begins neither with train_ nor with test_")
    place = next((place for place in (ALIGNED, ORIGINAL) if (basic / place).is_dir()), None)
    if place is None:
        raise SourceError(f"{str(basic)!r} holds neither {ALIGNED} nor {ORIGINAL}. Unpack the images of RAF-DB there.")
    stems = table["name"].str.rpartition(".")[0]
    sources = stems + "_aligned.jpg" if place == ALIGNED else table["name"]
    listed, repeated = keep_first(
        table.assign(key=stems, label=labels, split=splits, part=splits, source=sources),
        ["name"],
        "the same name on several lines",
    )
    files = open_files(basic / place)
    present = set(files.names())
    absent = ~listed["source"].isin(present)
    rows = listed[~absent].reset_index(drop=True)
    return Faces(
        index=rows,
        load=load_files(files, rows),
        crop="faces aligned by the authors" if place == ALIGNED else "whole photographs, not cut to the face",
        tallies=(
            *repeated,
            Tally.of("missing", f"in the list, but not in {place}", list(listed.loc[absent, "source"])),
            Tally.of("left out", "files that are not in the list", sorted(present - set(listed["source"]))),
        ),
        published=PUBLISHED,
    )


def _from_folders(path: Path) -> Faces:
    folders = list_label_folders(path)
    index, others = folders.named(EXPRESSIONS | {label: label for label in EXPRESSIONS.values()})
    named = index["source"].str.extract("(?:^|/)(train|test)_[^/]*$", expand=False).fillna("").astype(str)
    contrary = (index["split"] != "") & (named != "") & (index["split"] != named)
    index["split"] = index["split"].where(index["split"] != "", named)
    note = Tally.of(
        "note", "the name says another split than the folder; the folder decides", list(index.loc[contrary, "source"])
    )
    return Faces(
        index=index.assign(part=index["split"]),
        load=load_files(folders.files, index),
        crop="whole pictures",
        tallies=(*folders.tallies, others, note),
        published=PUBLISHED,
    )
