import json
from pathlib import Path

import numpy as np
import pytest

from fercore.__main__ import main

REFERENCE = Path(__file__).parents[1] / "reference" / "maps"
KEYS = ["dice_50", "dice_top20", "iou_50", "cc", "spearman", "sim", "kl", "nss", "auc"]


def _run(*arguments):
    try:
        return main(["score", *map(str, arguments)]) or 0
    except SystemExit as exit_:
        return exit_.code or 0


@pytest.mark.reference(
    "maps",
    "pair_{number}.dice_50",
    "pair_{number}.iou_50",
    "pair_{number}.dice_top20",
    "pair_{number}.pearson_cc",
    "pair_{number}.s*",
    "pair_{number}.kl_human_model",
    "pair_{number}.nss",
    "pair_{number}.auc",
)
@pytest.mark.parametrize("number", [1, 2, 3])
def test_json_has_the_numbers_of_r_and_nothing_else(number, capsys, reference):
    files = [REFERENCE / f"input_{number}_{what}.csv" for what in ("human", "model", "fixations")]
    assert _run("--human", files[0], "--model", files[1], "--clicks", files[2], "--json") == 0
    printed = capsys.readouterr()
    found = json.loads(printed.out)
    assert list(found) == KEYS
    assert printed.err == ""
    expected = reference("maps").expected[f"pair_{number}"]
    for key in KEYS:
        assert found[key] == pytest.approx(
            expected[{"cc": "pearson_cc", "kl": "kl_human_model"}.get(key, key)], rel=1e-8
        )


def test_what_has_no_value_is_null_and_explained(tmp_path, capsys):
    np.save(tmp_path / "flat.npy", np.ones((4, 4)))
    np.save(tmp_path / "map.npy", np.arange(16.0).reshape(4, 4))
    files = "--human", tmp_path / "map.npy", "--model", tmp_path / "flat.npy"
    assert _run(*files, "--json") == 0
    found = json.loads(capsys.readouterr().out)
    assert {key for key in KEYS if found[key] is None} == {"cc", "spearman", "nss", "auc"}
    assert found["reasons"] == {
        "cc": "the model's map is constant",
        "spearman": "the model's map is constant",
        "nss": "no clicks were given, and the model's map is constant",
        "auc": "no clicks were given",
    }
    assert _run(*files) == 0
    printed = " ".join(capsys.readouterr().out.split())
    assert all(reason in printed for reason in found["reasons"].values())


def test_every_measure_that_has_no_value_says_why(tmp_path, capsys):
    np.save(tmp_path / "empty.npy", np.zeros((2, 2)))
    (tmp_path / "all.csv").write_text("x,y\n0,0\n0,1\n1,0\n1,1\n")
    (tmp_path / "none.csv").write_text("x,y\n")
    both = "people's map is empty, and the model's map is empty"
    for clicks, said in (("all.csv", "every pixel was clicked"), ("none.csv", "'none.csv' holds no clicks")):
        files = ("--human", tmp_path / "empty.npy", "--model", tmp_path / "empty.npy", "--clicks", tmp_path / clicks)
        assert _run(*files, "--measures", "all", "--json") == 0
        found = json.loads(capsys.readouterr().out)
        reasons = found.pop("reasons")
        assert set(reasons) == {key for key, value in found.items() if value is None}
        assert reasons["dice_50"] == reasons["iou_50"] == "no pixel of either map counts as attended"
        assert reasons["cc"] == reasons["sim"] == reasons["kl"] == both
        assert reasons["auc"] == said


def test_threshold_and_percentage_can_be_chosen(capsys):
    files = "--human", REFERENCE / "input_1_human.csv", "--model", REFERENCE / "input_1_model.csv", "--json"
    found = []
    for options in ((), ("--threshold", 120), ("--top-percent", 5)):
        assert _run(*files, *options) == 0
        found.append(json.loads(capsys.readouterr().out))
    assert found[1]["dice_50"] != found[0]["dice_50"]
    assert found[2]["dice_top20"] != found[0]["dice_top20"]


def test_a_file_that_cannot_be_used_ends_with_one_sentence(tmp_path, capsys):
    np.save(tmp_path / "cube.npy", np.ones((2, 4, 4)))
    assert _run("--human", tmp_path / "cube.npy", "--model", tmp_path / "cube.npy", "--json") == 1
    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err.count("\n") == 1
    assert "fercore: 'cube.npy' has shape (2, 4, 4)" in printed.err


def test_measures_can_be_named(tmp_path, capsys):
    files = [REFERENCE / f"input_1_{what}.csv" for what in ("human", "model", "fixations")]
    asked = ("--human", files[0], "--model", files[1], "--clicks", files[2], "--json", "--measures")
    assert _run(*asked, "auc_judd, emd,cc") == 0
    found = json.loads(capsys.readouterr().out)
    assert list(found) == ["auc_judd", "emd", "cc"]
    assert 0.5 < found["auc_judd"] < 1
    assert _run(*asked, "all") == 0
    assert list(json.loads(capsys.readouterr().out)) == [*KEYS, "auc_judd", "emd"]
    for words, said in (("cm", "no similarity measure called 'cm'"), (" ,", "No measure is named")):
        assert _run(*asked, words) == 1
        printed = capsys.readouterr()
        assert printed.out == ""
        assert said.lower() in printed.err.lower()
