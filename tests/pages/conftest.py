from pathlib import Path

import cv2
import numpy as np
import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from fercore.humans.bubbleview import COLUMNS
from fercore.study import create_response_study, create_study, list_studies
from fercore.study.looks import import_looks
from fercore.study.observers import simulate_trials
from fercore.study.shipped import open_study

FRAME = Path(__file__).parents[2] / "fercore" / "ui" / "frame.py"
LABELS = ("happy", "sad", "fear")


@pytest.fixture(scope="session")
def studies(tmp_path_factory):
    """A folder of studies: the shipped one, ``bare`` without trials and runs, ``voted`` with crowd votes only, ``two``
    with two labels and trials, ``looked`` with clicks without answers,
    and ``answers`` with answers among all labels and no images."""
    folder = tmp_path_factory.mktemp("dashboard")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("FERCORE_STUDIES", str(folder / "studies"))
        patch.setenv("FERCORE_CACHE", str(folder / "cache"))
        list_studies()
        _write_faces(folder / "faces")
        for name in ("bare", "voted", "looked"):
            create_study(name, source="folders", path=folder / "faces", labels=LABELS, per_label=4, side=32, seed=1)
        _vote(open_study("voted"))
        looked = open_study("looked")
        places = [(image, person, 9.0, 20.0) for image in looked.plan["image"] for person in ("A", "B")]
        import_looks(looked, pd.DataFrame(places, columns=list(COLUMNS)), images=None)
        two = create_study("two", source="folders", path=folder / "faces", labels=LABELS[:2], per_label=4, side=32)
        two.trial_store.add(simulate_trials(two, n_participants=4, seed=2))
        _write_answers(folder / "answers")
        create_response_study("answers", path=folder / "answers")
        yield folder / "studies"


@pytest.fixture
def open_page(studies):
    """Open a page of the dashboard as its link does: ``open_page("people", study="bare")``."""

    def opened(page: str, **parameters: str) -> AppTest:
        app = AppTest.from_file(FRAME, default_timeout=60)
        for name, value in parameters.items():
            app.query_params[name] = value
        app.run()
        return app if page == "overview" else app.switch_page(f"../../pages/{page}.py").run()

    return opened


def _write_faces(folder):
    rng = np.random.default_rng(0)
    for split, n in (("train", 8), ("validation", 8)):
        for label in LABELS:
            (folder / split / label).mkdir(parents=True)
            for i in range(n):
                pixels = rng.integers(0, 256, (32, 32, 3), dtype=np.uint8)
                cv2.imwrite(str(folder / split / label / f"{split}_{label}_{i:02d}.png"), pixels)


def _vote(study):
    images = list(study.images.index["image"])
    counts = np.random.default_rng(1).integers(1, 9, (len(images), len(LABELS)))
    votes = pd.DataFrame(counts, columns=list(LABELS))
    votes.insert(0, "image", images)
    votes.to_parquet(study.folder / "votes.parquet")


def _write_answers(folder):
    """Write two people and a network as model-vs-human does: one file each."""
    folder.mkdir()
    rng = np.random.default_rng(3)
    for name, person in (("subject-01", True), ("subject-02", True), ("resnet50", False)):
        rows = ["subj,session,trial,rt,object_response,category,condition,imagename"]
        for trial in range(1, 61):
            true = LABELS[trial % 3]
            answer = true if rng.random() < 0.7 else LABELS[rng.integers(3)]
            seeing = ("sharp", "blurred")[trial % 2]
            rows.append(f"{name},1,{trial},{0.5 if person else 'NaN'},{answer},{true},{seeing},{true}{trial}.png")
        (folder / f"answers_{name}_session-1.csv").write_text("\n".join(rows) + "\n")
