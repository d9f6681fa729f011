"""FER+: the faces of FER2013 with ten crowd votes each (Barsoum et al. 2016, https://arxiv.org/abs/1608.01041).

Expected under the path: ``fer2013new.csv`` (or another place, given as votes) and one of

1. the parts ``FER2013Train``, ``FER2013Valid`` and ``FER2013Test`` with ``ferNNNNNNN.png``, each as a folder or as a zip
   archive of that name; a part may be absent. Images and votes are joined by *name*.
2. ``fer2013.csv``, the table of FER2013 with the pixels. Faces and votes are joined by the *order of the rows*, which is the
   same in both: the number in a name is not its row.

An image's label is the one that FER+'s majority rule gives: an option with a single vote counts as not chosen; an
expression wins when it has more than half of the votes that are left; any other image is left out. The votes of the
images that stay are kept as they were cast.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from fercore.errors import SourceError
from fercore.images.contents import colour_note
from fercore.images.files import Files, decode_image, is_image, open_files
from fercore.images.pixel_table import read_pixel_table
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


TABLE = "fer2013.csv"


@dataclass(frozen=True)
class _Voted:
    """Faces joined with their votes."""

    rows: pd.DataFrame
    """``key``, ``source``, ``part``, ``name`` and the counts of `OPTIONS`, one row per face."""
    load: Callable[[str], np.ndarray]
    n_faces: dict[str, int]
    """Faces by part, with votes or without."""
    tallies: Sequence[Tally]


@SOURCES.register
def read(path: Path, *, votes: Path | None = None, label_set: LabelSet | None = None, seed: int = 0) -> SourceContents:
    """FER2013 with the human votes of FER+."""
    folder = require_folder(path)
    ballots = read_votes(votes or folder / VOTES_FILE)
    table, table_tallies = _one_per_name(ballots)
    parts = _open_parts(folder)
    if not parts and not (folder / TABLE).is_file():
        raise SourceError(
            f"{str(folder)!r} holds none of {', '.join(PARTS)}, neither as a folder nor as .zip, and no {TABLE}. "
            f"Put the images of FER+ there, named as in {VOTES_FILE}."
        )
    voted = _join_by_name(parts, table) if parts else _join_by_row(folder / TABLE, ballots, table)

    labels = majority(voted.rows[list(OPTIONS)].to_numpy(dtype=np.int64))
    found = voted.rows.assign(label=labels, split=voted.rows["part"].map(PARTS))[labels != ""]
    chosen, index, other_labels = choose_labels(found, label_set)
    index, splits = settle_splits(index, seed)
    tallies = (
        *table_tallies,
        *voted.tallies,
        Tally.of(
            "left out", "no expression with the majority of the votes", list(voted.rows.loc[labels == "", "name"])
        ),
        other_labels,
        *splits,
        colour_note(len(index), "whole faces", gray=True),
    )
    rows = tuple(Part(part, n, PUBLISHED[part], _use(index, part)) for part, n in voted.n_faces.items())
    counts = index.set_index("key")[list(OPTIONS)].astype(np.int64).rename(columns=canonical_label).reset_index()
    report = SourceReport("ferplus", str(path), rows, tallies)
    return SourceContents(chosen, index[list(INDEX)], voted.load, report, counts, channels=1)


def _join_by_name(opened: dict[str, Files], table: pd.DataFrame) -> _Voted:
    files, tallies = _list_files(opened)
    joined = files.merge(table, on="name", how="outer", indicator=True)
    voted = joined[joined["_merge"] == "both"]
    unvoted = joined[joined["_merge"] == "left_only"]
    fileless = joined[joined["_merge"] == "right_only"]
    present = fileless["usage"].isin([USAGES[part] for part in opened])
    moved = voted["usage"] != voted["part"].map(USAGES)
    members = dict(zip(voted["key"], voted[["part", "member", "source"]].to_numpy(dtype=object).tolist(), strict=True))

    def load(key: str) -> np.ndarray:
        part, member, source = members[key]
        return decode_image(opened[part].read(member), source)

    counted = (
        *tallies,
        Tally.of("missing", "votes, but no such file in their part", list(fileless.loc[present, "name"])),
        Tally("left out", "votes, but their part is not here", int((~present).sum())),
        Tally.of("left out", "files without votes", list(unvoted["name"])),
        Tally.of("note", "in another part than their usage says; the part decides", list(voted.loc[moved, "name"])),
    )
    return _Voted(voted, load, {part: int((files["part"] == part).sum()) for part in opened}, counted)


def _join_by_row(path: Path, ballots: pd.DataFrame, table: pd.DataFrame) -> _Voted:
    """Join by the order of rows; raises `SourceError` when the two tables are not row by row the same."""
    faces = read_pixel_table(path)
    if len(faces.rows) != len(ballots) or (faces.rows["usage"] != ballots["usage"]).any():
        raise SourceError(
            f"{path} has {len(faces.rows)} rows, {VOTES_FILE} has {len(ballots)}, and they are not for the same usage row by "
            "row, so votes cannot be given to faces. Take both as they were published."
        )
    rows = table.join(faces.rows[["source", "fault"]], on="row")
    rows = rows[rows["fault"] == ""]
    rows = rows.assign(
        key=rows["name"].str.rpartition(".")[0], part=rows["usage"].map({usage: part for part, usage in USAGES.items()})
    )
    numbers = pd.to_numeric(rows["name"].str.extract(r"(\d+)", expand=False), errors="coerce")
    counted = (
        *faces.tallies,
        Tally.of(
            "note",
            "the number in the name is not the row; joined by row",
            list(rows.loc[numbers != rows["row"], "name"]),
        ),
    )
    n_faces = {part: int((rows["part"] == part).sum()) for part in PARTS}
    return _Voted(rows, faces.loader(list(rows["key"]), list(rows["row"])), n_faces, counted)


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


def read_votes(path: Path) -> pd.DataFrame:
    """Read the table of votes: ``row`` (from 0), ``name`` ("" where there is none), ``usage`` and the counts of `OPTIONS`.

    Raises
    ------
    SourceError
        When the file is not there, is not a table, or holds something else than counts.
    InputError
        When it lacks a column.
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
    ballots: pd.DataFrame = counts.astype(int).assign(
        row=range(len(table)), name=table["Image name"].str.strip(), usage=table["Usage"].str.strip()
    )
    return ballots


