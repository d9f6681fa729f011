"""What a study says about itself: ``study.json``."""

from __future__ import annotations

import json
import re
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from fercore.errors import DamagedError, InputError, MissingError
from fercore.labels import EXPRESSIONS, LabelSet
from fercore.settings import DesignSettings, from_mapping
from fercore.store import write_json

_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")


@dataclass(frozen=True)
class StudyCard:
    """The card of a study."""

    name: str
    """Name of the study and of its folder: lower-case letters, digits, ``-`` and ``_``."""
    title: str
    """What it is, in a few words, as shown in the chooser."""
    image_source: str
    """Name of the image source that its faces came from."""
    faces: str = "photographs"
    """``rendered``, ``photographs``, or ``none`` where the study has answers alone."""
    labels: tuple[str, ...] = EXPRESSIONS
    """The label set, in its order."""
    side: int = 224
    """Side of the stored images, px."""
    seed: int = 0
    """Seed of every choice made when the study was built."""
    network: str = "resnet50"
    """Network that is trained when nobody asks for another."""
    design: DesignSettings = field(default_factory=DesignSettings)
    """The experiment's design, as this study uses it."""
    diagnostic: str = "usual places"
    """Where simulated observers take from what tells two expressions apart: ``ground truth`` or ``usual places``."""
    created: str = ""
    """UTC time of creation, ISO 8601."""
    version: str = ""
    """Version of a shipped study, a whole number; empty for one's own."""

    @property
    def label_set(self) -> LabelSet:
        """The labels as a `LabelSet`."""
        return LabelSet(self.labels)

    def write(self, folder: Path) -> None:
        """Write ``study.json`` into the study's folder."""
        write_json(folder / "study.json", asdict(self))

    @classmethod
    def read(cls, folder: Path) -> StudyCard:
        """Read ``study.json``; raises `MissingError` without one and `DamagedError` when it is not a card."""
        path = folder / "study.json"
        if not path.is_file():
            raise MissingError(
                f"There is no study {folder.name!r}: {folder} has no study.json. `python -m fercore studies` lists them."
            )
        try:
            values: dict[str, Any] = json.loads(path.read_text())
            values["labels"] = tuple(values["labels"])
            values["design"] = from_mapping(DesignSettings, values["design"])
            return cls(**values)
        except (ValueError, KeyError, TypeError) as error:
            raise DamagedError(
                f"{path} is not a study's card ({error}). Restore it from a backup or make the study again."
            ) from error


def check_name(name: str, kind: str = "study") -> str:
    """Give ``name`` back, or raise `InputError` when it cannot be the name of a folder."""
    if not _NAME.fullmatch(name):
        raise InputError(
            f"{name!r} cannot name a {kind}: use lower-case letters, digits, '-' and '_' (at most 64), starting with a letter or digit."
        )
    return name
