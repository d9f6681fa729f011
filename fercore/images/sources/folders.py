"""Faces in one folder per label: ``<label>/<image>`` or ``<split>/<label>/<image>``.

Folder names are labels, with the usual synonyms ("happiness" is "happy"); splits are called train or training, val,
valid or validation, and test. An image is named by its file name without the ending where these are all different,
and by its path inside the folder otherwise (ids may repeat between splits).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path, PurePosixPath

import numpy as np
import pandas as pd

from fercore.errors import SourceError
from fercore.images.files import decode_image, is_image, open_files
from fercore.images.report import Part, SourceReport, Tally
from fercore.images.source import (
    INDEX,
    SOURCES,
    SPLIT_NAMES,
    SourceContents,
    choose_labels,
    require_folder,
    settle_splits,
)
from fercore.labels import LabelSet, canonical_label


@SOURCES.register
def read(path: Path, *, votes: Path | None = None, label_set: LabelSet | None = None, seed: int = 0) -> SourceContents:
    """One folder per label, with or without folders per split above them."""
    if votes is not None:
        raise SourceError(f"The source 'folders' reads no votes, but was given {str(votes)!r}. Leave --votes out.")
    files = open_files(require_folder(path))
    names = files.names()
    depth = 3 if _has_splits(path, names) else 2
    placed = [name for name in names if name.count("/") == depth - 1]
    images = [name for name in placed if is_image(name)]
    stems = Counter(PurePosixPath(name).stem for name in images)
    repeated = [name for name in images if stems[PurePosixPath(name).stem] > 1]
    found = pd.DataFrame([_row(name, by_path=bool(repeated)) for name in images], columns=list(INDEX), dtype=str)
    labels, index, other_labels = choose_labels(found, label_set)
    index, splits = settle_splits(index, seed)
    layout = "<label>/<image>" if depth == 2 else "<split>/<label>/<image>"
    tallies = (
        Tally.of("left out", f"not at {layout}", [name for name in names if name.count("/") != depth - 1]),
        Tally.of("left out", "not an image by its ending", [name for name in placed if not is_image(name)]),
        Tally.of("duplicate name", "the same name in several places, so all images are named by their path", repeated),
        other_labels,
        *splits,
    )
    used = dict(zip(index["source"], index["split"], strict=True))
    report = SourceReport("folders", str(path), _parts(images, used), tallies)
    where = dict(zip(index["key"], index["source"], strict=True))

    def load(key: str) -> np.ndarray:
        return decode_image(files.read(where[key]), where[key])

    return SourceContents(labels, index, load, report)


def _has_splits(path: Path, names: Sequence[str]) -> bool:
    tops = {name.split("/")[0] for name in names if "/" in name}
    splits = {top for top in tops if top.lower() in SPLIT_NAMES}
    if splits and splits != tops:
        raise SourceError(
            f"{str(path)!r} mixes folders of splits ({', '.join(sorted(splits))}) with others "
            f"({', '.join(sorted(tops - splits))}). Use <label>/<image> or <split>/<label>/<image>, not both."
        )
    return bool(splits)


def _row(name: str, by_path: bool) -> tuple[str, str, str, str]:
    *split, label, _file = name.split("/")
    key = name if by_path else PurePosixPath(name).stem
    return key, canonical_label(label), SPLIT_NAMES[split[0].lower()] if split else "", name


def _parts(images: list[str], used: dict[str, str]) -> tuple[Part, ...]:
    """Count the images of every folder and say which splits they came to."""
    folders: dict[str, list[str]] = {}
    for name in images:
        folders.setdefault(str(PurePosixPath(name).parent), []).append(name)
    return tuple(
        Part(folder, len(inside), None, " and ".join(sorted({used[n] for n in inside if n in used})) or "left out")
        for folder, inside in folders.items()
    )
