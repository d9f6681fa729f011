"""Image files in one folder per label: ``<label>/<image>``, or ``<split>/<label>/<image>``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from fercore.errors import SourceError
from fercore.images.files import Files, is_image, name_by_stem, open_files
from fercore.images.report import Tally
from fercore.images.source import SPLIT_NAMES, require_folder
from fercore.labels import canonical_label


@dataclass(frozen=True)
class LabelFolders:
    """The images of such a folder.

    Parameters
    ----------
    files
        The folder, opened.
    index
        One row per image, sorted by path: ``key``, ``folder`` (the name of its folder, as it is), ``part`` (that folder's
        path), ``split`` (train, validation, test, or "" without folders of splits) and ``source`` (its path).
    tallies
        Files in other places, files that are no images, names that repeat.
    """

    files: Files
    index: pd.DataFrame
    tallies: tuple[Tally, ...]

    def named(self, labels: Mapping[str, str]) -> tuple[pd.DataFrame, Tally]:
        """Map folders to labels by name; other folders are left out and counted.

        Parameters
        ----------
        labels
            Label by folder name; a folder is looked up as `canonical_label` spells it.

        Returns
        -------
        tuple
            The index with ``label``, and the tally of the others.
        """
        names = {folder: labels.get(canonical_label(folder), "") for folder in set(self.index["folder"])}
        index = self.index.assign(label=self.index["folder"].map(names).astype(str))
        other = index["label"] == ""
        tally = Tally.of("left out", "in a folder that is no label of the set", list(index.loc[other, "source"]))
        return index[~other].reset_index(drop=True), tally


def list_label_folders(path: Path, *, known: Sequence[str] = ()) -> LabelFolders:
    """List the images of a folder of labels; a key is the file's name without the ending, or its path where names repeat.

    Parameters
    ----------
    path
        The folder.
    known
        Files inside, such as a list of the images, that belong to the set and are not counted.

    Raises
    ------
    SourceError
        When ``path`` is no folder, or mixes folders of splits with others.
    """
    files = open_files(require_folder(path))
    names = [name for name in files.names() if name not in known]
    depth = 3 if _has_splits(path, names) else 2
    placed = [name for name in names if name.count("/") == depth - 1]
    images = [name for name in placed if is_image(name)]
    keys, repeated = name_by_stem(images)
    rows = [_row(name) for name in images]
    index = pd.DataFrame(rows, columns=["folder", "part", "split", "source"], dtype=str).assign(
        key=pd.Series(keys, dtype=str)
    )
    layout = "<label>/<image>" if depth == 2 else "<split>/<label>/<image>"
    tallies = (
        Tally.of("left out", f"not at {layout}", [name for name in names if name.count("/") != depth - 1]),
        Tally.of("left out", "not an image by its ending", [name for name in placed if not is_image(name)]),
        Tally.of("duplicate name", "the same name in several places, so all images are named by their path", repeated),
    )
    return LabelFolders(files, index, tallies)


def _has_splits(path: Path, names: Sequence[str]) -> bool:
    tops = {name.split("/")[0] for name in names if "/" in name}
    splits = {top for top in tops if top.lower() in SPLIT_NAMES}
    if splits and splits != tops:
        raise SourceError(
            f"{str(path)!r} mixes folders of splits ({', '.join(sorted(splits))}) with others "
            f"({', '.join(sorted(tops - splits))}). Use <label>/<image> or <split>/<label>/<image>, not both."
        )
    return bool(splits)


def _row(name: str) -> tuple[str, str, str, str]:
    part, _, _file = name.rpartition("/")
    split, _, folder = part.rpartition("/")
    return folder, part, SPLIT_NAMES[split.lower()] if split else "", name
