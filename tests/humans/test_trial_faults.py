from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest

from fercore import tables
from fercore.errors import TrialTableError
from fercore.humans.trial_table import csv_text, read_trials
from fercore.labels import LabelSet

CLICKED = {
    "participant": "P1", "block": "1", "trial": "1", "image": "a", "true_label": "fear", "false_label": "surprise",
    "response": "fear", "correct": "1", "n_clicks": "2", "first_click_ms": "500", "decision_ms": "1500",
    "decision_time_s": "1.0", "clicks": "[[10,20,500],[30,40,900]]",
}  # fmt: skip
UNCLICKED = {
    **CLICKED, "trial": "2", "image": "b", "true_label": "sad", "false_label": "happy", "response": "happy",
    "correct": "0", "n_clicks": "0", "first_click_ms": "", "decision_time_s": "", "clicks": "[]",
}  # fmt: skip
PLAN = pd.DataFrame([("a", "fear", "surprise"), ("b", "sad", "happy"), ("c", "sad", "fear")], columns=list(tables.PLAN))


def faults_of(tmp_path: Path, *rows: dict[str, str]) -> list[tuple[int, str]]:
    path = tmp_path / "trials.csv"
    pd.DataFrame(rows).to_csv(path, index=False)
    try:
        read_trials(path, PLAN, LabelSet(), 64)
    except TrialTableError as error:
        return [(fault.line, fault.column) for fault in error.faults]
    return []


def test_a_sound_table_has_no_faults(tmp_path: Path) -> None:
    assert faults_of(tmp_path, CLICKED, UNCLICKED) == []


@pytest.mark.parametrize(
    ("cells", "columns"),
    [
        ({"participant": ""}, ["participant"]),
        ({"image": "nobody"}, ["image"]),
        ({"image": ""}, ["image"]),
        ({"true_label": "joyous"}, ["true_label"]),
        ({"false_label": "Surprise"}, ["false_label"]),
        ({"true_label": "anger", "response": "anger"}, ["true_label"]),
        ({"false_label": "anger"}, ["false_label"]),
        ({"image": "c"}, ["true_label", "false_label"]),
        ({"response": "anger"}, ["response"]),
        ({"response": ""}, ["response"]),
        ({"response": "surprise"}, ["correct"]),
        ({"correct": "0"}, ["correct"]),
        ({"correct": "yes"}, ["correct"]),
        ({"correct": ""}, ["correct"]),
        ({"block": "first"}, ["block"]),
        ({"block": "0"}, ["block"]),
        ({"trial": "1.5"}, ["trial"]),
        ({"trial": ""}, ["trial"]),
        ({"trial": "1e300"}, ["trial"]),
        ({"n_clicks": "3"}, ["n_clicks"]),
        ({"n_clicks": "-2"}, ["n_clicks"]),
        ({"n_clicks": "two"}, ["n_clicks"]),
        ({"n_clicks": ""}, ["n_clicks"]),
        ({"first_click_ms": "600", "decision_time_s": "0.9"}, ["first_click_ms"]),
        ({"first_click_ms": ""}, ["first_click_ms"]),
        ({"first_click_ms": "soon"}, ["first_click_ms"]),
        ({"first_click_ms": "-500"}, ["first_click_ms"]),
        ({"decision_ms": ""}, ["decision_ms"]),
        ({"decision_ms": "nan"}, ["decision_ms"]),
        ({"decision_ms": "1e999"}, ["decision_ms"]),
        ({"decision_ms": "800", "decision_time_s": "0.3"}, ["decision_ms"]),
        ({"decision_time_s": "1.002"}, ["decision_time_s"]),
        ({"decision_time_s": ""}, ["decision_time_s"]),
        ({"decision_time_s": "1_000"}, ["decision_time_s"]),
        ({"clicks": "[[10,20,500],[30,40,900]"}, ["clicks"]),
        ({"clicks": ""}, ["clicks"]),
        ({"clicks": "[[10,20,500],[30,40]]"}, ["clicks"]),
        ({"clicks": "[[10,20,500],[64,40,900]]"}, ["clicks"]),
        ({"clicks": "[[10,-0.1,500],[30,40,900]]"}, ["clicks"]),
        ({"clicks": "[[10,20,900],[30,40,500]]"}, ["clicks"]),
        ({"clicks": "[[10,20,-5],[30,40,900]]"}, ["clicks"]),
        ({"clicks": "[[10,20,500]]"}, ["n_clicks"]),
        ({"clicks": "[]", "n_clicks": "0"}, ["first_click_ms", "decision_time_s"]),
    ],
)
def test_a_wrong_cell_is_named_and_only_it(tmp_path: Path, cells: dict[str, str], columns: list[str]) -> None:
    assert faults_of(tmp_path, UNCLICKED, {**CLICKED, **cells}) == [(3, column) for column in columns]


def test_the_same_image_twice_is_named(tmp_path: Path) -> None:
    again = {**CLICKED, "trial": "9"}
    assert faults_of(tmp_path, CLICKED, UNCLICKED, again, {**again, "participant": "P2"}) == [(4, "image")]


def test_the_same_block_and_trial_twice_is_named(tmp_path: Path) -> None:
    again = {**UNCLICKED, "trial": "1"}
    assert faults_of(tmp_path, CLICKED, again, {**again, "participant": "P2"}) == [(3, "trial")]


def test_every_fault_of_every_row_is_listed_with_value_and_reason(tmp_path: Path) -> None:
    rows = [
        {**CLICKED, "participant": f"P{k}", "correct": "maybe", "clicks": "[[99,1,500],[1,1,900]]"} for k in range(300)
    ]
    path = tmp_path / "trials.csv"
    pd.DataFrame(rows).to_csv(path, index=False)
    with pytest.raises(TrialTableError, match="600 offending cell") as caught:
        read_trials(path, PLAN, LabelSet(), 64)
    first, second = caught.value.faults[:2]
    assert (first.value, second.value) == ("maybe", [99.0, 1.0, 500.0])
    assert "click 1 lies outside the image of 64 x 64 px" in second.reason


def test_times_rounded_to_whole_ms_are_accepted(tmp_path: Path) -> None:
    exact = {"clicks": "[[10,20,500.4],[30,40,900.2]]", "first_click_ms": "500", "decision_time_s": "0.9998"}
    assert faults_of(tmp_path, {**CLICKED, **exact}) == []


def test_a_large_table_with_many_clicks_is_read(tmp_path: Path) -> None:
    plan = pd.DataFrame({"image": [f"i{k}" for k in range(600)], "true_label": "fear", "false_label": "sad"})
    clicks = json.dumps([[k % 64, k % 64, 500 + k] for k in range(46)])
    person = plan.assign(
        block=1, trial=range(1, 601), response="fear", correct=True, n_clicks=46, first_click_ms=500.0,
        decision_ms=900.0, decision_time_s=0.4, clicks=clicks,
    )  # fmt: skip
    table = pd.concat([person.assign(participant=f"P{k}") for k in range(20)], ignore_index=True)
    path = tmp_path / "trials.csv"
    path.write_text(csv_text(table))
    assert read_trials(path, plan, LabelSet(), 64)["n_clicks"].sum() == 552_000
