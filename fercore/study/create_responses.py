"""Make a study from answers that were given elsewhere, to images that need not be here."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from fercore.humans.response_table import read_responses
from fercore.store import write_folder, write_whole
from fercore.study.card import StudyCard
from fercore.study.create import free_folder
from fercore.study.files import RESPONSES_FILE
from fercore.study.study import Study

SOURCE: Final = "responses"
"""What ``new --source`` calls answers; it is no image source."""


def create_response_study(name: str, *, path: Path, labels: Sequence[str] | None = None) -> Study:
    """Make a study of answers among all labels, whole or not at all.

    It has observers, accuracy, confusions and error consistency. It has no images, so nobody can click, train or look there.

    Parameters
    ----------
    name
        Name of the new study.
    path
        CSV file, or folder of them, as model-vs-human writes them (`response_table.read_responses`).
    labels
        The labels to choose among; the categories that occur when None.

    Raises
    ------
    InputError
        For a name that is taken or cannot be one, and for files that cannot be used.
    """
    target = free_folder(name)
    table, label_set = read_responses(path, labels)
    with write_folder(target) as draft:
        with write_whole(draft / RESPONSES_FILE) as file:
            table.to_parquet(file, index=False)
        StudyCard(
            name=name,
            title=f"responses from {path.resolve().name}",
            image_source=SOURCE,
            faces="none",
            labels=label_set.names,
            created=datetime.now(UTC).isoformat(timespec="seconds"),
        ).write(draft)
    return Study(target)
