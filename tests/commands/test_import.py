import cv2
import numpy as np
import pytest

from fercore.__main__ import main
from fercore.humans.trial_table import write_trials
from fercore.study import create_study, open_study
from fercore.study.observers import simulate_trials


@pytest.fixture
def lab(tmp_path, monkeypatch):
    monkeypatch.setenv("FERCORE_STUDIES", str(tmp_path / "studies"))
    monkeypatch.setenv("FERCORE_CACHE", str(tmp_path / "cache"))
    rng = np.random.default_rng(0)
    for label in ("happy", "sad"):
        (tmp_path / "faces" / label).mkdir(parents=True)
        for number in range(10):
            pixels = rng.integers(0, 256, (40, 60, 3), dtype=np.uint8)
            cv2.imwrite(str(tmp_path / "faces" / label / f"{label}{number}.png"), pixels)
    return create_study("lab", source="folders", path=tmp_path / "faces", per_label=3, side=20)


def _import(*arguments):
    try:
        return main(["import", "lab", *map(str, arguments)]) or 0
    except SystemExit as exit_:
        return exit_.code or 0


def test_trials_are_imported_without_saying_so(lab, tmp_path, capsys):
    write_trials(simulate_trials(lab, n_participants=2), tmp_path / "trials.csv")
    assert _import(tmp_path / "trials.csv") == 0
    assert "trials of 2 participants" in capsys.readouterr().out
    assert len(open_study("lab").trials) == 12


def test_clicks_without_answers_become_attention_maps(lab, tmp_path, capsys):
    image = lab.plan["image"].iloc[0]
    (tmp_path / "clicks.csv").write_text(f"1,{image}.png,P,30,20\n2,{image}.png,P,5,20\n1,other.png,P,1,1\n")
    assert _import(tmp_path / "clicks.csv", "--format", "bubbleview", "--images", tmp_path / "faces") == 0
    assert " ".join(capsys.readouterr().out.split()) == (
        "Imported 1 click of 1 look at 1 image into study 'lab'. 1 image of the file left out: not experimental images of the "
        "study. 1 click left out: outside the stored part of the image."
    )
    assert open_study("lab").attention_maps[0][10, 10] == 1


@pytest.mark.parametrize(
    ("content", "options", "message"),
    [
        ("1,nobody.png,P,3,2\n", ("--format", "bubbleview"), "None of the 1 images"),
        ("1,a.png,P,3\n", ("--format", "bubbleview"), "offending cell"),
        ("", ("--format", "bubbleview"), "is empty"),
        ("1,a.png,P,3,2\n", (), "lacks the column(s)"),
        ("1,a.png,P,3,2\n", ("--images", "faces"), "belongs to --format bubbleview"),
    ],
)
def test_what_cannot_be_imported_is_one_sentence_and_changes_nothing(lab, tmp_path, capsys, content, options, message):
    before = sorted(path.name for path in lab.folder.iterdir())
    (tmp_path / "clicks.csv").write_text(content)
    assert _import(tmp_path / "clicks.csv", *options) == 1
    said = capsys.readouterr().err
    assert message in said
    assert "Traceback" not in said
    assert sorted(path.name for path in lab.folder.iterdir()) == before
