"""What every finding keeps to."""

import subprocess
import sys
from pathlib import Path

import cv2
import numpy as np
import pytest

import fercore
from fercore.errors import MissingError
from fercore.findings.finding import CIRCULAR, COLUMNS, FINDINGS, SIMULATED_PEOPLE, Row, tidy
from fercore.labels import EXPRESSIONS
from fercore.study import create_study
from fercore.study.observers import simulate_trials

ABOUT_NETWORKS = {"ensemble-accuracy", "vote-agreement"}
ABOUT_OTHERS = {"observer-agreement"}
ABOUT_ATTENTION = {"attention-dice", "attention-anova"}

PAPER = {  # name of a row and the paper's number beside it
    "human-accuracy": {"2AFC accuracy of people": 0.839, "participants kept": 22},
    "human-correlations": {
        "r of clicks and time": 0.93, "r of clicks and accuracy": -0.56, "r of time and accuracy": -0.65,
    },
    "ensemble-accuracy": {
        "accuracy-90, simple vote, validation images": 0.49, "accuracy-90, weighted vote, experimental images": 0.50,
        "multiclass, multiclass, experimental images": 0.54,
    },
    "confusion-similarity": {
        "r over all cells: accuracy-90, simple vote, experimental images": 0.93,
        "r over all cells: accuracy-90, weighted vote, experimental images": 0.92,
        "r over all cells: multiclass, multiclass, experimental images": 0.91,
    },
    "attention-anova": {
        "F over methods": 85.45, "Tukey t, EP − CAM": 10.31, "Tukey t, EP − Grad-CAM": 12.12,
        "Tukey t, CAM − Grad-CAM": 1.81, "F over expressions": 1.34,
    },
}  # fmt: skip


@pytest.fixture(params=FINDINGS.names())
def name(request):
    return request.param


@pytest.fixture
def study(name, request):
    """A study that has what the finding needs."""
    return request.getfixturevalue("answers" if name in ABOUT_OTHERS else "full")


@pytest.fixture
def run(study):
    return study.run() if study.run_names else None


def test_a_finding_is_a_tidy_table_with_a_reason_why_it_may_differ(name, study, run, settings):
    finding = FINDINGS.get(name)(study, run, settings)
    assert tuple(finding.table.columns) == COLUMNS
    assert len(finding.table) > 0
    assert finding.table["name"].is_unique
    assert finding.why.count(". ") == 0
    assert finding.why.endswith(".")
    assert finding.title
    assert finding.source.startswith(("section", "beyond"))
    bounded = finding.table.dropna(subset=["ci_low", "ci_high"])
    assert ((bounded["ci_low"] <= bounded["value"] + 1e-12) & (bounded["value"] <= bounded["ci_high"] + 1e-12)).all()


def test_the_papers_numbers_stand_beside_ours(name, study, run, settings):
    table = FINDINGS.get(name)(study, run, settings).table.set_index("name")
    for row, number in PAPER.get(name, {}).items():
        assert table.loc[row, "paper"] == number, row


def test_simulated_observers_are_named_in_every_finding_that_rests_on_them(name, study, run, settings):
    table = FINDINGS.get(name)(study, run, settings).table
    warning = CIRCULAR if name in ABOUT_ATTENTION else SIMULATED_PEOPLE
    warned = table["note"].str.startswith(warning)
    if name in ABOUT_NETWORKS | ABOUT_OTHERS:
        assert not warned.any()
    elif name in ABOUT_ATTENTION:
        assert warned[~table["name"].str.contains("area|squared")].all()
    else:
        assert warned.all()


def test_without_data_a_finding_says_what_is_missing(name, bare, settings):
    with pytest.raises(MissingError, match="has no"):
        FINDINGS.get(name)(bare, None, settings)


def test_without_a_run_named_the_first_complete_one_is_taken(name, study, run, settings):
    named, unnamed = (FINDINGS.get(name)(study, which, settings).table for which in (run, None))
    assert named.equals(unnamed)


def test_an_empty_finding_has_all_columns():
    assert tuple(tidy([]).columns) == COLUMNS


def test_numbers_the_paper_does_not_give_are_nan():
    assert np.isnan(tidy([Row("a", 1.0)])["paper"]).all()


def test_findings_are_read_without_torch_and_streamlit():
    code = (
        "import fercore.findings.report, fercore.findings.finding as f, sys\nfor n in f.FINDINGS: f.FINDINGS.get(n)\n"
    )
    code += "print([m for m in ('torch', 'streamlit') if m in sys.modules])"
    root = Path(fercore.__file__).parents[1]
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=root, check=True)
    assert done.stdout.strip() == "[]"


def test_cells_stand_beside_the_papers_where_the_labels_are_the_papers(folders, tmp_path, monkeypatch, full, settings):
    monkeypatch.setenv("FERCORE_STUDIES", str(tmp_path))
    rng = np.random.default_rng(0)
    for label in EXPRESSIONS:
        (tmp_path / "faces" / label).mkdir(parents=True)
        for number in range(10):
            pixels = rng.integers(0, 256, (16, 16, 3), dtype=np.uint8)
            cv2.imwrite(str(tmp_path / "faces" / label / f"{label}{number}.png"), pixels)
    eight = create_study("eight", source="folders", path=tmp_path / "faces", labels=EXPRESSIONS, per_label=7, side=16)
    eight.trial_store.add(simulate_trials(eight, n_participants=4, seed=0))
    table = FINDINGS.get("confusion")(eight, None, settings).table.set_index("name")
    assert table.loc["happy taken for happy", "paper"] == 0.89
    assert table.loc["contempt taken for neutral", "paper"] == 0.06
    assert FINDINGS.get("confusion")(full, None, settings).table["paper"].isna().all()


def test_voters_stand_beside_the_network(voted, fill, settings):
    study = fill(voted, run="one")
    table = FINDINGS.get("vote-agreement")(study, None, settings).table.set_index("name")
    assert table.loc["mean share of votes on the label", "value"] == pytest.approx(0.7)
    assert np.isfinite(table.loc["r over all cells with votes: accuracy-90, simple vote", "value"])
