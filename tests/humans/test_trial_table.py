from __future__ import annotations

import json
import tempfile
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fercore import tables
from fercore.errors import InputError, TrialTableError
from fercore.humans.trial_table import check_trials, csv_text, read_trials, write_trials
from fercore.labels import LabelSet

LABELS = LabelSet(("calm", "glad", "sore"))
PLAN = pd.DataFrame([(str(c), c.true_label, c.false_label) for c in LABELS.conditions], columns=list(tables.PLAN))
SIDE = 32
name = st.text(st.characters(exclude_categories=["C"]), min_size=1, max_size=8)
place = st.floats(0, SIDE, exclude_max=True)


@st.composite
def tables_of_trials(draw: st.DrawFn) -> pd.DataFrame:
    rows = []
    for participant in draw(st.lists(name, min_size=1, max_size=3, unique=True)):
        for trial, row in enumerate(draw(st.permutations(range(len(PLAN)))), start=1):
            image, true_label, false_label = PLAN.iloc[row]
            times = sorted(draw(st.lists(st.floats(0, 1e5), max_size=3)))
            clicks = [[draw(place), draw(place), t] for t in times]
            correct = draw(st.booleans())
            decision = (times[-1] if times else 0.0) + draw(st.floats(0, 1e4))
            first = times[0] if times else np.nan
            response = true_label if correct else false_label
            rows.append(
                (
                    participant,
                    1 + trial % 2,
                    trial,
                    image,
                    true_label,
                    false_label,
                    response,
                    correct,
                    len(clicks),
                    first,
                )
                + (decision, (decision - first) / 1000, json.dumps(clicks), draw(name))
            )
    return pd.DataFrame(rows, columns=[*tables.TRIALS, "note"])


@pytest.mark.parametrize("ending", [".csv", ".parquet"])
@settings(max_examples=25, deadline=None)
@given(table=tables_of_trials())
def test_a_table_comes_back_as_it_was_written(table: pd.DataFrame, ending: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"trials{ending}"
        write_trials(table, path)
        again = read_trials(path, PLAN, LABELS, SIDE)
    pd.testing.assert_frame_equal(again, table, check_exact=True)


def test_columns_have_their_types(reference_trials: pd.DataFrame) -> None:
    kinds = {column: reference_trials[column].dtype.name for column in tables.TRIALS}
    assert {kinds[c] for c in ("block", "trial", "n_clicks")} == {"int64"}
    assert {kinds[c] for c in ("first_click_ms", "decision_ms", "decision_time_s")} == {"float64"}
    assert kinds["correct"] == "bool"
    assert len(reference_trials) == 6650


def test_csv_is_written_for_other_programs(people_trials: pd.DataFrame) -> None:
    header, first, *_ = csv_text(people_trials).splitlines()
    assert header == ",".join(tables.TRIALS)
    assert first.split(",")[7] in ("0", "1")
    assert ".0," not in first.split('"')[0]


def test_extra_columns_are_kept_as_they_are(
    people_trials: pd.DataFrame, plan: pd.DataFrame, label_set: LabelSet, tmp_path: Path
) -> None:
    people_trials.insert(2, "room", "007")
    write_trials(people_trials, tmp_path / "trials.csv")
    again = read_trials(tmp_path / "trials.csv", plan, label_set, 64)
    assert list(again.columns) == [*tables.TRIALS, "room"]
    assert set(again["room"]) == {"007"}


def test_a_table_in_memory_is_checked_like_a_file(
    people_trials: pd.DataFrame, plan: pd.DataFrame, label_set: LabelSet
) -> None:
    pd.testing.assert_frame_equal(check_trials(people_trials, plan, label_set, 64), people_trials)
    people_trials.loc[2, "n_clicks"] += 1
    with pytest.raises(TrialTableError) as caught:
        check_trials(people_trials, plan, label_set, 64)
    assert [(fault.line, fault.column) for fault in caught.value.faults] == [(4, "n_clicks")]


def write(path: Path, text: str) -> Path:
    path.write_text(text)
    return path


HEADER = ",".join(tables.TRIALS)
ROW = 'P1,1,1,calm|glad,calm,glad,calm,1,1,500,900,0.4,"[[3,4,500]]"'


def read(path: Path) -> pd.DataFrame:
    return read_trials(path, PLAN, LABELS, SIDE)


def test_a_byte_order_mark_and_blank_lines_do_no_harm(tmp_path: Path) -> None:
    assert len(read(write(tmp_path / "trials.csv", f"\ufeff{HEADER}\r\n\r\n{ROW}\r\n\r\n"))) == 1


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "is empty"),
        (f"{HEADER}\n", "no trials"),
        (HEADER.replace("response,", "") + "\n1\n", "lacks the column"),
        (f"{HEADER},image\n{ROW},x\n", "image more than once"),
        (f'{HEADER}\n"P1,1,1\n', "not CSV"),
    ],
)
def test_a_file_that_is_no_table_is_refused_with_a_reason(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(InputError, match=said):
        read(write(tmp_path / "trials.csv", text))


def test_missing_columns_are_all_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="block, clicks"):
        read(write(tmp_path / "trials.csv", ",".join(c for c in tables.TRIALS if c not in ("block", "clicks")) + "\n"))


def test_rows_with_too_few_cells_are_named_beside_the_faults_of_the_others(tmp_path: Path) -> None:
    with pytest.raises(TrialTableError) as caught:
        read(write(tmp_path / "trials.csv", f"{HEADER}\nP1,1\n{ROW}\nP1,2,3\n,{ROW[3:]}\n"))
    assert [(fault.line, fault.column) for fault in caught.value.faults] == [(2, "row"), (4, "row"), (5, "participant")]


def test_unreadable_files_are_refused_with_a_reason(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be read"):
        read(tmp_path / "absent.csv")
    with pytest.raises(InputError, match="cannot be read"):
        read(tmp_path / "absent.parquet")
    with pytest.raises(InputError, match="not a Parquet file"):
        read(write(tmp_path / "trials.parquet", "P1,1,1"))
    with pytest.raises(InputError, match=r"\.csv or \.parquet"):
        read(write(tmp_path / "trials.xlsx", ""))
    (tmp_path / "latin.csv").write_bytes(f"{HEADER}\nJos\xe9".encode("latin-1"))
    with pytest.raises(InputError, match="UTF-8"):
        read(tmp_path / "latin.csv")


def test_lines_count_line_breaks_inside_cells(tmp_path: Path) -> None:
    bad = ROW.replace("calm,1,1", "sore,1,1").replace("P1,1,1", "P1,1,2")
    text = f'{HEADER},note\n{ROW},"two\nlines"\n{bad},x\n'
    with pytest.raises(TrialTableError) as caught:
        read(write(tmp_path / "trials.csv", text))
    assert {fault.line for fault in caught.value.faults} == {4}


def test_parquet_with_a_named_index_and_lists_of_clicks_is_read(
    people_trials: pd.DataFrame, plan: pd.DataFrame, label_set: LabelSet, tmp_path: Path
) -> None:
    nested = people_trials.assign(clicks=[json.loads(cell) for cell in people_trials["clicks"]])
    nested.set_index("participant").to_parquet(tmp_path / "trials.parquet")
    again = read_trials(tmp_path / "trials.parquet", plan, label_set, 64)
    assert [json.loads(cell) for cell in again["clicks"]] == list(nested["clicks"])


def test_writing_needs_a_known_ending(people_trials: pd.DataFrame, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"\.csv or \.parquet"):
        write_trials(people_trials, tmp_path / "trials.json")
    assert not list(tmp_path.iterdir())
