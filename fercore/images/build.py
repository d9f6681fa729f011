"""From a source to the files of a study: decode once, choose the experiment, keep it apart.

Files written: ``images.npy``, ``images.parquet``, ``plan.csv``, ``report.json`` and, where people voted,
``votes.parquet``. Images are stored with three channels, equal ones for a gray image: one layout for all readers, at three
times the space that gray faces need.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd

from fercore import tables
from fercore.errors import InputError
from fercore.images.decode import Report, decode_images
from fercore.images.experiment_table import find_images, raise_listed, read_experiment
from fercore.images.image_set import INDEX_FILE, PIXELS_FILE
from fercore.images.pixel_file import image_bytes, keep_rows
from fercore.images.report import Tally
from fercore.images.selection import Selection, choose_experimental, order_plan, set_apart
from fercore.images.source import SourceContents
from fercore.labels import LabelSet
from fercore.store import write_json, write_whole

PLAN_FILE, VOTES_FILE, REPORT_FILE = "plan.csv", "votes.parquet", "report.json"

SIDES = (16, 1024)
"""Smallest and largest side of stored images, px."""


def write_image_set(
    folder: Path,
    contents: SourceContents,
    *,
    side: int = 224,
    per_label: int = 35,
    seed: int = 0,
    experiment: Path | None = None,
    report: Report | None = None,
) -> Selection:
    """Write the faces of a source into a study's folder; when anything fails, nothing of it is left there.

    Parameters
    ----------
    folder
        An existing folder, of the caller's; nobody else should know it yet.
    contents
        What the source gave; its label set is the study's.
    side
        Side of the stored images, px, within `SIDES`.
    per_label
        Experimental images per label that are chosen where there is no ``experiment``.
    seed
        Seed of the choice.
    experiment
        Table that fixes the experimental images and their false labels (`experiment_table.read_experiment`); its names
        of images become theirs in the study, so that trials recorded under these names fit.
    report
        Told about progress.

    Returns
    -------
    Selection
        The plan as written, with what differs from what was asked for.

    Raises
    ------
    InputError
        For an impossible side, an experiment that does not fit, too few images, a disk that is too small.
    SourceError
        When no image can be read.
    """
    if not SIDES[0] <= side <= SIDES[1]:
        raise InputError(f"--side {side} is not possible: images are stored at {SIDES[0]} to {SIDES[1]} px.")
    index, fixed = _name_images(contents, experiment)
    if fixed is None:  # a choice that cannot succeed fails now, not after everything was decoded
        choose_experimental(index.assign(digest=index["key"]), contents.label_set, per_label, seed)
    _check_disk(folder, len(index), side)
    with _nothing_left(folder):
        decoded = decode_images(folder / PIXELS_FILE, contents, side, report)
        readable = index.assign(digest=decoded.digests)[decoded.readable].reset_index(drop=True)
        selection = _select(readable, contents.label_set, fixed, per_label, seed)
        kept, copies = set_apart(readable, selection.plan)
        keep_rows(folder / PIXELS_FILE, list(kept.index))
        stored = kept.reset_index(drop=True)
        selection = replace(selection, notes=(*selection.notes, *_missing_splits(stored, contents.label_set)))
        _write_tables(folder, contents, stored, selection)
        tallies = (*decoded.tallies(), *_content_tallies(readable, copies))
        asked = {"per_label_asked": per_label, "seed": seed, "table": str(experiment) if experiment else None}
        write_json(folder / REPORT_FILE, _report(contents, stored, selection, tallies, side, asked))
    return selection


@contextmanager
def _nothing_left(folder: Path) -> Iterator[None]:
    """Remove whatever was written into ``folder`` when the block fails; a full disk becomes an `InputError`."""
    try:
        yield
    except BaseException as error:
        for name in (PIXELS_FILE, INDEX_FILE, PLAN_FILE, VOTES_FILE, REPORT_FILE):
            (folder / name).unlink(missing_ok=True)
        if isinstance(error, OSError):
            raise InputError(
                f"The faces cannot be written into {folder}: {error.strerror}. Free space or take a smaller --side."
            ) from error
        raise


def _select(
    readable: pd.DataFrame, label_set: LabelSet, fixed: pd.DataFrame | None, per_label: int, seed: int
) -> Selection:
    if fixed is None:
        return choose_experimental(readable, label_set, per_label, seed)
    lost = sorted(set(fixed["image"]) - set(readable["image"]))
    raise_listed("The experiment", [f"image {image!r} is unreadable" for image in lost])
    return Selection(order_plan(fixed, label_set))


def _name_images(contents: SourceContents, experiment: Path | None) -> tuple[pd.DataFrame, pd.DataFrame | None]:
    """Give the index with a column ``image``, and the plan that a table fixes, if there is one."""
    index = contents.index.assign(image=contents.index["key"])
    if experiment is None:
        return index, None
    plan = read_experiment(experiment, contents.label_set)
    named = dict(zip(find_images(plan, index), plan["image"], strict=True))
    index["image"] = index["key"].map(lambda key: named.get(key, key))
    taken = sorted(index.loc[index["image"].duplicated(), "image"])
    raise_listed("The experiment", [f"the name {image!r} belongs to another image of the source" for image in taken])
    return index, plan


def _check_disk(folder: Path, n: int, side: int) -> None:
    needed, free = n * image_bytes(side), shutil.disk_usage(folder).free
    if needed > free:
        fitting = int((free / n / 3) ** 0.5)
        raise InputError(
            f"{n} images at {side} px take {needed / 1e9:.1f} GB, but {folder} has {free / 1e9:.1f} GB free. "
            f"Free space, or take a --side of at most {fitting}."
        )


def _content_tallies(readable: pd.DataFrame, copies: list[str]) -> tuple[Tally, ...]:
    same = readable[readable["digest"].duplicated(keep=False)]
    groups = same.groupby("digest")
    in_both, contradicting = (groups[column].transform("nunique") > 1 for column in ("split", "label"))
    counted = (
        ("the same pixels under several names", list(same["source"])),
        ("of these, in training and in validation", list(same.loc[in_both, "source"])),
        ("of these, with several labels; never chosen for the experiment", list(same.loc[contradicting, "source"])),
        ("the same pixels as an experimental image; left out of training and validation", copies),
    )
    return tuple(Tally.of("duplicate content", what, names) for what, names in counted)


def _write_tables(folder: Path, contents: SourceContents, stored: pd.DataFrame, selection: Selection) -> None:
    with write_whole(folder / INDEX_FILE) as draft:
        stored[list(tables.IMAGES)].to_parquet(draft, index=False)
    with write_whole(folder / PLAN_FILE) as draft:
        selection.plan.to_csv(draft, index=False)
    if contents.votes is not None:
        labels = list(contents.label_set)
        votes = stored[["key", "image"]].merge(contents.votes, on="key")
        others = [column for column in contents.votes.columns if column not in ("key", *labels)]
        with write_whole(folder / VOTES_FILE) as draft:
            votes[["image", *labels, *others]].to_parquet(draft, index=False)


def _missing_splits(stored: pd.DataFrame, label_set: LabelSet) -> list[str]:
    there = set(zip(stored["label"], stored["split"], strict=True))
    return [
        f"No image of {label!r} is left for {split}: no classifier can be {what} on it."
        for label in label_set
        for split, what in (("train", "trained"), ("validation", "validated"))
        if (label, split) not in there
    ]


def _report(
    contents: SourceContents,
    stored: pd.DataFrame,
    selection: Selection,
    tallies: tuple[Tally, ...],
    side: int,
    asked: dict[str, Any],
) -> dict[str, Any]:
    """Give what ``report.json`` holds: the source's report, then what became of its images."""
    found = replace(contents.report, tallies=(*contents.report.tallies, *tallies))
    counts = stored.groupby(["split", "label"]).size()
    conditions = selection.plan.groupby(["true_label", "false_label"]).size()
    return {
        **found.to_mapping(),
        "label_set": list(contents.label_set),
        "images": [
            {"split": split, "label": label, "n": int(counts.get((split, label), 0))}
            for split in tables.SPLITS
            for label in contents.label_set
        ],
        "pixels": {
            "side": side,
            "colour": "RGB; gray images have three equal channels",
            "crop": "middle square, resized by area when it shrinks, cubic when it grows",
        },
        "experiment": {
            **asked,
            "n": len(selection.plan),
            "per_label": selection.per_label,
            "n_conditions": len(conditions),
            "per_condition": [int(conditions.min()), int(conditions.max())],
        },
        "notes": list(selection.notes),
    }
