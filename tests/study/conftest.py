import cv2
import numpy as np
import pytest

from fercore.study import create_study

LABELS = ("happy", "sad", "fear")


def write_faces(folder, labels=LABELS, n_train=12, n_validation=8, side=24, seed=0):
    """Write random images as <split>/<label>/<nn>.png."""
    rng = np.random.default_rng(seed)
    for split, n in (("train", n_train), ("validation", n_validation)):
        for label in labels:
            (folder / split / label).mkdir(parents=True)
            for i in range(n):
                pixels = rng.integers(0, 256, (side, side, 3), dtype=np.uint8)
                cv2.imwrite(str(folder / split / label / f"{split}_{label}_{i:02d}.png"), pixels)
    return folder


@pytest.fixture
def places(tmp_path, monkeypatch):
    """Studies and cache in a folder of this test."""
    monkeypatch.setenv("FERCORE_STUDIES", str(tmp_path / "studies"))
    monkeypatch.setenv("FERCORE_CACHE", str(tmp_path / "cache"))
    return tmp_path


@pytest.fixture
def faces(places):
    """A folder of random faces of three labels."""
    return write_faces(places / "faces")


@pytest.fixture
def tiny(faces):
    """A study of three labels and twelve experimental images, without trials and runs."""
    return create_study("tiny", source="folders", path=faces, labels=LABELS, per_label=4, side=16, seed=1)
