import json

import pytest

from fercore.__main__ import main


@pytest.fixture
def files(tmp_path):
    for name, answers in (("a", "1101"), ("b", "1001")):
        rows = "".join(f"x{number},{answer}\n" for number, answer in enumerate(answers))
        (tmp_path / f"{name}.csv").write_text(f"image,correct\n{rows}")
    return str(tmp_path / "a.csv"), str(tmp_path / "b.csv")


def _run(*arguments):
    try:
        return main(["kappa", *arguments]) or 0
    except SystemExit as exit_:
        return exit_.code or 0


def test_json_is_one_object_with_the_keys_of_the_report(files, capsys):
    assert _run(*files, "--json") == 0
    found = json.loads(capsys.readouterr().out)
    assert {"a", "b", "n", "n_pairs", "observed", "expected", "kappa", "kappa_max", "ci"} <= set(found)
    assert (found["n"], found["observed"], found["expected"], found["kappa"]) == (4, 0.75, 0.5, 0.5)


def test_words_name_the_kappa_what_is_possible_and_the_warning(files, capsys):
    assert _run(*files) == 0
    printed = capsys.readouterr().out
    for words in ("4 shared images", "kappa .500", "Only 4 shared images"):
        assert words in printed


def test_observers_without_errors_have_no_kappa(files, tmp_path, capsys):
    (tmp_path / "c.csv").write_text("image,correct\nx0,1\nx3,1\n")
    assert _run(files[0], str(tmp_path / "c.csv")) == 0
    assert "neither observer ever errs" in capsys.readouterr().out
    assert _run(files[0], str(tmp_path / "c.csv"), "--json") == 0
    assert json.loads(capsys.readouterr().out)["kappa"] is None


def test_a_file_that_cannot_be_used_ends_with_one_sentence(files, capsys):
    assert _run(files[0], "none.csv") == 1
    assert "fercore: 'none.csv' cannot be read" in capsys.readouterr().err
