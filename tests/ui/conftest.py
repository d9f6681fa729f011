import cv2
import numpy as np
import pytest

from fercore.study import create_study

LABELS = ("happy", "sad", "fear")


@pytest.fixture
def study(tmp_path, monkeypatch):
    """A study of three labels and random faces, without trials and runs."""
    monkeypatch.setenv("FERCORE_STUDIES", str(tmp_path / "studies"))
    monkeypatch.setenv("FERCORE_CACHE", str(tmp_path / "cache"))
    rng = np.random.default_rng(0)
    for split in ("train", "validation"):
        for label in LABELS:
            (tmp_path / "faces" / split / label).mkdir(parents=True)
            for i in range(8):
                pixels = rng.integers(0, 256, (32, 32, 3), dtype=np.uint8)
                cv2.imwrite(str(tmp_path / "faces" / split / label / f"{split}_{label}_{i}.png"), pixels)
    return create_study("small", source="folders", path=tmp_path / "faces", labels=LABELS, per_label=4, side=32, seed=1)
