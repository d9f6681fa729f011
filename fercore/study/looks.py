"""Clicks without answers, brought from the images that they were made on to the images of a study."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

import pandas as pd

from fercore import tables
from fercore.errors import InputError
from fercore.images.files import decode_image, middle_square, open_files
from fercore.store import write_whole
from fercore.study.files import LOOKS_FILE
from fercore.study.study import Study


@dataclass(frozen=True)
class LookReport:
    """What became of the clicks."""

    n_images: int
    """Experimental images of the study that somebody clicked on."""
    n_looks: int
    """Participants, image by image."""
    n_clicks: int
    n_other_images: int
    """Images of the file that are not among the experimental ones; their clicks are left out."""
    n_outside: int
    """Clicks outside the image, or outside its middle square, which is all that is stored; left out."""


def import_looks(study: Study, clicks: pd.DataFrame, *, images: Path | None, replace: bool = False) -> LookReport:
    """Keep clicks as looks at the experimental images, whole or not at all; the study's attention maps come from them.

    Parameters
    ----------
    study
        A study without trials.
    clicks
        `bubbleview.COLUMNS`; images are matched by the name of their file, with or without its ending.
    images
        Folder (or zip archive) of the images that were clicked on, from whose sizes it follows where clicks lie on the
        stored ones; None when they were as large as those.
    replace
        Whether looks that the study has before are removed.

    Raises
    ------
    InputError
        When the study has trials, or looks that nobody wants to replace; when no image fits, or one fits several; when an image
        is not in the folder; when clicks lie outside the stored images and there is no folder.
    """
    if not study.trials.empty:
        raise InputError(
            f"Study {study.name!r} has trials, and its attention maps are made of their clicks. Make another study for clicks "
            "without answers."
        )
    if study.looks is not None and not replace:
        raise InputError(f"Study {study.name!r} has clicks without answers already. Replace them with --replace.")
    names = _planned(study)
    fitting = {name: names.get(name, names.get(PurePosixPath(name).stem)) for name in clicks["image"].unique()}
    found = clicks.assign(planned=clicks["image"].map(fitting)).dropna(subset=["planned"])
    if found.empty:
        raise InputError(
            f"None of the {len(fitting)} images in the file, such as {clicks['image'].iloc[0]!r}, is an experimental image of "
            f"study {study.name!r}, such as {study.plan['image'].iloc[0]!r}. Name images alike."
        )
    placed = _on_stored(found, images, study.side)
    inside = ((placed[["x", "y"]] >= 0) & (placed[["x", "y"]] < study.side)).all(axis=1)
    if images is None and not inside.all():
        first = placed[~inside].iloc[0]
        raise InputError(
            f"A click on {first['image']!r} lies at ({first['x']:g}, {first['y']:g}), outside the stored image of {study.side} px. "
            "Give the folder of the images that were clicked on with --images."
        )
    looks = pd.DataFrame(
        [
            (participant, image, json.dumps([[x, y, 0] for x, y in own.loc[inside[own.index], ["x", "y"]].to_numpy().tolist()]))
            for (image, participant), own in placed.groupby(["planned", "participant"], sort=False)
        ],
        columns=list(tables.LOOKS),
    )  # fmt: skip
    with write_whole(study.folder / LOOKS_FILE) as draft:
        looks.to_parquet(draft, index=False)
    return LookReport(
        n_images=int(looks["image"].nunique()),
        n_looks=len(looks),
        n_clicks=int(inside.sum()),
        n_other_images=sum(image is None for image in fitting.values()),
        n_outside=int((~inside).sum()),
    )


def _planned(study: Study) -> dict[str, str]:
    """Give the experimental image by every name that it may have: its id, and its file's name with and without ending."""
    sources = study.images.index.set_index("image")["source"]
    names: dict[str, set[str]] = {}
    for image in study.plan["image"]:
        path = PurePosixPath(str(sources[image]))
        for name in {image, path.name, path.stem}:
            names.setdefault(name, set()).add(image)
    ids = set(study.plan["image"])
    return {
        name: name if name in ids else next(iter(fit)) for name, fit in names.items() if name in ids or len(fit) == 1
    }


def _on_stored(clicks: pd.DataFrame, images: Path | None, side: int) -> pd.DataFrame:
    """Move clicks from the images that they were made on to the stored middle squares."""
    if images is None:
        return clicks.reset_index(drop=True)
    files = open_files(images)
    paths = {PurePosixPath(path).name: path for path in files.names()}
    parts = []
    for name, own in clicks.groupby("image", sort=False):
        path = paths.get(str(name))
        if path is None:
            raise InputError(f"The image {name!r} is not in {str(images)!r}. Give the folder of the images clicked on.")
        height, width = decode_image(files.read(path), path).shape[:2]
        top, left, edge = middle_square(height, width)
        moved = (own[["x", "y"]].to_numpy(float) - [left, top]) * (side / edge)
        parts.append(own.assign(x=moved[:, 0], y=moved[:, 1]))
    return pd.concat(parts, ignore_index=True)
