"""The copy of AffectNet on Kaggle: folders of expressions and a list that can contradict them.

Expected under the path: ``labels.csv`` with the columns ``pth`` (``<folder>/<image>``) and ``label``, and the images at these
places, also inside folders of splits (``train``, ``test``, ...). Where folder and list disagree, the list wins: it is the later
correction. Confidences (``relFCs``) are not read.
"""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from fercore.images.affectnet import paper_tallies
from fercore.images.contents import Faces, make_contents
from fercore.images.files import load_files
from fercore.images.label_folders import list_label_folders
from fercore.images.lists import keep_first, read_list, refuse_lines
from fercore.images.report import Tally
from fercore.images.source import SOURCES, SourceContents, refuse_votes
from fercore.labels import EXPRESSIONS, LabelSet, canonical_label

LIST = "labels.csv"


@SOURCES.register
def read(path: Path, *, votes: Path | None = None, label_set: LabelSet | None = None, seed: int = 0) -> SourceContents:
    """AffectNet as found on Kaggle: class folders whose labels.csv wins."""
    refuse_votes("affectnet-kaggle", votes)
    folders = list_label_folders(path, known=(LIST,))
    listed, repeated = _read_list(path / LIST)
    images = folders.index.assign(pth=folders.index["folder"] + "/" + folders.index["source"].str.rpartition("/")[2])
    ambiguous = images["pth"].duplicated(keep=False)
    joined = images[~ambiguous].merge(listed[["pth", "label"]], on="pth", how="left", validate="one_to_one")
    joined["label"] = joined["label"].fillna("")
    rows = joined[joined["label"] != ""].reset_index(drop=True)
    moved = rows["folder"].map(canonical_label) != rows["label"]
    absent = ~listed["pth"].isin(images["pth"])
    faces = Faces(
        index=rows.assign(part=rows["split"]),
        load=load_files(folders.files, rows),
        crop="as the copy has cropped the faces",
        tallies=(
            *folders.tallies,
            *repeated,
            Tally.of("note", f"the folder contradicts {LIST}; the list wins", list(rows.loc[moved, "source"])),
            Tally.of("missing", f"in {LIST}, but there is no such file", list(listed.loc[absent, "pth"])),
            Tally.of("left out", f"not in {LIST}", list(joined.loc[joined["label"] == "", "source"])),
            Tally.of("left out", "the same folder and name in several splits", list(images.loc[ambiguous, "source"])),
            *paper_tallies(),
        ),
    )
    return make_contents("affectnet-kaggle", path, faces, label_set, seed)


def _read_list(path: Path) -> tuple[pd.DataFrame, list[Tally]]:
    """Read ``pth`` and ``label``, one row per image."""
    table = read_list(path, ("pth", "label"))
    refuse_lines(table["pth"], table["pth"] == "", path, "names no file")
    labels = table["label"].map(canonical_label)
    refuse_lines(table["label"], ~labels.isin(EXPRESSIONS), path, "is no expression of AffectNet")
    return keep_first(
        table.assign(label=labels, source=table["pth"]), ["pth"], f"the same image on several lines of {LIST}"
    )
