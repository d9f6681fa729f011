"""From labelled faces to what a source gives: labels chosen, splits settled, everything counted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pandas as pd

from fercore.images.report import Part, SourceReport, Tally
from fercore.images.source import INDEX, SourceContents, choose_labels, settle_splits
from fercore.labels import LabelSet

Divide = Callable[[pd.DataFrame, int], tuple[pd.DataFrame, Sequence[Tally]]]
"""Brings an index and a seed to the splits train and validation, as `settle_splits` does."""


@dataclass(frozen=True)
class Faces:
    """The labelled faces that a source found, all labels and splits of its own.

    Parameters
    ----------
    index
        One row per face: `source.INDEX` and ``part``, the list or folder of the set that names it; keys unique. Further
        columns may stand there for ``divide``.
    load
        As in `SourceContents`.
    crop
        What part of a picture is stored, in a few words.
    tallies
        What was left out and noted so far.
    published
        Images by part and label, as the authors of the set count them.
    divide
        How the splits are settled.
    gray
        Whether the faces have no colour.
    """

    index: pd.DataFrame
    load: Callable[[str], np.ndarray]
    crop: str
    tallies: Sequence[Tally] = ()
    published: Mapping[tuple[str, str], int] = field(default_factory=dict)
    divide: Divide = settle_splits
    gray: bool = False


def make_contents(source: str, path: Path, faces: Faces, label_set: LabelSet | None, seed: int) -> SourceContents:
    """Choose the labels, settle the splits and write the report; raises as `choose_labels` does."""
    labels, index, other_labels = choose_labels(faces.index, label_set)
    index, splits = faces.divide(index, seed)
    tallies = (*faces.tallies, other_labels, *splits, colour_note(len(index), faces.crop, faces.gray))
    report = SourceReport(source, str(path), _parts(faces, index), tallies)
    return SourceContents(labels, index[list(INDEX)], faces.load, report, channels=1 if faces.gray else 3)


def colour_note(n: int, crop: str, gray: bool = False) -> Tally:
    """Say in which order the colours are, and what part of the picture is stored."""
    colours = "gray" if gray else "read as RGB"
    return Tally("note", f"{colours}; {crop}", n)


def _parts(faces: Faces, index: pd.DataFrame) -> tuple[Part, ...]:
    """Count the faces of every part and label, beside the published numbers; what is published but not here comes last."""
    found = Counter(zip(faces.index["part"], faces.index["label"], strict=True))
    splits: dict[tuple[str, str], set[str]] = {}
    for part, label, split in index[["part", "label", "split"]].drop_duplicates().itertuples(index=False):
        splits.setdefault((part, label), set()).add(split)
    here = tuple(
        Part(_title(*place), n, faces.published.get(place), " and ".join(sorted(splits.get(place, ()))) or "left out")
        for place, n in found.items()
    )
    absent = tuple(Part(_title(*place), 0, n, "not here") for place, n in faces.published.items() if place not in found)
    return here + absent


def _title(part: str, label: str) -> str:
    return f"{part}: {label}" if part else label
