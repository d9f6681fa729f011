"""AffectNet as released in 2021 with eight expressions: cropped faces, each with annotations in files of its own.

Expected under the path: ``train_set`` and ``val_set`` (one may be absent), each with ``images/<id>.jpg`` and
``annotations/<id>_exp.npy``. The annotation is an array without dimensions that holds the code as a number or as text. Ids
repeat between the splits, so a face is named by its split and id: ``train_set/12``. Valence, arousal and landmarks are not read.
"""

from __future__ import annotations

import io
import zipfile
from functools import lru_cache
from multiprocessing.pool import ThreadPool
from pathlib import Path, PurePosixPath

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
from fercore.images.files import Files, is_image, load_files, open_files
from fercore.images.report import Tally
from fercore.images.source import SOURCES, SourceContents, refuse_votes, require_folder
from fercore.labels import LabelSet

SPLITS = {"train_set": "train", "val_set": "validation"}
ENDING = "_exp.npy"

PUBLISHED = {
    **{("train_set", label): n for label, n in TRAINING_COUNTS.items()},
    **{("val_set", label): n for label, n in VALIDATION_COUNTS.items()},
}

N_THREADS = 8
"""Threads that read annotations: one small file each, so that a cold disk is waited for in parallel."""


@SOURCES.register
def read(path: Path, *, votes: Path | None = None, label_set: LabelSet | None = None, seed: int = 0) -> SourceContents:
    """AffectNet of 2021 with eight expressions: train_set and val_set with .npy annotations."""
    refuse_votes("affectnet-8", votes)
    files = open_files(require_folder(path))
    listed = _list_faces(files)
    if listed.empty:
        raise SourceError(
            f"{str(path)!r} holds neither train_set nor val_set with images and annotations/<id>{ENDING}. "
            "Give the folder of the 8-class AffectNet with --path."
        )
    pictured, annotated = listed["source"] != "", listed["annotation"] != ""
    both = listed[pictured & annotated].reset_index(drop=True)
    codes = _read_codes(files, list(both["annotation"]))
    damaged = codes < 0
    rows = both[~damaged]
    rows = rows.assign(label=name_expressions(codes[~damaged]))
    repeated = rows["id"].duplicated()
    faces = Faces(
        index=rows[rows["label"] != ""].reset_index(drop=True),
        load=load_files(files, rows),
        crop="as its authors cropped the faces",
        tallies=(
            Tally.of("missing", "an annotation, but no image", list(listed.loc[~pictured, "annotation"])),
            Tally.of("missing", "an image, but no annotation; left out", list(listed.loc[~annotated, "source"])),
            Tally.of(
                "unreadable",
                "the annotation is no code of AffectNet, 0 to 10; left out",
                list(both.loc[damaged, "annotation"]),
            ),
            *other_code_tallies(codes, both["source"]),
            Tally.of(
                "duplicate name",
                "ids of both splits; all faces are named by split and id",
                list(rows.loc[repeated, "id"]),
            ),
            *paper_tallies(),
        ),
        published=PUBLISHED,
    )
    return make_contents("affectnet-8", path, faces, label_set, seed)


def _list_faces(files: Files) -> pd.DataFrame:
    """Join images and annotations: ``id``, ``part``, ``split``, ``key``, ``source`` and ``annotation`` ("" where absent)."""
    images, annotations = {}, {}
    for name in files.names():
        part, _, inside = name.partition("/")
        folder, _, file = inside.partition("/")
        if part not in SPLITS:
            continue
        if folder == "images" and is_image(file):
            images[part, PurePosixPath(file).stem] = name
        elif folder == "annotations" and file.endswith(ENDING):
            annotations[part, file.removesuffix(ENDING)] = name
    rows = [
        (
            number,
            part,
            SPLITS[part],
            f"{part}/{number}",
            images.get((part, number), ""),
            annotations.get((part, number), ""),
        )
        for part, number in sorted(images.keys() | annotations.keys())
    ]
    return pd.DataFrame(rows, columns=["id", "part", "split", "key", "source", "annotation"], dtype=str)


def _read_codes(files: Files, annotations: list[str]) -> pd.Series[int]:
    """Read the codes, -1 where an annotation cannot be read or holds no code."""

    def code(name: str) -> int:
        try:
            return _code(files.read(name))
        except SourceError:
            return -1

    with ThreadPool(N_THREADS) as pool:
        return pd.Series(pool.map(code, annotations, chunksize=256), dtype=np.int64)


@lru_cache(maxsize=1024)
def _code(data: bytes) -> int:
    """Read the code in the bytes of an ``.npy`` file, -1 if there is none; there are few different files."""
    try:
        number = float(np.load(io.BytesIO(data), allow_pickle=False).item())
    except (ValueError, TypeError, EOFError, AttributeError, MemoryError, OverflowError, zipfile.BadZipFile):
        return -1
    return int(number) if number in CODES else -1
