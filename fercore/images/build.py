"""From a source to the files of a study: decode once, choose the experiment, keep it apart.

Files written: ``images.npy``, ``images.parquet``, ``plan.csv``, ``report.json`` and, where people voted,
``votes.parquet``. A journal beside the folder remembers which images are decoded, so that this work goes on after an
interruption. Gray faces are stored with one channel; who opens them sees three (`pixel_file.as_rgb`).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd

from fercore import tables
from fercore.errors import FercoreError, InputError
from fercore.images.decode import Report, decode_images
from fercore.images.disk_space import require_space
from fercore.images.experiment_table import find_images, raise_listed, read_experiment
from fercore.images.image_set import INDEX_FILE, PIXELS_FILE
from fercore.images.pixel_file import PixelFile
from fercore.images.report import Tally
from fercore.images.selection import Selection, choose_experimental, order_plan, set_apart
from fercore.images.source import SourceContents
from fercore.labels import LabelSet
from fercore.store import write_json, write_whole

PLAN_FILE, VOTES_FILE, REPORT_FILE = "plan.csv", "votes.parquet", "report.json"

SIDES = (16, 1024)
"""Smallest and largest side of stored images, px."""


def journal_of(folder: Path) -> Path:
    """Give the journal of what is decoded into a folder: a file beside it, which is the caller's to remove."""
    return folder.with_name(f"{folder.name}.journal")


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
    """Write the faces of a source into a study's folder.

    When they are refused, nothing is left there. When the work is interrupted, the images decoded so far are left, with
    their journal (`journal_of`), and the same call goes on from there.

    Parameters
    ----------
    folder
        An existing folder, of the caller's; nobody else should know it yet. What it holds from an earlier call must be of
        the same `decode.decoding_key`.
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
        Told about progress; first, as a note, how much will be written.

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
    file = PixelFile(folder / PIXELS_FILE, journal_of(folder), side, contents.channels)
    need = require_space(folder, len(index), side, contents.channels, SIDES[0], file.n_bytes)
    if report:
        done = {"unit": "images", "done": len(file.records), "total": len(index)}
        report({**done, "message": "decoding", "note": need})
    with _nothing_half_written(folder):
        decoded = decode_images(file, contents, side, report)
        readable = index.assign(digest=decoded.digests)[decoded.readable].reset_index(drop=True)
        selection = _select(readable, contents.label_set, fixed, per_label, seed)
        kept, copies = set_apart(readable, selection.plan)
        gone = readable.index.difference(kept.index)
        stored = kept.loc[file.drop(list(gone))].reset_index(drop=True)
        selection = replace(selection, notes=(*selection.notes, *_missing_splits(stored, contents.label_set)))
        _write_tables(folder, contents, stored, selection)
        tallies = (*decoded.tallies(), *_content_tallies(readable, copies))
        asked = {"per_label_asked": per_label, "seed": seed, "table": str(experiment) if experiment else None}
        write_json(folder / REPORT_FILE, _report(contents, stored, selection, tallies, side, asked))
    return selection


@contextmanager
def _nothing_half_written(folder: Path) -> Iterator[None]:
    """Remove the tables from ``folder`` when the block fails, and the pixels when it refuses the faces.

    What is decoded outlives an interruption. A full disk is one, and becomes an `InputError`.
    """
    try:
        yield
    except BaseException as error:
        for name in (INDEX_FILE, PLAN_FILE, VOTES_FILE, REPORT_FILE):
            (folder / name).unlink(missing_ok=True)
        if isinstance(error, FercoreError):
            (folder / PIXELS_FILE).unlink(missing_ok=True)
            journal_of(folder).unlink(missing_ok=True)
        if isinstance(error, OSError):
            raise InputError(
                f"The faces cannot be written into {folder}: {error.strerror}. Free space and run the same command again: "
                f"it goes on from here. Or take a smaller --side, and remove {folder.parent}."
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
            "colour": "RGB" if contents.channels == 3 else "gray, stored with one channel",
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
