"""Faces in one folder per label: ``<label>/<image>`` or ``<split>/<label>/<image>``.

Folder names are labels, with the usual synonyms ("happiness" is "happy"); splits are called train or training, val,
valid or validation, and test. An image is named by its file name without the ending where these are all different,
and by its path inside the folder otherwise (ids may repeat between splits).
"""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from fercore.images.contents import colour_note
from fercore.images.files import load_files
from fercore.images.label_folders import list_label_folders
from fercore.images.report import Part, SourceReport
from fercore.images.source import INDEX, SOURCES, SourceContents, choose_labels, refuse_votes, settle_splits
from fercore.labels import LabelSet, canonical_label


@SOURCES.register
def read(path: Path, *, votes: Path | None = None, label_set: LabelSet | None = None, seed: int = 0) -> SourceContents:
    """One folder per label, with or without folders per split above them."""
    refuse_votes("folders", votes)
    listed = list_label_folders(path)
    found = listed.index.assign(label=listed.index["folder"].map(canonical_label))
    labels, index, other_labels = choose_labels(found, label_set)
    index, splits = settle_splits(index, seed)
    note = colour_note(len(index), "whole pictures")
    report = SourceReport("folders", str(path), _parts(found, index), (*listed.tallies, other_labels, *splits, note))
    return SourceContents(labels, index[list(INDEX)], load_files(listed.files, index), report)


def _parts(found: pd.DataFrame, index: pd.DataFrame) -> tuple[Part, ...]:
    """Count the images of every folder and say which splits they came to."""
    used = index.groupby("part")["split"].agg(lambda splits: " and ".join(sorted(set(splits))))
    counts = found.groupby("part", sort=False).size()
    return tuple(Part(str(part), int(n), None, str(used.get(part, "left out"))) for part, n in counts.items())
