import pickle
import re
from pathlib import Path

import numpy as np
import pytest

from fercore.comparison.measures import SIMILARITY
from fercore.errors import InputError, UnknownNameError
from fercore.findings.map_files import MEASURES, read_click_counts, read_map, score_maps
from fercore.settings import ComparisonSettings

REFERENCE = Path(__file__).parents[1] / "reference" / "maps"


@pytest.fixture
def maps(tmp_path):
    human, model = np.random.default_rng(0).random((2, 6, 5))
    np.save(tmp_path / "human.npy", human)
    np.savetxt(tmp_path / "model.csv", model, delimiter=",")
    (tmp_path / "clicks.csv").write_text("x,y,t_ms\n4,5,10\n0.5,2.9,20\n0,2,30\n")
    return human, model, tmp_path


def test_a_map_is_the_same_as_array_and_as_table(maps):
    human, model, folder = maps
    np.testing.assert_array_equal(read_map(folder / "human.npy"), human)
    np.testing.assert_array_equal(read_map(folder / "model.csv"), model)
    for kind in (np.float16, np.float32, np.int8, np.uint16, bool):
        np.save(folder / "whole.npy", np.eye(3).astype(kind))
        np.testing.assert_array_equal(read_map(folder / "whole.npy"), np.eye(3))


def test_clicks_belong_to_the_pixel_that_holds_them(maps):
    counts = read_click_counts(maps[2] / "clicks.csv", (6, 5))
    assert counts[5, 4] == 1
    assert counts[2, 0] == 2
    assert counts.sum() == 3


def test_without_clicks_two_measures_have_no_value(maps):
    folder = maps[2]
    files = folder / "human.npy", folder / "model.csv"
    found = score_maps(*files, None, ComparisonSettings())
    assert tuple(found) == MEASURES
    assert {name for name, value in found.items() if np.isnan(value.value)} == {"nss", "auc"}
    clicked = score_maps(*files, folder / "clicks.csv", ComparisonSettings())
    assert np.isfinite([one.value for one in clicked.values()]).all()
    assert not any(one.reason for one in clicked.values())
    (folder / "none.csv").write_text("x,y\n")
    none = score_maps(*files, folder / "none.csv", ComparisonSettings())
    assert none["nss"].reason == none["auc"].reason == "'none.csv' holds no clicks"


def test_optional_measures_are_given_when_they_are_named(maps):
    human, model, folder = maps
    files = folder / "human.npy", folder / "model.csv", folder / "clicks.csv"
    found = score_maps(*files, ComparisonSettings(), ("emd", "auc-judd", "cc"))
    assert list(found) == ["emd", "auc-judd", "cc"]
    assert found["emd"].value == SIMILARITY.get("emd")()(human[None], model[None])[0] > 0
    assert found["cc"] == score_maps(*files, ComparisonSettings())["cc"]
    with pytest.raises(UnknownNameError, match="similarity measure called 'ssim'"):
        score_maps(*files, ComparisonSettings(), ("ssim",))


def refused(path, *words, clicks=False):
    with pytest.raises(InputError) as caught:
        read_click_counts(path, (6, 5)) if clicks else read_map(path)
    message = str(caught.value)
    for word in (path.name, *words):
        assert word in message
    assert "\n" not in message


def test_arrays_that_are_no_map_are_refused_in_one_sentence(tmp_path):
    path = tmp_path / "map.npy"
    for values, words in (
        (np.zeros((2, 3, 4)), ("shape (2, 3, 4)", "two dimensions")),
        (np.zeros(4), ("shape (4,)",)),
        (np.zeros((0, 3)), ("shape (0, 3)",)),
        (np.array([[1.0, 0.0], [2.0, -0.5]]), ("-0.5", "row 1, column 1")),
        (np.array([[1.0, np.nan]]), ("nan", "row 0, column 1")),
        (np.array([[np.inf, 1.0]]), ("inf",)),
        (np.array([["a", "b"]]), ("type '<U1'",)),
        (np.array([[1j]]), ("complex128",)),
    ):
        np.save(path, values)
        refused(path, *words)


def test_pickles_and_other_files_are_refused(tmp_path):
    path = tmp_path / "map.npy"
    np.save(path, np.array([[{}, {}]], dtype=object), allow_pickle=True)
    refused(path, "pickl")
    path.write_bytes(pickle.dumps(np.eye(3)))
    refused(path, "cannot be read as a NumPy array")
    np.save(path, np.eye(9))
    path.write_bytes(path.read_bytes()[:200])
    refused(path, "cannot be read as a NumPy array")
    path.write_bytes(b"")
    refused(path, "cannot be read as a NumPy array")
    refused(tmp_path / "absent.npy", "No such file")
    refused(tmp_path / "map.png", "neither in .npy nor in .csv")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("1,2\n3,x\n", ("'x' in line 2", "no number")),
        ("1,2\n3\n", ("2 values in line 1 and 1 in line 2",)),
        ("1,2\n\n3,4\n", ("0 in line 2",)),
        ("1,-2\n", ("-2.0", "row 0, column 1")),
        ("1,nan\n", ("nan",)),
        ("1_0,2\n", ("'1_0'",)),
        ("", ("shape (0,)",)),
        ("1,\n", ("'' in line 1",)),
    ],
)
def test_tables_that_are_no_map_are_refused_in_one_sentence(tmp_path, text, words):
    path = tmp_path / "map.csv"
    path.write_text(text)
    refused(path, *words)


def test_what_is_not_utf_8_is_refused(tmp_path):
    path = tmp_path / "map.csv"
    path.write_bytes(b"\xff\xfe1,2")
    refused(path, "cannot be read as CSV")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("x,z\n1,2\n", ("'x, z'", "It needs x and y")),
        ("", ("It needs x and y",)),
        ("x,y\n1,2\n5,2\n", ("x = 5, y = 2 in line 3", "5 x 6 px")),
        ("x,y\n1,-1\n", ("y = -1",)),
        ("x,y\nnan,1\n", ("x = nan",)),
        ("x,y\n1,a\n", ("'a' in line 2",)),
        ("x,y\n1\n", ("'' in line 2",)),
    ],
)
def test_clicks_that_lie_nowhere_are_refused_in_one_sentence(tmp_path, text, words):
    path = tmp_path / "clicks.csv"
    path.write_text(text)
    refused(path, *words, clicks=True)


def test_maps_of_different_sizes_are_refused(maps):
    folder = maps[2]
    np.save(folder / "wide.npy", np.ones((5, 6)))
    message = "'human.npy' has 6 rows and 5 columns and the model map 'wide.npy' has 5 rows and 6 columns"
    with pytest.raises(InputError, match=re.escape(message)):
        score_maps(folder / "human.npy", folder / "wide.npy", None, ComparisonSettings())
