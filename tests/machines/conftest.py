"""A tiny study: faces are noise around a gray that tells the label, so that a small network learns in a few steps."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from fercore.images.image_set import ImageSet
from fercore.labels import LabelSet
from fercore.machines.device import choose_device
from fercore.machines.guidance import Guidance
from fercore.machines.plan_run import plan_units, start_run
from fercore.machines.presets import training_settings
from fercore.store import digest_array

SIDE = 24
COUNTS = {"train": (12, 9, 15), "validation": (3, 3, 3), "experimental": (2, 2, 2)}


@pytest.fixture(autouse=True)
def _own_cache(tmp_path, monkeypatch):
    monkeypatch.setenv("FERCORE_CACHE", str(tmp_path / "cache"))


@pytest.fixture(scope="session")
def label_set():
    return LabelSet(("happy", "sad", "fear"))


@pytest.fixture
def study_folder(tmp_path, label_set):
    """Folder of a study of three labels, 16 px faces are made of 24 px ones."""
    rng = np.random.default_rng(0)
    rows, pixels = [], []
    for split, counts in COUNTS.items():
        for label, gray, n in zip(label_set, (60, 120, 180), counts, strict=True):
            for i in range(n):
                image = np.clip(rng.normal(gray, 40, (SIDE, SIDE, 3)), 0, 255).astype(np.uint8)
                rows.append((f"{split}-{label}-{i}", label, split, digest_array(image), "made up"))
                pixels.append(image)
    folder = tmp_path / "study"
    folder.mkdir()
    index = pd.DataFrame(rows, columns=["image", "label", "split", "digest", "source"])
    index.to_parquet(folder / "images.parquet")
    np.save(folder / "images.npy", np.stack(pixels))
    shown = index[index["split"] == "experimental"][::-1]
    false = {"happy": "sad", "sad": "fear", "fear": "happy"}
    plan = pd.DataFrame(
        {"image": shown["image"], "true_label": shown["label"], "false_label": shown["label"].map(false)}
    )
    plan.to_csv(folder / "plan.csv", index=False)
    return folder


@pytest.fixture
def images(study_folder):
    return ImageSet.open(study_folder)


@pytest.fixture
def settings():
    return replace(training_settings("small"), input_side=16, batch_size=8, max_epochs=4, multiclass_epochs=2)


@pytest.fixture(scope="session")
def device():
    return choose_device(threads=1)


@pytest.fixture
def new_run(study_folder, label_set, settings):
    """Start a run with other regimes, settings, ... than the usual ones."""

    def start(name="first", regimes=("epochs-2",), changes=None, **options):
        changed = replace(settings, **(changes or {}))
        return start_run(study_folder, name, label_set=label_set, regimes=regimes, settings=changed, **options)

    return start


@pytest.fixture
def a_unit(new_run):
    """The unit happy-fear of a new run."""

    def plan(name="first", regimes=("epochs-3",), **options):
        run = new_run(name, regimes, **options)
        return next(unit for unit in plan_units(run) if unit.name == "happy-fear")

    return plan


@pytest.fixture
def uncovered():
    """What two people uncovered of the six experimental images, 16 px: all of them correct trials."""
    return np.random.default_rng(5).random((12, 16, 16)) < 0.3


@pytest.fixture
def guidance(study_folder, images, label_set, uncovered):
    """What two people did; networks see 16 px."""
    plan = pd.read_csv(study_folder / "plan.csv")
    return Guidance(
        rows=images.positions(list(plan["image"])).astype(np.int64),
        true_labels=np.array([label_set.index(label) for label in plan["true_label"]], dtype=np.int64),
        false_labels=np.array([label_set.index(label) for label in plan["false_label"]], dtype=np.int64),
        blurred=np.random.default_rng(6).integers(0, 256, (6, 16, 16), dtype=np.uint8),
        attention=np.stack([uncovered[[2 * row, 2 * row + 1]].mean(axis=0) for row in range(6)]).astype(np.float32),
        trials=np.repeat(np.arange(6), 2),
        correct=np.ones(12, bool),
        uncovered=np.packbits(uncovered.reshape(12, -1), axis=1),
    )