def _one_per_name(ballots: pd.DataFrame) -> tuple[pd.DataFrame, list[Tally]]:
    """Keep the first row of every name."""
    named = ballots[ballots["name"] != ""]
    first = named.drop_duplicates("name")
    repeated = named[named["name"].duplicated(keep=False)]
    conflicting = set(repeated.drop_duplicates(["name", *OPTIONS])["name"][lambda names: names.duplicated()])
    equal = set(repeated["name"]) - conflicting
    short = first.loc[first[list(OPTIONS)].sum(axis=1) != N_VOTES, "name"]
    return first.reset_index(drop=True), [
        Tally("left out", "lines of votes without a name", len(ballots) - len(named)),
        Tally.of("duplicate name", "names on several lines with equal votes; the first was kept", sorted(equal)),
        Tally.of(
            "duplicate name", "names on several lines with conflicting votes; the first was kept", sorted(conflicting)
        ),
        Tally.of("note", f"images without exactly {N_VOTES} votes; kept", list(short)),
    ]


def _open_parts(folder: Path) -> dict[str, Files]:
    """Open the parts that are there; an unpacked folder goes before its archive."""
    places = {part: [folder / part, folder / f"{part}.zip"] for part in PARTS}
    return {
        part: open_files(next(p for p in both if p.exists()))
        for part, both in places.items()
        if any(p.exists() for p in both)
    }


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
