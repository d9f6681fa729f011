import cv2
import numpy as np
import pytest

from fercore.study import create_study

LABELS = ("happy", "sad", "fear")


@pytest.fixture
def tiny(table, tmp_path):
    """A study of three labels with coloured noise for faces, which a small network can tell apart."""
    rng = np.random.default_rng(0)
    for split, n in (("train", 16), ("validation", 4)):
        for channel, label in enumerate(LABELS):
            folder = tmp_path / "faces" / split / label
            folder.mkdir(parents=True)
            for number in range(n):
                pixels = rng.integers(0, 128, (24, 24, 3), dtype=np.uint8)
                pixels[..., channel] += 64
                cv2.imwrite(str(folder / f"{split}_{label}_{number}.png"), pixels)
    return create_study("tiny", source="folders", path=tmp_path / "faces", labels=LABELS, per_label=4, side=16, seed=1)


@pytest.fixture
def small():
    """Payload of a short training of the tiny study."""
    return {
        "study": "tiny",
        "regimes": ("accuracy-90", "multiclass"),
        "network": "small",
        "epochs": 3,
        "settings": {"input_side": 16, "batch_size": 8},
    }
