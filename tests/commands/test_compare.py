import json

import cv2
import numpy as np
import pytest

from fercore.__main__ import main
from fercore.findings.report import compare
from fercore.settings import ComparisonSettings
from fercore.study import create_study, open_study
from fercore.study.observers import simulate_trials


@pytest.fixture
def study(tmp_path, monkeypatch):
    monkeypatch.setenv("FERCORE_STUDIES", str(tmp_path / "studies"))
    monkeypatch.setenv("FERCORE_CACHE", str(tmp_path / "cache"))
    rng = np.random.default_rng(0)
    for label in ("happy", "sad", "fear"):
        (tmp_path / "faces" / label).mkdir(parents=True)
        for number in range(10):
            pixels = rng.integers(0, 256, (20, 20, 3), dtype=np.uint8)
            cv2.imwrite(str(tmp_path / "faces" / label / f"{label}{number}.png"), pixels)
    made = create_study("lab", source="folders", path=tmp_path / "faces", per_label=4, side=16)
    made.trial_store.add(simulate_trials(made, n_participants=8, seed=0))
    return made


def _run(*arguments):
    try:
        return main(["compare", *arguments]) or 0
    except SystemExit as exit_:
        return exit_.code or 0


def test_json_is_one_object_on_stdout_and_nothing_else(study, capsys):
    assert _run("lab", "--json") == 0
    printed = capsys.readouterr()
    assert json.loads(printed.out) == compare(open_study("lab"), None, ComparisonSettings())
    assert printed.err == ""


def test_the_threshold_is_taken_over(study, capsys):
    assert _run("lab", "--threshold", "80", "--json") == 0
    assert json.loads(capsys.readouterr().out)["settings"]["comparison"]["threshold"] == 80


def test_the_summary_shows_ours_beside_the_papers_and_what_is_missing(study, capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "200")
    assert _run("lab") == 0
    printed = capsys.readouterr().out
    assert "simulated people" in printed
    line = next(line for line in printed.splitlines() if line.startswith("2AFC accuracy of people"))
    assert ".839" in line
    assert "no evidence about people" in line
    assert "attention-dice: Study 'lab' has no finished run." in printed


@pytest.mark.parametrize(
    ("arguments", "message"),
    [(["nowhere"], "There is no study 'nowhere'"), (["lab", "--run", "x"], "Study 'lab' has no run 'x'.")],
)
def test_an_unknown_study_or_run_is_one_sentence(study, capsys, arguments, message):
    assert _run(*arguments, "--json") == 1
    printed = capsys.readouterr()
    assert message in printed.err
    assert printed.out == ""
