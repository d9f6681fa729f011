"""What every finding keeps to."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import fercore
from fercore.errors import MissingError
from fercore.findings.finding import CIRCULAR, COLUMNS, FINDINGS, SIMULATED_PEOPLE, Row, tidy

ABOUT_NETWORKS = {"ensemble-accuracy"}
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


def test_a_finding_is_a_tidy_table_with_a_reason_why_it_may_differ(name, full, settings):
    finding = FINDINGS.get(name)(full, full.run(), settings)
    assert tuple(finding.table.columns) == COLUMNS
    assert len(finding.table) > 0
    assert finding.table["name"].is_unique
    assert finding.why.count(". ") == 0
    assert finding.why.endswith(".")
    assert finding.title
    assert finding.source[0] in "45"
    bounded = finding.table.dropna(subset=["ci_low", "ci_high"])
    assert ((bounded["ci_low"] <= bounded["value"] + 1e-12) & (bounded["value"] <= bounded["ci_high"] + 1e-12)).all()


def test_the_papers_numbers_stand_beside_ours(name, full, settings):
    table = FINDINGS.get(name)(full, full.run(), settings).table.set_index("name")
    for row, number in PAPER.get(name, {}).items():
        assert table.loc[row, "paper"] == number, row


def test_simulated_observers_are_named_in_every_finding_that_rests_on_them(name, full, settings):
    table = FINDINGS.get(name)(full, full.run(), settings).table
    warning = CIRCULAR if name in ABOUT_ATTENTION else SIMULATED_PEOPLE
    warned = table["note"].str.startswith(warning)
    if name in ABOUT_NETWORKS:
        assert not warned.any()
    elif name in ABOUT_ATTENTION:
        assert warned[~table["name"].str.contains("area|squared")].all()
    else:
        assert warned.all()


def test_without_data_a_finding_says_what_is_missing(name, bare, settings):
    with pytest.raises(MissingError, match="has no"):
        FINDINGS.get(name)(bare, None, settings)


def test_without_a_run_named_the_first_complete_one_is_taken(name, full, settings):
    named, unnamed = (FINDINGS.get(name)(full, run, settings).table for run in (full.run(), None))
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
