"""A small study of four labels: real faces folder, simulated observers, a run with known outputs and maps."""

import json
import shutil

import cv2
import numpy as np
import pandas as pd
import pytest

from fercore.machines.plan_run import start_run
from fercore.machines.runs import Run
from fercore.saliency.maps import PAPER_METHODS, SETTINGS, write_maps
from fercore.settings import ComparisonSettings, TrainingSettings
from fercore.store import write_arrays, write_json
from fercore.study import Study, create_response_study, create_study
from fercore.study.observers import simulate_trials

LABELS = ("happy", "sad", "fear", "anger")
PER_LABEL = 6

ANSWERS_HEADER = "subj,session,trial,rt,object_response,category,condition,imagename"

# Right and wrong of two people and a network on ten images in two conditions of seeing, five images each.
RIGHT = {
    "subject-01": ("1111100110", True),
    "subject-02": ("1111010100", True),
    "resnet50": ("1101101010", False),
}


@pytest.fixture(scope="session")
def settings():
    return ComparisonSettings(n_bootstrap=200)


@pytest.fixture(scope="session")
def made(tmp_path_factory):
    """Folders: the studies, the cache, and one study that others are copies of."""
    root = tmp_path_factory.mktemp("findings")
    rng = np.random.default_rng(0)
    for label in LABELS:
        (root / "faces" / label).mkdir(parents=True)
        for number in range(16):
            cv2.imwrite(
                str(root / "faces" / label / f"{label}{number}.png"), rng.integers(0, 256, (20, 20, 3), dtype=np.uint8)
            )
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("FERCORE_STUDIES", str(root / "studies"))
        patch.setenv("FERCORE_CACHE", str(root / "cache"))
        study = create_study("bare", source="folders", path=root / "faces", labels=LABELS, per_label=PER_LABEL, side=16)
        shutil.copytree(study.folder, root / "studies" / "full")
        card = json.loads((root / "studies" / "full" / "study.json").read_text())
        write_json(root / "studies" / "full" / "study.json", card | {"name": "full"})
        full = Study(root / "studies" / "full")
        full.trial_store.add(simulate_trials(full, n_participants=14, seed=1))
        add_votes(full)
        add_run(full, "first")
        for number, method in enumerate(PAPER_METHODS):
            add_maps(full, "first", method, seed=number)
    return root


@pytest.fixture
def folders(made, monkeypatch):
    monkeypatch.setenv("FERCORE_STUDIES", str(made / "studies"))
    monkeypatch.setenv("FERCORE_CACHE", str(made / "cache"))
    return made


@pytest.fixture
def full(folders):
    """Simulated trials, votes, a run of two regimes, maps of three methods."""
    return Study(folders / "studies" / "full")


@pytest.fixture
def bare(folders, tmp_path, monkeypatch):
    """Faces and plan only, to be filled by the test; with a cache of its own."""
    monkeypatch.setenv("FERCORE_CACHE", str(tmp_path / "cache"))
    shutil.copytree(folders / "studies" / "bare", tmp_path / "bare")
    return Study(tmp_path / "bare")


def pair_logits(study: Study, true_labels: pd.Series, seed: int, missing: tuple[str, ...] = ()) -> np.ndarray:
    """Outputs of pair classifiers that are right about two times in three: (n, n_pairs, 2)."""
    rng = np.random.default_rng(seed)
    logits = rng.normal(size=(len(true_labels), len(study.label_set.pairs), 2)).astype(np.float32)
    for number, pair in enumerate(study.label_set.pairs):
        for column, label in enumerate(pair):
            logits[(true_labels == label).to_numpy(), number, column] += 0.6
        if str(pair) in missing:
            logits[:, number] = np.nan
    return logits


def multiclass_logits(study: Study, true_labels: pd.Series, seed: int) -> np.ndarray:
    rng = np.random.default_rng(seed)
    logits = rng.normal(size=(len(true_labels), len(study.label_set))).astype(np.float32)
    logits[np.arange(len(true_labels)), [study.label_set.index(label) for label in true_labels]] += 1
    return logits


def add_run(
    study: Study, name: str, *, regimes=("accuracy-90", "multiclass"), missing: tuple[str, ...] = (), seed: int = 0
) -> Run:
    """Write a complete run as training leaves it, with outputs that are made up."""
    settings = TrainingSettings(network="small", input_side=16)
    pairs = [pair for pair in study.label_set.pairs if str(pair) not in missing]
    run = start_run(
        study.folder, name, label_set=study.label_set, regimes=regimes, settings=settings, pairs=pairs, seed=seed
    )
    true = {"experimental": study.plan["true_label"], "validation": study.images.of_split("validation")["label"]}
    for regime in run.regimes:
        for unit in run.units(regime):
            write_json(
                run.unit_path(regime, unit, ".json"), {"unit": unit, "weights_digest": f"{name} {unit}", "history": []}
            )
        if regime == "multiclass":
            outputs = {split: multiclass_logits(study, labels, seed=5 + seed) for split, labels in true.items()}
        else:
            outputs = {
                split: pair_logits(study, labels, seed=7 + seed, missing=missing) for split, labels in true.items()
            }
        write_arrays(run.folder / regime / "outputs.safetensors", outputs)
    write_json(run.folder / "run.json", run.card)
    return Run.open(run.folder)


def add_maps(study: Study, run: str, method: str, seed: int) -> np.ndarray:
    maps = np.random.default_rng(seed).random((len(study.plan), study.side, study.side)).astype(np.float32)
    key = study.maps_key(study.run(run), method)
    write_maps(study.maps_store, key, {"maps": maps}, method, SETTINGS[method]())
    return maps


def add_votes(study: Study) -> None:
    """Give every image seven votes for its label and one for each other."""
    votes = pd.DataFrame({"image": study.images.index["image"]})
    for label in study.label_set:
        votes[label] = np.where(study.images.index["label"] == label, 7, 1)
    votes.to_parquet(study.folder / "votes.parquet")


@pytest.fixture
def voted(bare):
    """Faces, plan and votes."""
    add_votes(bare)
    return Study(bare.folder)


@pytest.fixture
def fill():
    """Fill a bare study: ``fill(study, trials=..., run=..., maps=...)``."""

    def _fill(study, *, people=0, run=None, maps=(), **options):
        if people:
            study.trial_store.add(simulate_trials(study, n_participants=people, seed=2))
        if run:
            add_run(study, run, **options)
        for number, method in enumerate(maps):
            add_maps(study, run, method, seed=number)
        return Study(study.folder)

    return _fill


@pytest.fixture
def answers(tmp_path, monkeypatch):
    """Two people and a network who chose between cat and dog, as model-vs-human writes them; no images."""
    monkeypatch.setenv("FERCORE_STUDIES", str(tmp_path / "studies"))
    monkeypatch.setenv("FERCORE_CACHE", str(tmp_path / "cache"))
    (tmp_path / "raw").mkdir()
    for name, (right, person) in RIGHT.items():
        rows = [ANSWERS_HEADER]
        for number, one in enumerate(right):
            true, other = ("cat", "dog") if number % 2 else ("dog", "cat")
            seeing = "clear" if number < 5 else "noisy"
            time = "0.7" if person else "NaN"
            rows.append(
                f"{name},1,{number + 1},{time},{true if one == '1' else other},{true},{seeing},image{number}.png"
            )
        (tmp_path / "raw" / f"{name}.csv").write_text("\n".join(rows) + "\n")
    return create_response_study("peers", path=tmp_path / "raw")
