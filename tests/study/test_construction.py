import json
import os
import signal
import subprocess
import sys
import threading
import time
from contextlib import contextmanager

import cv2
import numpy as np
import pytest

from fercore.errors import InputError
from fercore.images import decode
from fercore.images.pixel_file import RECORD
from fercore.store import studies_dir
from fercore.study import create_study, list_studies

OPTIONS = {"source": "folders", "per_label": 4, "side": 16, "seed": 1}
N_PER_LABEL = 320
N_STORED = 2 * decode.CHUNK  # of the 640 images, before the last one is needed


def _png(seed, height=8):
    pixels = np.random.default_rng(seed).integers(0, 256, (height, 8, 3), dtype=np.uint8)
    return cv2.imencode(".png", pixels)[1].tobytes()


@pytest.fixture
def many(places):
    """Many small faces: each twice, one unreadable, one not square, and the last a pipe."""
    folder = places / "many"
    for label in ("happy", "sad"):
        (folder / label).mkdir(parents=True)
        for i in range(N_PER_LABEL):
            (folder / label / f"{label}_{i:03}.png").write_bytes(_png(i // 2 + len(label) * N_PER_LABEL))
    (folder / "happy" / "happy_100.png").write_bytes(b"nothing")
    (folder / "happy" / "happy_200.png").write_bytes(_png(0, height=12))
    (folder / "sad" / "sad_319.png").unlink()
    os.mkfifo(folder / "sad" / "sad_319.png")
    return folder


@contextmanager
def _feeding(folder):
    """Give the last image through its pipe: until then, whoever reads it waits."""
    feeder = threading.Thread(target=(folder / "sad" / "sad_319.png").write_bytes, args=(_png(1),), daemon=True)
    feeder.start()
    yield
    feeder.join()


def _content(study):
    """All files of a study, and its card without what differs between two equal studies."""
    files = {path.name: path.read_bytes() for path in study.folder.iterdir()}
    card = json.loads(files.pop("study.json"))
    return files, {key: value for key, value in card.items() if key not in ("name", "created")}


def _journal_size():
    return sum(path.stat().st_size for path in studies_dir().glob(".constructions/*/study.journal"))


def test_a_killed_command_goes_on_where_it_was_and_makes_the_same_study(many):
    command = [sys.executable, "-m", "fercore", "new", "mylab", "--path", str(many)]
    command += [word for option, value in OPTIONS.items() for word in (f"--{option.replace('_', '-')}", str(value))]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    try:
        while _journal_size() < N_STORED * RECORD.itemsize:
            assert process.poll() is None
            time.sleep(0.01)
    finally:
        process.send_signal(signal.SIGKILL)
        process.wait()
    assert [path.name for path in studies_dir().iterdir()] == [".constructions"]
    told = []
    with _feeding(many):
        resumed = create_study("mylab", path=many, report=told.append, **OPTIONS)
    assert told[0]["done"] == N_STORED
    assert [path.name for path in studies_dir().iterdir()] == ["mylab"]
    told.clear()
    with _feeding(many):
        at_once = create_study("other", path=many, report=told.append, **OPTIONS)
    assert told[0]["done"] == 0
    assert _content(resumed) == _content(at_once)
    assert len(resumed.images) < 2 * N_PER_LABEL - 4  # copies of experimental images were taken away


def test_what_is_decoded_is_kept_when_the_name_is_taken_meanwhile(faces):
    def take(state):
        (studies_dir() / "mylab" / "runs").mkdir(parents=True, exist_ok=True)

    with pytest.raises(InputError, match="another name"):
        create_study("mylab", path=faces, report=take, **OPTIONS)
    assert [path.name for path in (studies_dir() / "mylab").iterdir()] == ["runs"]
    told = []
    other = create_study("other", path=faces, report=told.append, **OPTIONS)
    assert [state["done"] for state in told] == [60]
    assert _content(other) == _content(create_study("anew", path=faces, **OPTIONS))


def _interrupt(state):
    if state["done"]:
        raise KeyboardInterrupt


def _start(name, faces, **changes):
    with pytest.raises(KeyboardInterrupt):
        create_study(name, path=faces, report=_interrupt, **{**OPTIONS, **changes})


def test_changed_faces_are_decoded_anew_and_the_old_ones_are_mentioned(faces):
    _start("mylab", faces)
    (faces / "train" / "sad" / "train_sad_03.png").write_bytes(_png(5))
    told = []
    study = create_study("mylab", path=faces, report=told.append, **OPTIONS)
    assert told[0]["note"].startswith("Other studies that are being made, or were interrupted, take 0.00 GB in ")
    assert [state["done"] for state in told] == [0, 0, 60]
    assert _content(study) == _content(create_study("other", path=faces, **OPTIONS))


def test_half_written_tables_of_an_interrupted_attempt_are_removed(faces):
    _start("mylab", faces)
    (draft,) = studies_dir().glob(".constructions/*/study")
    (draft / ".images.parquet.0123.tmp").write_bytes(b"half")
    (draft / "votes.parquet").write_bytes(b"half")
    study = create_study("mylab", path=faces, **OPTIONS)
    names = {path.name for path in study.folder.iterdir()}
    assert names == {"study.json", "images.npy", "images.parquet", "plan.csv", "report.json"}


def test_two_commands_do_not_decode_the_same_faces_at_a_time(faces):
    def at_the_same_time(state):
        with pytest.raises(InputError, match="at this moment"):
            create_study("other", path=faces, **OPTIONS)

    create_study("mylab", path=faces, report=at_the_same_time, **OPTIONS)
    create_study("other", path=faces, **OPTIONS)


def test_a_refusal_before_anything_is_decoded_keeps_what_an_interruption_left(faces):
    _start("mylab", faces)
    size = _journal_size()
    with pytest.raises(InputError, match="cannot be read as a table"):
        create_study("mylab", path=faces, experiment=faces / "nowhere.csv", **OPTIONS)
    assert _journal_size() == size > 0


def test_a_refusal_after_all_is_decoded_leaves_nothing(faces, places):
    (faces / "train" / "sad" / "train_sad_03.png").write_bytes(b"nothing")
    (places / "experiment.csv").write_text("image,true_label,false_label\ntrain_sad_03,sad,happy\n")
    with pytest.raises(InputError, match="is unreadable"):
        create_study("mylab", path=faces, experiment=places / "experiment.csv", **OPTIONS)
    assert list(studies_dir().iterdir()) == []


def test_a_study_in_the_making_is_no_study(faces):
    create_study("mylab", path=faces, **OPTIONS)
    (studies_dir() / "mylab").rename(studies_dir() / ".mylab-draft")
    _start("other", faces)
    assert list_studies() == ["default"]
