"""A study of rendered faces in the compact form in which the default study is shipped."""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, datetime
from itertools import cycle
from multiprocessing import get_context
from pathlib import Path

import cv2
import numpy as np
import pandas as pd

from fercore import tables
from fercore.images.faces.generator import Face, FaceSetSettings, FaceSettings, Sitting, generate, sittings, truth_maps
from fercore.images.faces.truth import Truth
from fercore.labels import LabelSet
from fercore.settings import DesignSettings, to_mapping
from fercore.store import digest_array, write_arrays, write_json
from fercore.study.card import StudyCard

Report = Callable[[int, int, str], None]
"""Told how many of how many are done, and what is being done."""


def image_id(sitting: Sitting) -> str:
    """Name an image: split and position, no label."""
    return f"{sitting.split}-{sitting.position:04d}"


def choose_false_labels(shown: pd.DataFrame, label_set: LabelSet, seed: int) -> pd.DataFrame:
    """Give every experimental image its false label: each wrong label the same number of a label's images, by lot.

    Parameters
    ----------
    shown
        Columns ``image`` and ``label``.
    label_set
        The study's labels.
    seed
        Seed of the lot.

    Returns
    -------
    pandas.DataFrame
        `tables.PLAN`, ordered by true label, false label and image.
    """
    rng = np.random.default_rng(seed)
    rows = []
    for label in label_set:
        images = rng.permutation(shown.loc[shown["label"] == label, "image"].to_numpy())
        wrong = [other for other in label_set if other != label]
        rows += [(image, label, false) for image, false in zip(images, cycle(wrong), strict=False)]
    plan = pd.DataFrame(rows, columns=list(tables.PLAN))
    order = {label: i for i, label in enumerate(label_set)}
    by = ["true_label", "false_label", "image"]
    return plan.sort_values(by, key=lambda c: c.map(order) if c.name != "image" else c, ignore_index=True)


def write_rendered_study(folder: Path, settings: FaceSetSettings, version: str, n_workers: int, report: Report) -> None:
    """Render a set of faces and write all that a study ships of them, except trials and runs.

    Files: ``images.zip`` (one JPEG per image), ``images.parquet``, ``plan.csv``, ``landmarks.parquet``,
    ``truth.safetensors`` (float16), ``report.json`` and ``study.json``.

    Parameters
    ----------
    folder
        An empty folder.
    settings
        The set of faces.
    version
        Version of the shipped study.
    n_workers
        Processes; the files do not depend on it.
    report
        Told about progress.
    """
    rows, marks = [], []
    total = sum(settings.counts.values())
    with zipfile.ZipFile(folder / "images.zip", "w", zipfile.ZIP_STORED) as archive:
        for done, face in enumerate(generate(settings, n_workers), start=1):
            image = image_id(face.sitting)
            archive.writestr(zipfile.ZipInfo(f"{image}.jpg"), face.jpeg)
            rows.append(_row(face))
            marks.append((image, *face.landmarks.ravel()))
            report(done, total, "rendering faces")
    index = pd.DataFrame(rows)
    index.to_parquet(folder / "images.parquet", index=False)
    label_set = LabelSet(settings.labels)
    plan = choose_false_labels(index[index["split"] == "experimental"], label_set, settings.seed)
    plan.to_csv(folder / "plan.csv", index=False)
    landmarks = pd.DataFrame(marks, columns=list(tables.LANDMARKS)).set_index("image").loc[plan["image"]].reset_index()
    landmarks.to_parquet(folder / "landmarks.parquet", index=False)
    _write_truth(folder, settings, plan, n_workers, report)
    _write_cards(folder, settings, index, version)


def _row(face: Face) -> dict[str, str]:
    sitting = face.sitting
    return {
        "image": image_id(sitting),
        "label": sitting.label,
        "split": sitting.split,
        "digest": digest_array(face.image),
        "source": f"rendered, seed {sitting.seed}",
        "identity": sitting.identity,
    }


def _write_truth(folder: Path, settings: FaceSetSettings, plan: pd.DataFrame, n_workers: int, report: Report) -> None:
    by_image = {image_id(sitting): sitting for sitting in sittings(settings)}
    shown = [by_image[image] for image in plan["image"]]
    maps: list[Truth] = []
    for truth in _compare(shown, list(plan["false_label"]), settings.face, n_workers):
        maps.append(truth)
        report(len(maps), len(shown), "comparing expressions")
    arrays = {name: np.stack([getattr(m, name) for m in maps]).astype(np.float16) for name in ("motion", "appearance")}
    write_arrays(folder / "truth.safetensors", arrays)


def _compare(shown: list[Sitting], false_labels: list[str], face: FaceSettings, n_workers: int) -> Iterator[Truth]:
    """Compare each sitting with its false label, in the order given."""
    faces = [face] * len(shown)
    if n_workers == 1:
        yield from map(truth_maps, shown, false_labels, faces)
        return
    spawn = get_context("spawn")
    with ProcessPoolExecutor(n_workers, mp_context=spawn, initializer=cv2.setNumThreads, initargs=(1,)) as pool:
        yield from pool.map(truth_maps, shown, false_labels, faces, chunksize=4)


def _write_cards(folder: Path, settings: FaceSetSettings, index: pd.DataFrame, version: str) -> None:
    counts = index.groupby(["split", "label"]).size()
    write_json(
        folder / "report.json",
        {
            "source": "faces",
            "settings": to_mapping(settings),
            "images": [
                {"split": split, "label": label, "n": int(counts.get((split, label), 0))}
                for split in tables.SPLITS
                for label in settings.labels
            ],
            "n_identities": int(index["identity"].nunique()),
            "notes": ["Expressions are intended ones: nobody has validated them with people."],
        },
    )
    n_labels = len(settings.labels)
    StudyCard(
        name="default",
        title="rendered faces, simulated people",
        image_source="faces",
        faces="rendered",
        labels=settings.labels,
        side=settings.face.side,
        seed=settings.seed,
        network="small",
        design=DesignSettings(images_per_label=settings.n_experimental // n_labels),
        diagnostic="ground truth",
        created=datetime.now(UTC).isoformat(timespec="seconds"),
        version=version,
    ).write(folder)
