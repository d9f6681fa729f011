"""What lies in a study's folder, each file read when first asked for."""

from __future__ import annotations

import json
from functools import cached_property
from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from safetensors.numpy import load_file

from fercore import tables
from fercore.errors import MissingError
from fercore.humans.trial_store import TrialStore
from fercore.images.image_set import ImageSet
from fercore.labels import LabelSet
from fercore.store import digest_file
from fercore.study.card import StudyCard

PLAN_FILE: Final = "plan.csv"
RESPONSES_FILE: Final = "responses.parquet"
LOOKS_FILE: Final = "looks.parquet"


class StudyFiles:
    """The files of a study; what follows from them is in `fercore.study.study.Study`.

    Parameters
    ----------
    folder
        The study's folder; ``study.json`` in it makes it one.

    Raises
    ------
    MissingError
        When the folder holds no study.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.card = StudyCard.read(folder)

    @property
    def name(self) -> str:
        """Name of the study: that of its folder."""
        return self.folder.name

    @property
    def side(self) -> int:
        """Side of the stored images, px."""
        return self.card.side

    @cached_property
    def label_set(self) -> LabelSet:
        """The study's labels, in order."""
        return self.card.label_set

    @property
    def has_images(self) -> bool:
        """Whether there are images: a study may have nothing but answers to images that lie elsewhere."""
        return (self.folder / PLAN_FILE).is_file()

    def require_images(self) -> None:
        """Raise `MissingError` where there are none."""
        if not self.has_images:
            raise MissingError(
                f"Study {self.name!r} holds answers without images, so there is nothing to click on, to train with or to look at."
            )

    @cached_property
    def images(self) -> ImageSet:
        """All faces of the study; raises `MissingError` where it has none."""
        self.require_images()
        return ImageSet.open(self.folder)

    @cached_property
    def plan(self) -> pd.DataFrame:
        """The experimental images with their conditions (`tables.PLAN`); other arrays follow its row order.

        Raises `MissingError` where the study has no images.
        """
        self.require_images()
        plan = pd.read_csv(self.folder / PLAN_FILE, dtype=str)
        tables.require_columns(plan, tables.PLAN, str(self.folder / PLAN_FILE))
        return plan

    @cached_property
    def landmarks(self) -> pd.DataFrame | None:
        """Eyes and mouth of the experimental images (`tables.LANDMARKS`), or None where nobody marked them."""
        path = self.folder / "landmarks.parquet"
        return pd.read_parquet(path) if path.is_file() else None

    @cached_property
    def truth(self) -> dict[str, NDArray[np.float32]] | None:
        """Where the two expressions of each condition differ on that face: "motion" and "appearance", (n_plan, g, g)."""
        path = self.folder / "truth.safetensors"
        return {k: v.astype(np.float32) for k, v in load_file(path).items()} if path.is_file() else None

    @cached_property
    def truth_digest(self) -> str | None:
        """SHA-256 over the ground truth, or None where there is none."""
        path = self.folder / "truth.safetensors"
        return digest_file(path) if path.is_file() else None

    @cached_property
    def votes(self) -> pd.DataFrame | None:
        """Human votes per image (``image`` and one column per label), or None."""
        path = self.folder / "votes.parquet"
        return pd.read_parquet(path) if path.is_file() else None

    @cached_property
    def responses(self) -> pd.DataFrame | None:
        """Answers among all labels, of people and of networks (`tables.RESPONSES`), or None."""
        path = self.folder / RESPONSES_FILE
        return pd.read_parquet(path) if path.is_file() else None

    @cached_property
    def looks(self) -> pd.DataFrame | None:
        """Clicks of people who chose nothing (`tables.LOOKS`), or None."""
        path = self.folder / LOOKS_FILE
        return pd.read_parquet(path) if path.is_file() else None

    @cached_property
    def report(self) -> dict[str, Any]:
        """What the image source reported when the study was built."""
        path = self.folder / "report.json"
        report: dict[str, Any] = json.loads(path.read_text()) if path.is_file() else {}
        return report

    @cached_property
    def trial_store(self) -> TrialStore:
        """Where the trials are kept."""
        return TrialStore(self.folder / "trials.db")

    @cached_property
    def trials(self) -> pd.DataFrame:
        """All trials (`tables.TRIALS`), of excluded participants too; empty when there are none."""
        return self.trial_store.read()
