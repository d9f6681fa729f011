"""AffectNet+ (Fard and others 2024), read experimentally: its layout is known here from one other reader alone.

Expected under the path: images, and one JSON file per image of the same name, beside it or anywhere in ``annotations``. Images and
annotations may each lie in folders of splits (``train_set``, ``val_set``, ...). The label is ``Human-Label``, one of AffectNet's codes;
``Soft-Label`` is only checked, ``Metadata`` is not read, and ``Subset`` is counted.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from multiprocessing.pool import ThreadPool
from pathlib import Path, PurePosixPath

import numpy as np
import pandas as pd

from fercore.errors import SourceError
from fercore.images.affectnet import CODES, name_expressions, other_code_tallies, paper_tallies
from fercore.images.contents import Faces, make_contents
from fercore.images.files import Files, is_image, load_files, name_by_stem, open_files
from fercore.images.report import Tally
from fercore.images.source import SOURCES, SPLIT_NAMES, SourceContents, refuse_votes, require_folder
from fercore.labels import LabelSet

SUBSETS = {0: "easy", 1: "challenging", 2: "difficult"}
N_SOFT_LABELS = 8

PASSED_OVER = ("annotations", "images")
"""Folders that are no part of an image's name."""

N_THREADS = 8
"""Threads that read annotations: one small file each, so that a cold disk is waited for in parallel."""


@dataclass(frozen=True)
class Annotation:
    """What the annotation of an image says."""

    code: int
    """``Human-Label``, 0 to 10; -1 where it is none."""
    subset: str
    soft: bool
    """Whether ``Soft-Label`` is what it should be."""
    fault: str = ""
    """Why the file cannot be used, with the line where that is known."""


@SOURCES.register
def read(path: Path, *, votes: Path | None = None, label_set: LabelSet | None = None, seed: int = 0) -> SourceContents:
    """AffectNet+ with one JSON file per image (experimental)."""
    refuse_votes("affectnet-plus", votes)
    files = open_files(require_folder(path))
    joined, tallies = _join(files.names())
    with ThreadPool(N_THREADS) as pool:
        annotations = pool.map(lambda name: _annotation(files, name), joined["annotation"], chunksize=64)
    codes = pd.Series([one.code for one in annotations], dtype=np.int64)
    damaged = [f"{name}: {one.fault}" for name, one in zip(joined["annotation"], annotations, strict=True) if one.fault]
    hard = [name for name, one in zip(joined["annotation"], annotations, strict=True) if not one.fault and not one.soft]
    subsets = Counter(one.subset for one in annotations if not one.fault)
    rows = joined[codes >= 0]
    rows = rows.assign(label=name_expressions(codes[codes >= 0]))
    rows = rows[rows["label"] != ""].reset_index(drop=True)
    faces = Faces(
        index=rows,
        load=load_files(files, rows),
        crop="whole pictures",
        tallies=(
            Tally(
                "note",
                "read experimentally: no copy of AffectNet+ was at hand; compare these counts with yours",
                len(joined),
            ),
            *tallies,
            Tally.of("unreadable", "the annotation cannot be used; left out", damaged),
            *other_code_tallies(codes, joined["source"]),
            Tally.of("note", f"Soft-Label is not {N_SOFT_LABELS} numbers from 0 to 1; Human-Label was taken", hard),
            *(Tally("note", f"of the subset {subset}", n) for subset, n in sorted(subsets.items())),
            *paper_tallies(),
        ),
    )
    return make_contents("affectnet-plus", path, faces, label_set, seed)


def _join(names: Sequence[str]) -> tuple[pd.DataFrame, list[Tally]]:
    """Join images and annotations: ``key``, ``source``, ``annotation``, ``part`` and ``split``.

    1. By their paths, without ending and without the folders `PASSED_OVER`.
    2. What is left, by their names alone, where only one image and one annotation have that name.
    """
    images = [name for name in names if is_image(name)]
    annotations = [name for name in names if name.lower().endswith(".json")]
    found = _pairs(images, annotations, _place)
    lonely = [name for name in images if name not in found]
    taken = set(found.values())
    found |= _pairs(lonely, [name for name in annotations if name not in taken], lambda name: PurePosixPath(name).stem)
    sources = [name for name in images if name in found]
    keys, repeated = name_by_stem(sources)
    splits = [_split(f"{found[source]}/{source}") for source in sources]
    joined = pd.DataFrame(
        {
            "key": keys,
            "source": sources,
            "annotation": [found[source] for source in sources],
            "part": splits,
            "split": splits,
        },
        dtype=str,
    )
    taken = set(found.values())
    return joined, [
        Tally.of(
            "missing", "an annotation, but no image that is surely its own", [n for n in annotations if n not in taken]
        ),
        Tally.of("missing", "an image, but no annotation; left out", [name for name in images if name not in found]),
        Tally.of("duplicate name", "the same name in several places, so all images are named by their path", repeated),
    ]


def _pairs(images: Sequence[str], annotations: Sequence[str], name: Callable[[str], str]) -> dict[str, str]:
    """Pair what has the same name and is the only one of its kind that has it."""
    first, second = ({name(one): one for one in kind} for kind in (images, annotations))
    n_first, n_second = (Counter(map(name, kind)) for kind in (images, annotations))
    return {first[key]: second[key] for key in first.keys() & second.keys() if n_first[key] == n_second[key] == 1}


def _place(name: str) -> str:
    folders = [part for part in PurePosixPath(name).parts[:-1] if part.lower() not in PASSED_OVER]
    return "/".join((*folders, PurePosixPath(name).stem))


def _split(path: str) -> str:
    words = [part.lower().removesuffix("_set") for part in path.split("/")]
    return next((SPLIT_NAMES[word] for word in words if word in SPLIT_NAMES), "")


def _annotation(files: Files, name: str) -> Annotation:
    try:
        content = json.loads(files.read(name))
    except json.JSONDecodeError as error:
        return Annotation(-1, "", False, f"line {error.lineno} is no JSON ({error.msg})")
    except (SourceError, ValueError, RecursionError) as error:
        return Annotation(-1, "", False, f"cannot be read ({error})")
    label = content.get("Human-Label") if isinstance(content, dict) else None
    code = _whole(label)
    if code not in CODES:
        return Annotation(-1, "", False, f"Human-Label is {label!r}, no code of AffectNet from 0 to 10")
    subset = SUBSETS.get(_whole(content.get("Subset")), "that is not named")
    return Annotation(code, subset, _is_soft(content.get("Soft-Label")))


def _whole(value: object) -> int:
    """Read a whole number, which may be text; -1 for anything else."""
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        return -1
    try:
        number = float(value)
    except (ValueError, OverflowError):
        return -1
    return int(number) if number.is_integer() else -1


def _is_soft(value: object) -> bool:
    return (
        isinstance(value, list)
        and len(value) == N_SOFT_LABELS
        and all(isinstance(one, (int, float)) and not isinstance(one, bool) and 0 <= one <= 1 for one in value)
    )
