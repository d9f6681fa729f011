"""The studies of this machine, and how the shipped default study gets among them.

``fercore/default_study/`` holds the study compactly: faces as JPEG in ``images.zip``, trials as Parquet, the default
run as it was trained. On first use it is laid out in ``studies/default`` like any other study. When a later version of
fercore ships another default study, the installed one is kept under ``default-<version>``.
"""

from __future__ import annotations

import shutil
import zipfile
from pathlib import Path

import cv2
import numpy as np
import pandas as pd

from fercore.errors import DamagedError
from fercore.humans.trial_store import TrialStore
from fercore.store import studies_dir, write_folder
from fercore.study.card import StudyCard, check_name
from fercore.study.study import SHIPPED, Study

_AS_THEY_ARE = ("study.json", "images.parquet", "plan.csv", "landmarks.parquet", "truth.safetensors", "report.json")


def open_study(name: str = "default") -> Study:
    """Open a study by name; the default study is installed on first use. Raises `MissingError` for an unknown one."""
    check_name(name)
    if name == "default":
        install_default()
    return Study(studies_dir() / name)


def list_studies() -> list[str]:
    """Give the names of all studies, ``default`` first."""
    install_default()
    names = sorted(path.parent.name for path in studies_dir().glob("[!.]*/study.json"))
    return ["default", *(name for name in names if name != "default")]


def install_default() -> None:
    """Lay the shipped default study out in the folder of studies, whole or not at all; nothing to do when it is there."""
    target = studies_dir() / "default"
    if (target / "study.json").is_file():
        installed = StudyCard.read(target)
        if not (SHIPPED / "study.json").is_file() or int(installed.version) >= int(StudyCard.read(SHIPPED).version):
            return
        target.rename(target.with_name(f"default-{installed.version}"))
    try:
        with write_folder(target) as draft:
            lay_out(SHIPPED, draft)
    except OSError:
        if not (target / "study.json").is_file():  # else somebody else was faster: theirs is as good
            raise


def lay_out(shipped: Path, folder: Path) -> None:
    """Lay a shipped study out in a folder like any other study; trials and runs where it has them."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in _AS_THEY_ARE:
        shutil.copyfile(shipped / name, folder / name)
    index = pd.read_parquet(folder / "images.parquet")
    np.save(folder / "images.npy", _decode(shipped / "images.zip", list(index["image"])))
    if (shipped / "trials.parquet").is_file():
        TrialStore(folder / "trials.db").add(pd.read_parquet(shipped / "trials.parquet"))
    if (shipped / "runs").is_dir():
        shutil.copytree(shipped / "runs", folder / "runs")


def _decode(path: Path, names: list[str]) -> np.ndarray:
    """Read the JPEGs ``<image>.jpg`` of a zip file, in the given order: uint8 (n, side, side, 3), RGB."""
    pixels = []
    with zipfile.ZipFile(path) as archive:
        for name in names:
            image = cv2.imdecode(np.frombuffer(archive.read(f"{name}.jpg"), np.uint8), cv2.IMREAD_COLOR)
            if image is None:
                raise DamagedError(f"{name}.jpg in {path} is not a readable image. Install fercore again.")
            pixels.append(image[..., ::-1])
    return np.stack(pixels)
