"""Make a study from faces on disk: whole or not at all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from fercore.errors import InputError
from fercore.images.build import write_image_set
from fercore.images.decode import Report
from fercore.images.source import SOURCES
from fercore.labels import LabelSet
from fercore.settings import DesignSettings
from fercore.store import studies_dir, write_folder
from fercore.study.card import StudyCard, check_name
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
        Told about progress.

    Raises
    ------
    InputError
        For a name that is taken or cannot be one, a folder that is missing or not what the source reads, too few
        images. Nothing of the study is left then.
    """
    target = studies_dir() / check_name(name)
    if name == "default" or target.exists():
        raise InputError(f"There is a study {name!r} already. Take another name, or remove {target} first.")
    label_set = LabelSet.of(labels) if labels else None
    contents = SOURCES.get(source)(path, votes=votes, label_set=label_set, seed=seed)
    with write_folder(target) as draft:
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
