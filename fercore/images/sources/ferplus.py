"""FER+: the faces of FER2013 with ten crowd votes each (Barsoum et al. 2016, https://arxiv.org/abs/1608.01041).

Expected under the path: ``fer2013new.csv`` (or another place, given as votes) and the parts ``FER2013Train``,
``FER2013Valid`` and ``FER2013Test`` with ``ferNNNNNNN.png``, each as a folder or as a zip archive of that name; a part may
be absent. Images and votes are joined by *name*: the number in a name is not the row of the table.

An image's label is the one that FER+'s majority rule gives: an option with a single vote counts as not chosen; an
expression wins when it has more than half of the votes that are left; any other image is left out. The votes of the
images that stay are kept as they were cast.
"""

from __future__ import annotations

from pathlib import Path, PurePosixPath

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from fercore.errors import SourceError
from fercore.images.contents import colour_note
from fercore.images.files import Files, decode_image, is_image, open_files
from fercore.images.report import Part, SourceReport, Tally
from fercore.images.source import INDEX, SOURCES, SourceContents, choose_labels, require_folder, settle_splits
from fercore.labels import LabelSet, canonical_label
from fercore.tables import require_columns

VOTES_FILE = "fer2013new.csv"

EXPRESSION_OPTIONS = ("neutral", "happiness", "surprise", "sadness", "anger", "disgust", "fear", "contempt")
OPTIONS = (*EXPRESSION_OPTIONS, "unknown", "NF")
"""What people could vote for, as the table's columns are called; NF is "not a face"."""

N_VOTES = 10
"""Votes that an image should have."""

PARTS = {"FER2013Train": "train", "FER2013Valid": "validation", "FER2013Test": "test"}
USAGES = {"FER2013Train": "Training", "FER2013Valid": "PublicTest", "FER2013Test": "PrivateTest"}
PUBLISHED = {"FER2013Train": 28_558, "FER2013Valid": 3_579, "FER2013Test": 3_573}
"""Images per part, as the authors of FER+ count them."""


@SOURCES.register
def read(path: Path, *, votes: Path | None = None, label_set: LabelSet | None = None, seed: int = 0) -> SourceContents:
    """FER2013 faces named as in FER+, with their table of human votes."""
    folder = require_folder(path)
    table, table_tallies = read_votes(votes or folder / VOTES_FILE)
    opened = _open_parts(folder)
    files, file_tallies = _list_files(opened)

    joined = files.merge(table, on="name", how="outer", indicator=True)
    voted = joined[joined["_merge"] == "both"]
    unvoted = joined[joined["_merge"] == "left_only"]
    fileless = joined[joined["_merge"] == "right_only"]
    present = fileless["usage"].isin([USAGES[part] for part in opened])
    moved = voted["usage"] != voted["part"].map(USAGES)

    labels = majority(voted[list(OPTIONS)].to_numpy(dtype=np.int64))
    found = voted.assign(label=labels, split=voted["part"].map(PARTS))[labels != ""]
    chosen, index, other_labels = choose_labels(found, label_set)
    index, splits = settle_splits(index, seed)

    tallies = (
        *table_tallies,
        *file_tallies,
        Tally.of("missing", "votes, but no such file in their part", list(fileless.loc[present, "name"])),
        Tally("left out", "votes, but their part is not here", int((~present).sum())),
        Tally.of("left out", "files without votes", list(unvoted["name"])),
        Tally.of("left out", "no expression with the majority of the votes", list(voted.loc[labels == "", "name"])),
        Tally.of("note", "in another part than their usage says; the part decides", list(voted.loc[moved, "name"])),
        other_labels,
        *splits,
        colour_note(len(index), "whole pictures", gray=True),
    )
    parts = tuple(Part(part, int((files["part"] == part).sum()), PUBLISHED[part], _use(index, part)) for part in opened)
    members = dict(zip(index["key"], index[["part", "member", "source"]].to_numpy(dtype=object).tolist(), strict=True))

    def load(key: str) -> np.ndarray:
        part, member, source = members[key]
        return decode_image(opened[part].read(member), source)

    ballots = index.set_index("key")[list(OPTIONS)].astype(np.int64).rename(columns=canonical_label).reset_index()
    return SourceContents(chosen, index[list(INDEX)], load, SourceReport("ferplus", str(path), parts, tallies), ballots)


