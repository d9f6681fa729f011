"""Make a study from faces on disk: whole or not at all, going on where an interrupted attempt stopped."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from fercore.errors import InputError
from fercore.images.build import write_image_set
from fercore.images.decode import Report, decoding_key
from fercore.images.source import SOURCES
from fercore.labels import LabelSet
from fercore.settings import DesignSettings
from fercore.store import studies_dir
from fercore.study.card import StudyCard, check_name
from fercore.study.construction import construct, other_constructions
from fercore.study.study import Study


def create_study(
    name: str,
    *,
    source: str,
    path: Path,
    votes: Path | None = None,
    labels: Sequence[str] | None = None,
    per_label: int = 35,
    side: int = 224,
    seed: int = 0,
    experiment: Path | None = None,
    report: Report | None = None,
) -> Study:
    """Make a study from a folder or archive of faces.

    When this is interrupted, by a crash too, the same call goes on with the first image that is not decoded yet, and
    makes the same study. A change of the faces, of their files or of ``side`` starts anew.

    Parameters
    ----------
    name
        Name of the new study.
    source
        Name of the image source (`SOURCES`).
    path
        Where the faces lie.
    votes
        Table of human votes, where the source reads one from elsewhere.
    labels
        The study's label set; the source's own when None.
    per_label
        Experimental images per label (fewer when the rarest label has not that many).
    side
        Side of the stored images, px.
    seed
        Seed of the choice of experimental images.
    experiment
        Table that fixes the experimental images and their false labels.
    report
        Told about progress (`decode.Report`); its notes say how much will be written.

    Raises
    ------
    InputError
        For a name that is taken or cannot be one, a folder that is missing or not what the source reads, too few
        images, a disk that is too small. Nothing of the study is left then.
    """
    target = free_folder(name)
    label_set = LabelSet.of(labels) if labels else None
    contents = SOURCES.get(source)(path, votes=votes, label_set=label_set, seed=seed)
    key = decoding_key(contents, side)
    _tell_of_others(key, len(contents.index), report)
    with construct(target, key) as draft:
        selection = write_image_set(
            draft, contents, side=side, per_label=per_label, seed=seed, experiment=experiment, report=report
        )
        StudyCard(
            name=name,
            title=f"faces from {path.resolve().name}",
            image_source=source,
            labels=contents.label_set.names,
            side=side,
            seed=seed,
            design=replace(DesignSettings(), images_per_label=selection.per_label),
            created=datetime.now(UTC).isoformat(timespec="seconds"),
        ).write(draft)
    return Study(target)


def free_folder(name: str) -> Path:
    """Give the folder of a study that is to be made; raises `InputError` for a name that is taken or cannot be one."""
    target = studies_dir() / check_name(name)
    if name == "default" or target.exists():
        raise InputError(f"There is a study {name!r} already. Take another name, or remove {target} first.")
    return target


def _tell_of_others(key: str, total: int, report: Report | None) -> None:
    """Say what other studies in the making take on disk: interrupted ones may have been forgotten."""
    folder, n_bytes = other_constructions(key)
    if report and n_bytes:
        note = f"Other studies that are being made, or were interrupted, take {n_bytes / 1e9:,.2f} GB in {folder}."
        report({"unit": "images", "done": 0, "total": total, "message": "decoding", "note": note})
