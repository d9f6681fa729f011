"""CK+, the Extended Cohn-Kanade set: posed expressions of 123 people, filmed from neutral to the peak (Lucey et al. 2010).

Expected under the path, one of

1. ``Emotion/S***/***/*_emotion.txt`` (a code as one number) and, anywhere, the images of the same names: each is the peak frame of its
   sequence. Sequences without a label, 266 of 593, and all other frames are left out.
2. ``<label>/S***_***_*.png``, also inside ``CK+48``: the three last frames of each labelled sequence, 48 x 48 px.

Frames of one sequence are nearly the same picture and people recur, so the set is divided by subject.
"""

from __future__ import annotations

from pathlib import Path, PurePosixPath

import pandas as pd

from fercore.errors import SourceError
from fercore.images.contents import Faces, make_contents
from fercore.images.files import Files, is_image, load_files, open_files
from fercore.images.label_folders import list_label_folders
from fercore.images.report import Tally
from fercore.images.source import SOURCES, SourceContents, refuse_votes, require_folder
from fercore.images.subjects import divide_by_subject
from fercore.labels import LabelSet

EXPRESSIONS: dict[float, str] = {
    0: "neutral", 1: "anger", 2: "contempt", 3: "disgust", 4: "fear", 5: "happy", 6: "sad", 7: "surprise",
}  # fmt: skip
"""Expressions by their code."""

N_SEQUENCES = {"anger": 45, "contempt": 18, "disgust": 59, "fear": 25, "happy": 69, "sad": 28, "surprise": 83}
"""Published labelled sequences, 327 in all."""

N_LAST_FRAMES = 3
"""Frames of a sequence in CK+48."""

LABELS, SMALL = "Emotion", "CK+48"
ENDING = "_emotion.txt"
PEAKS, UNNAMED = "labelled sequences", "images that are not named S***_***_*"


@SOURCES.register
def read(path: Path, *, votes: Path | None = None, label_set: LabelSet | None = None, seed: int = 0) -> SourceContents:
    """CK+ as released, its peak frames; or CK+48, its last frames in folders of labels."""
    refuse_votes("ck-plus", votes)
    folder = require_folder(path)
    if (folder / LABELS).is_dir():
        faces = _peak_frames(open_files(folder))
    else:
        faces = _last_frames(folder / SMALL if (folder / SMALL).is_dir() else folder)
    return make_contents("ck-plus", path, faces, label_set, seed)


def _peak_frames(files: Files) -> Faces:
    names = files.names()
    annotations = {PurePosixPath(name).name.removesuffix(ENDING): name for name in names if name.endswith(ENDING)}
    images = _of_people(pd.DataFrame({"source": [name for name in names if is_image(name)]}, dtype=str))
    strange = images["subject"] == ""
    frames = images[~strange].assign(key=images["source"].map(lambda name: PurePosixPath(name).stem))
    again = frames["key"].duplicated()
    peak = frames["key"].isin(annotations) & ~again
    peaks = frames[peak].reset_index(drop=True)
    labels = peaks["key"].map(lambda key: _label(files, annotations[key])).astype(str)
    rows = peaks.assign(label=labels, part=PEAKS)[labels != ""].reset_index(drop=True)
    unlabelled = set(frames["sequence"]) - {stem.rpartition("_")[0] for stem in annotations}
    return Faces(
        index=rows,
        load=load_files(files, rows),
        crop="whole pictures, not cut to the face",
        tallies=(
            Tally.of("missing", "a label, but no image of that name", sorted(set(annotations) - set(frames["key"]))),
            Tally.of(
                "unreadable",
                "the label is not one number from 0 to 7; left out",
                [annotations[key] for key in peaks.loc[labels == "", "key"]],
            ),
            Tally.of("left out", "sequences without a label", sorted(unlabelled)),
            Tally("left out", "frames that are no labelled peak", int((~peak & ~again).sum())),
            Tally.of("left out", UNNAMED, list(images.loc[strange, "source"])),
            Tally.of(
                "duplicate name",
                "the same name in several places; the first was kept",
                list(frames.loc[again, "source"]),
            ),
        ),
        published={(PEAKS, label): n for label, n in N_SEQUENCES.items()},
        divide=divide_by_subject,
    )


def _last_frames(path: Path) -> Faces:
    folders = list_label_folders(path)
    index, others = folders.named({label: label for label in EXPRESSIONS.values()})
    index = _of_people(index)
    strange = index["subject"] == ""
    rows = index[~strange].assign(part=SMALL).reset_index(drop=True)
    n_frames = rows.groupby("sequence").size()
    return Faces(
        index=rows,
        load=load_files(folders.files, rows),
        crop="faces cropped to 48 x 48 px by others",
        tallies=(
            *folders.tallies,
            others,
            Tally.of("left out", UNNAMED, list(index.loc[strange, "source"])),
            Tally("note", "sequences that the frames are from", len(n_frames)),
            Tally.of(
                "note",
                f"sequences without exactly {N_LAST_FRAMES} frames",
                list(n_frames[n_frames != N_LAST_FRAMES].index),
            ),
        ),
        published={(SMALL, label): N_LAST_FRAMES * n for label, n in N_SEQUENCES.items()},
        divide=divide_by_subject,
    )


def _of_people(index: pd.DataFrame) -> pd.DataFrame:
    """Add ``subject`` and ``sequence`` from the names ``S***_***_*``, "" for other names."""
    parts = index["source"].str.extract(r"(?:^|/)((S\d{3})_\d{3})_[^/]*$").fillna("").astype(str)
    return index.assign(sequence=parts[0], subject=parts[1])


def _label(files: Files, name: str) -> str:
    """Read the label in a file, "" where there is none."""
    try:
        return EXPRESSIONS.get(float(files.read(name)), "")
    except (SourceError, ValueError):
        return ""