def majority(votes: np.ndarray) -> NDArray[np.str_]:
    """Give the winning expression of every image by FER+'s majority rule, "" where none wins.

    Parameters
    ----------
    votes
        (n, 10), counts in the order of `OPTIONS`.
    """
    left = np.where(votes <= 1, 0, votes)
    winner = left.argmax(axis=1)
    wins = (2 * left.max(axis=1) > left.sum(axis=1)) & (winner < len(EXPRESSION_OPTIONS))
    names = np.array([canonical_label(option) for option in OPTIONS])
    return np.where(wins, names[winner], "")


def read_votes(path: Path) -> tuple[pd.DataFrame, list[Tally]]:
    """Read the table of votes: ``name``, ``usage`` and the counts of `OPTIONS`, one row per name.

    Raises
    ------
    SourceError
        When the file is not there, is not a table, lacks a column, or holds something else than counts.
    """
    try:
        table = pd.read_csv(path, encoding="utf-8-sig", skipinitialspace=True, keep_default_na=False, dtype=str)
    except (OSError, ValueError) as error:
        raise SourceError(
            f"The votes {str(path)!r} cannot be read ({error}). Put {VOTES_FILE} of FER+ beside its parts, or name it with --votes."
        ) from error
    require_columns(table, ("Usage", "Image name", *OPTIONS), str(path))
    counts = table[list(OPTIONS)].apply(pd.to_numeric, errors="coerce")
    faulty = ~((counts >= 0) & (counts % 1 == 0)).all(axis=1)
    if faulty.any():
        lines = ", ".join(str(row + 2) for row in np.flatnonzero(faulty)[:10])
        raise SourceError(
            f"{path} has {faulty.sum()} line(s) whose votes are not counts (line {lines}). Fetch it again."
        )
    table = pd.concat(
        [table["Image name"].str.strip().rename("name"), table["Usage"].rename("usage"), counts.astype(int)], axis=1
    )
    blank = table["name"] == ""
    named = table[~blank]
    first = named.drop_duplicates("name")
    repeated = named[named["name"].duplicated(keep=False)]
    conflicting = set(repeated.drop_duplicates(["name", *OPTIONS])["name"][lambda names: names.duplicated()])
    equal = set(repeated["name"]) - conflicting
    short = first.loc[first[list(OPTIONS)].sum(axis=1) != N_VOTES, "name"]
    tallies = [
        Tally("left out", "lines of votes without a name", int(blank.sum())),
        Tally.of("duplicate name", "names on several lines with equal votes; the first was kept", sorted(equal)),
        Tally.of(
            "duplicate name", "names on several lines with conflicting votes; the first was kept", sorted(conflicting)
        ),
        Tally.of("note", f"images without exactly {N_VOTES} votes; kept", list(short)),
    ]
    return first.reset_index(drop=True), tallies


def _open_parts(folder: Path) -> dict[str, Files]:
    """Open the parts that are there; an unpacked folder goes before its archive."""
    places = {part: [folder / part, folder / f"{part}.zip"] for part in PARTS}
    opened = {
        part: open_files(next(p for p in both if p.exists()))
        for part, both in places.items()
        if any(p.exists() for p in both)
    }
    if not opened:
        raise SourceError(
            f"{str(folder)!r} holds none of {', '.join(PARTS)}, neither as a folder nor as .zip. "
            f"Put the images of FER+ there, named as in {VOTES_FILE}."
        )
    return opened


def _list_files(opened: dict[str, Files]) -> tuple[pd.DataFrame, list[Tally]]:
    """List the images of all parts: ``name``, ``key``, ``part``, ``member`` (path inside the part) and ``source``."""
    rows = [
        (PurePosixPath(member).name, PurePosixPath(member).stem, part, member, f"{part}/{member}")
        for part, files in opened.items()
        for member in files.names()
        if is_image(member)
    ]
    files = pd.DataFrame(rows, columns=["name", "key", "part", "member", "source"], dtype=str)
    again = files["name"].duplicated()
    return files[~again], [
        Tally.of(
            "duplicate name",
            "files whose name an earlier part has, too; that one was kept",
            list(files.loc[again, "source"]),
        )
    ]


def _use(index: pd.DataFrame, part: str) -> str:
    """Say what became of a part's images."""
    return " and ".join(sorted(set(index.loc[index["part"] == part, "split"]))) or "left out"
