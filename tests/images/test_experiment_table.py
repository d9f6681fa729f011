from pathlib import Path

import pandas as pd
import pytest

from fercore.errors import InputError
from fercore.images.experiment_table import find_images, read_experiment
from fercore.labels import LabelSet

LABELS = LabelSet(("happy", "sad", "fear"))
REFERENCE = Path(__file__).parents[1] / "reference" / "trials"


def _write(path, *rows, head="image,true_label,false_label"):
    path.write_text("\n".join((head, *rows)) + "\n")
    return path


def test_distinct_rows_make_the_plan_whatever_other_columns_there_are(tmp_path):
    path = _write(
        tmp_path / "t.csv",
        "P1,a,happy,sad",
        "P1,b,Sadness,fear",
        "P2,a,happy,sad",
        head="participant,image,true_label,false_label",
    )
    assert read_experiment(path, LABELS).to_numpy().tolist() == [["a", "happy", "sad"], ["b", "sad", "fear"]]


def test_a_trial_table_is_a_plan():
    plan = read_experiment(REFERENCE / "input.csv", LabelSet())
    expected = pd.read_csv(REFERENCE / "input_plan.csv", dtype=str)
    pd.testing.assert_frame_equal(
        plan.sort_values("image", ignore_index=True), expected.sort_values("image", ignore_index=True)
    )


def test_parquet_is_read_too(tmp_path):
    path = tmp_path / "plan.parquet"
    pd.DataFrame({"image": ["a"], "true_label": ["happy"], "false_label": ["sad"]}).to_parquet(path)
    assert read_experiment(path, LABELS)["image"].tolist() == ["a"]


def test_every_wrong_row_is_listed(tmp_path):
    path = _write(
        tmp_path / "t.csv", "a,happy,sad", "b,sad,joyless", "c,fear,fear", ",happy,sad", "a,happy,fear", "a,happy,sad"
    )
    with pytest.raises(InputError) as caught:
        read_experiment(path, LABELS)
    text = str(caught.value)
    assert "5 row(s)" in text
    for part in (
        "line 3: the label 'joyless'",
        "line 4: true and false",
        "line 5: no image",
        "line 2: image 'a'",
        "line 6: image 'a'",
    ):
        assert part in text
    assert "line 7" not in text


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("image,true_label\na,happy\n", "lacks the column"),
        ("image,true_label,false_label\n", "no rows"),
        ("", "cannot be read"),
    ],
)
def test_what_is_not_a_plan_is_refused(tmp_path, text, message):
    path = tmp_path / "plan.csv"
    path.write_text(text)
    with pytest.raises(InputError, match=message):
        read_experiment(path, LABELS)


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(InputError, match=r"nowhere\.csv"):
        read_experiment(tmp_path / "nowhere.csv", LABELS)


INDEX = pd.DataFrame(
    [
        ("a", "happy", "train", "happy/a.png"),
        ("happy/b.png", "happy", "train", "happy/b.png"),
        ("sad/b.png", "sad", "train", "sad/b.png"),
        ("c", "sad", "validation", "sad/c.jpg"),
    ],
    columns=["key", "label", "split", "source"],
)


def _plan(*rows):
    return pd.DataFrame([(*row, "fear") for row in rows], columns=["image", "true_label", "false_label"], dtype=str)


def test_images_are_found_by_key_path_and_file_name():
    plan = _plan(("a.png", "happy"), ("happy/b.png", "happy"), ("sad/c.jpg", "sad"))
    assert find_images(plan, INDEX).tolist() == ["a", "happy/b.png", "c"]
    assert find_images(_plan(("c", "sad")), INDEX).tolist() == ["c"]


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ([("nobody", "sad")], "'nobody' is not among"),
        ([("b.png", "sad")], "'b.png' fits 2 files"),
        ([("a", "sad")], "'a' is 'happy' in the source, but 'sad'"),
        ([("a", "happy"), ("a.png", "happy")], "'a.png' is in the table under another name"),
    ],
)
def test_images_that_cannot_be_found_are_listed(rows, message):
    with pytest.raises(InputError, match=message):
        find_images(_plan(*rows), INDEX)


def test_a_long_list_is_cut():
    with pytest.raises(InputError, match=r"15 row\(s\).*(\n.*)+and 5 more"):
        find_images(_plan(*((f"x{i}", "sad") for i in range(15))), INDEX)
