"""What an image source is: something that knows how faces lie on disk, and gives them by key.

A source is one function called ``read``, registered in its own module under `fercore.images.sources`::

    @SOURCES.register
    def read(path, *, votes=None, label_set=None, seed=0) -> SourceContents: ...

It reads tables and lists files; pixels are decoded later, one image at a time and in several threads, through
`SourceContents.load`. Whatever is left out is counted in the report.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np
import pandas as pd

from fercore.errors import SourceError, UnknownNameError
from fercore.images.report import SourceReport, Tally
from fercore.labels import EXPRESSIONS, LabelSet
from fercore.registry import Registry

INDEX = ("key", "label", "split", "source")
"""One row per usable image of a source: its name in the study, label, split (train or validation), and its file."""

VALIDATION_FRACTION = 0.15
"""Part of each label's images that becomes the validation split where the source has no splits of its own."""

SPLIT_NAMES = {
    "train": "train", "training": "train", "val": "validation", "valid": "validation", "validation": "validation",
    "test": "test",
}  # fmt: skip
"""Splits as data sets spell them."""


@dataclass(frozen=True)
class SourceContents:
    """The usable faces of a source.

    Parameters
    ----------
    label_set
        The labels asked for; those that occur, in the paper's order and then by alphabet, where nobody asked.
    index
        One row per image (`INDEX`), keys unique.
    load
        Gives the image of a key: (height, width, 3), uint8, RGB. Raises `SourceError` when it cannot be read. May be
        called from several threads.
    report
        What was found and what was left out.
    votes
        ``key`` and one column of counts per expression (extra columns after them), where people voted; else None.
    channels
        Channels that are stored of each face: 3, or 1 where the whole set is gray. ``load`` gives three in any case.
    """

    label_set: LabelSet
    index: pd.DataFrame
    load: Callable[[str], np.ndarray]
    report: SourceReport
    votes: pd.DataFrame | None = None
    channels: int = 3


class Source(Protocol):
    """A way of getting faces. The first line of its docstring says what it reads."""

    def __call__(
        self, path: Path, *, votes: Path | None = None, label_set: LabelSet | None = None, seed: int = 0
    ) -> SourceContents:
        """Read what lies under ``path``.

        Parameters
        ----------
        path
            Folder of the data set, as its authors lay it out.
        votes
            Table of human votes, where the source has one and it lies elsewhere.
        label_set
            Labels to keep; all that occur when None.
        seed
            Seed of every choice, such as a split of the source's own.

        Raises
        ------
        SourceError
            When ``path`` is not what the source expects, or holds no usable image.
        UnknownNameError
            When no image has one of the labels asked for.
        """


SOURCES: Registry[Source] = Registry("fercore.images.sources", "image source")
"""Image sources by the name that ``--source`` takes."""


def require_folder(path: Path) -> Path:
    """Give ``path`` back, or raise `SourceError` when it is no folder."""
    if not path.is_dir():
        seen = "a file" if path.exists() else "not there"
        raise SourceError(f"The folder of faces {str(path)!r} is {seen}. Give the data set's folder with --path.")
    return path


def refuse_votes(source: str, votes: Path | None) -> None:
    """Raise `SourceError` when a table of votes is given to a source that has none."""
    if votes is not None:
        raise SourceError(f"The source {source!r} reads no votes, but was given {str(votes)!r}. Leave --votes out.")


def choose_labels(index: pd.DataFrame, label_set: LabelSet | None) -> tuple[LabelSet, pd.DataFrame, Tally]:
    """Keep the images of the labels asked for.

    Returns
    -------
    tuple
        The label set, the rows that are kept, and a tally of the others.

    Raises
    ------
    SourceError
        When there is no image at all.
    UnknownNameError
        When a label asked for has no image.
    """
    if index.empty:
        raise SourceError("The source holds no usable image, so the study would be empty. Check --source and --path.")
    found = set(index["label"])
    if label_set is None:
        label_set = LabelSet((*(name for name in EXPRESSIONS if name in found), *sorted(found - set(EXPRESSIONS))))
    for name in label_set:
        if name not in found:
            raise UnknownNameError("image with the label", name, found)
    kept = index["label"].isin(label_set.names)
    others = Tally.of("left out", "the label is not in the study's label set", list(index.loc[~kept, "key"]))
    return label_set, index[kept].reset_index(drop=True), others


def settle_splits(index: pd.DataFrame, seed: int) -> tuple[pd.DataFrame, Sequence[Tally]]:
    """Bring the source's splits (train, validation, test, or "" for none) down to train and validation.

    1. Train and validation are there: a test split is left out, so that it stays untouched.
    2. Train and test are there: the test split serves as validation.
    3. Otherwise all images are divided by ``seed``, label by label, `VALIDATION_FRACTION` of them to validation.

    Returns
    -------
    tuple
        The rows that are kept, and tallies that say what was done.
    """
    splits = set(index["split"])
    names = list(index["key"])
    if {"train", "validation"} <= splits:
        apart = index["split"] == "test"
        tally = Tally.of("left out", "in the test split, which is kept apart", list(index.loc[apart, "key"]))
        return index[~apart].reset_index(drop=True), [tally]
    if {"train", "test"} == splits:
        tested = index["split"] == "test"
        tally = Tally("note", "in the test split, used for validation since there is no other", int(tested.sum()))
        return index.assign(split=np.where(tested, "validation", "train")), [tally]
    rng = np.random.default_rng(seed)
    split = pd.Series("train", index=index.index, dtype=str)
    for label in sorted(set(index["label"])):
        rows = index.index[index["label"] == label]
        rows = rows[np.argsort(index.loc[rows, "key"].to_numpy(dtype=object))]
        n_validation = max(1, round(VALIDATION_FRACTION * len(rows))) if len(rows) > 1 else 0
        split[rng.permutation(rows)[:n_validation]] = "validation"
    what = (
        f"divided by seed {seed}, {VALIDATION_FRACTION:.0%} of each label for validation: the source has no two splits"
    )
    return index.assign(split=split), [Tally("note", what, len(names))]
