"""Faces in the true layouts, made here, with the traps that the real sets hold."""

import zipfile
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pytest

HEAD = "Usage,Image name,neutral,happiness,surprise,sadness,anger,disgust,fear,contempt,unknown,NF"

FER_ROWS = (  # neutral, happiness, surprise, sadness, anger, disgust, fear, contempt, unknown, NF
    "Training,fer0000007.png,0,10,0,0,0,0,0,0,0,0",  # row 0 is not image 0
    "Training,,0,0,0,0,0,0,0,0,0,10",  # blank name
    "Training,fer0000003.png,0,0,0,9,1,0,0,0,0,0",
    "Training,fer0000004.png,1,4,1,1,1,1,0,1,0,0",  # single votes do not count: 4 of 4
    "Training,fer0000005.png,5,5,0,0,0,0,0,0,0,0",  # no majority
    "Training,fer0000006.png,0,3,0,0,0,0,0,0,7,0",  # unknown wins
    "Training,fer0000008.png,0,0,0,9,0,0,0,0,0,0",  # nine votes
    "Training,fer0000009.png,0,8,0,2,0,0,0,0,0,0",  # twice, equal
    "Training,fer0000009.png,0,8,0,2,0,0,0,0,0,0",
    "Training,fer0000010.png,0,0,0,7,3,0,0,0,0,0",  # has no file
    "Training,fer0000002.png,1,1,1,1,1,1,1,1,1,1",  # nothing is left
    "PublicTest,fer0000020.png,0,2,0,8,0,0,0,0,0,0",  # twice, conflicting: sad, then happy
    "PublicTest,fer0000020.png,0,8,0,2,0,0,0,0,0,0",
    "PublicTest,fer0000021.png,0,9,0,1,0,0,0,0,0,0",
    "PublicTest,fer0000022.png,0,9,0,1,0,0,0,0,0,0",  # lies among the training files
    "PrivateTest,fer0000030.png,0,9,0,1,0,0,0,0,0,0",
)
TRAIN_FILES = (2, 3, 4, 5, 6, 7, 8, 9, 22, 99)  # 99 has no votes
VALID_FILES = (20, 21, 7)  # 7 is a training file, too


def gray_png(value: int, side: int = 48) -> bytes:
    """A plain gray face: its brightness says which one it is."""
    return cv2.imencode(".png", np.full((side, side), value, np.uint8))[1].tobytes()


def noise_png(seed: int, height: int = 20, width: int = 20) -> bytes:
    """A colourful face that no other seed has."""
    pixels = np.random.default_rng(seed).integers(0, 256, (height, width, 3), dtype=np.uint8)
    return cv2.imencode(".png", pixels)[1].tobytes()


@pytest.fixture
def ferplus_folder(tmp_path: Path) -> Path:
    """FER+ with every trap: the training part as an archive, the validation part as a folder, no test part."""
    folder = tmp_path / "ferplus"
    (folder / "FER2013Valid").mkdir(parents=True)
    (folder / "fer2013new.csv").write_text("\n".join((HEAD, *FER_ROWS)) + "\n")
    with zipfile.ZipFile(folder / "FER2013Train.zip", "w") as archive:
        for number in TRAIN_FILES:
            archive.writestr(f"FER2013Train/fer{number:07}.png", gray_png(number))
        archive.writestr("FER2013Train/label.csv", "fer0000002.png,...")
        archive.writestr("__MACOSX/FER2013Train/._fer0000002.png", b"not an image")
    for number in VALID_FILES:
        (folder / "FER2013Valid" / f"fer{number:07}.png").write_bytes(gray_png(number))
    return folder


@pytest.fixture
def make_folders(tmp_path: Path) -> Callable[..., Path]:
    """Write ``<label>/<image>`` folders: ``make_folders(happy=4, sad=6)``; every image has other pixels."""

    def make(**n_images: int) -> Path:
        folder = tmp_path / "faces"
        seed = 0
        for place, n in n_images.items():
            (folder / place).mkdir(parents=True)
            for number in range(n):
                seed += 1
                (folder / place / f"{place.replace('/', '_')}_{number:02}.png").write_bytes(noise_png(seed))
        return folder

    return make
