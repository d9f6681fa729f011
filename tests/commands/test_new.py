import cv2
import numpy as np
import pytest

from fercore.__main__ import main
from fercore.images.source import SOURCES
from fercore.study import Study


@pytest.fixture
def faces(tmp_path):
    rng = np.random.default_rng(0)
    for label in ("happy", "sad", "fear"):
        (tmp_path / "faces" / label).mkdir(parents=True)
        for number in range(12):
            pixels = rng.integers(0, 256, (20, 20, 3), dtype=np.uint8)
            cv2.imwrite(str(tmp_path / "faces" / label / f"{label}{number}.png"), pixels)
    return tmp_path / "faces"


@pytest.fixture
def studies(tmp_path, monkeypatch):
    monkeypatch.setenv("FERCORE_STUDIES", str(tmp_path / "studies"))
    (tmp_path / "studies").mkdir()
    return tmp_path / "studies"


def _new(name, faces, *options):
    try:
        return main(["new", name, "--source", "folders", "--path", str(faces), "--side", "16", *options]) or 0
    except SystemExit as exit_:
        return exit_.code or 0


def test_a_study_is_made_and_its_report_is_printed(faces, studies, capsys):
    (faces / "sad" / "broken.png").write_bytes(b"nothing")
    assert _new("mylab", faces, "--per-label", "4") == 0
    study = Study(studies / "mylab")
    assert study.label_set.names == ("happy", "sad", "fear")
    assert (study.side, len(study.plan), study.card.design.images_per_label) == (16, 12, 4)
    printed = capsys.readouterr().out
    assert "37 images at 16 px: 0.0 MB; " in printed
    assert "unreadable" in printed
    assert "sad/broken.png" in printed
    assert "Made study 'mylab' with 36 images, 12 of them experimental." in printed


def test_labels_are_kept_in_the_order_given(faces, studies):
    assert _new("two", faces, "--labels", "sad, Happiness") == 0
    study = Study(studies / "two")
    assert study.label_set.names == ("sad", "happy")
    assert set(study.images.index["label"]) == {"sad", "happy"}


def test_an_experiment_fixes_the_plan(faces, studies, tmp_path):
    table = tmp_path / "experiment.csv"
    table.write_text(
        "participant,image,true_label,false_label\nP1,sad3,sad,fear\nP2,sad3,sad,fear\nP2,happy1,happy,sad\n"
    )
    assert _new("fixed", faces, "--experiment", str(table)) == 0
    plan = Study(studies / "fixed").plan
    assert plan.to_numpy().tolist() == [["happy1", "happy", "sad"], ["sad3", "sad", "fear"]]


@pytest.mark.parametrize(
    ("name", "options", "message"),
    [
        ("My Lab", (), "cannot name a study"),
        ("default", (), "is a study 'default' already"),
        ("mylab", ("--labels", "happy,bored"), "no image with the label called 'bored'"),
        ("mylab", ("--labels", "happy"), "at least two different labels"),
        ("mylab", ("--labels", ""), "at least two different labels"),
        ("mylab", ("--labels", "happy,happiness"), "at least two different labels"),
        ("mylab", ("--side", "4"), "--side 4"),
        ("mylab", ("--source", "folder"), "Did you mean 'folders'"),
        ("mylab", ("--votes", "votes.csv"), "reads no votes"),
        ("mylab", ("--experiment", "nowhere.csv"), "nowhere.csv"),
        ("mylab", ("--path", "nowhere"), "'nowhere' is not there"),
    ],
)
def test_what_cannot_be_a_study_ends_in_a_sentence_and_leaves_nothing(faces, studies, capsys, name, options, message):
    assert _new(name, faces, *options) == 1
    said = capsys.readouterr().err
    assert message in said
    assert "Traceback" not in said
    assert list(studies.iterdir()) == []


def test_a_name_that_is_taken_leaves_the_old_study_as_it_is(faces, studies, capsys):
    assert _new("mylab", faces, "--seed", "1") == 0
    before = {path: path.read_bytes() for path in studies.rglob("*") if path.is_file()}
    assert _new("mylab", faces, "--seed", "2") == 1
    assert "already" in capsys.readouterr().err
    assert {path: path.read_bytes() for path in studies.rglob("*") if path.is_file()} == before


def test_an_empty_folder_makes_no_study(tmp_path, studies, capsys):
    (tmp_path / "empty").mkdir()
    assert _new("mylab", tmp_path / "empty") == 1
    assert "would be empty" in capsys.readouterr().err
    assert list(studies.iterdir()) == []


def test_help_names_every_source(capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "250")
    with pytest.raises(SystemExit) as exit_:
        main(["new", "--help"])
    assert not exit_.value.code
    printed = " ".join(capsys.readouterr().out.split())
    assert ", ".join(SOURCES.names()) in printed


def test_votes_for_a_source_without_them_are_refused_in_a_sentence(faces, studies, tmp_path, capsys):
    assert _new("mylab", faces, "--votes", str(tmp_path / "votes.csv")) == 1
    assert "'folders' reads no votes" in capsys.readouterr().err
    assert not list(studies.iterdir())


ANSWERS = (
    "subj,session,trial,rt,object_response,category,condition,imagename\n"
    "subject-01,1,1,0.8,cat,cat,c,a.png\nsubject-01,1,2,NaN,na,dog,c,b.png\n"
)


def _new_answers(path, *options):
    try:
        return main(["new", "peers", "--source", "responses", "--path", str(path), *options]) or 0
    except SystemExit as exit_:
        return exit_.code or 0


def test_answers_of_others_make_a_study_without_images(studies, tmp_path, capsys):
    (tmp_path / "answers.csv").write_text(ANSWERS)
    assert _new_answers(tmp_path / "answers.csv") == 0
    said = " ".join(capsys.readouterr().out.split())
    assert said == "Made study 'peers' with 2 answers of 1 person and 0 networks to 2 images, without the images."
    study = Study(studies / "peers")
    assert study.label_set.names == ("cat", "dog")
    assert list(study.responses["correct"]) == [True, False]
    assert study.badge == "answers of people and networks, no images"


@pytest.mark.parametrize(
    ("content", "options", "message"),
    [
        (ANSWERS, ("--side", "32"), "--side is about images"),
        (ANSWERS, ("--per-label", "3"), "--per-label is about images"),
        (ANSWERS, ("--labels", "cat,horse"), "'dog': is not one of cat, horse"),
        (ANSWERS.replace("rt,", ""), (), "lacks the column(s) rt"),
        ("", (), "is empty"),
    ],
)
def test_answers_that_cannot_be_read_leave_nothing(studies, tmp_path, capsys, content, options, message):
    (tmp_path / "answers.csv").write_text(content)
    assert _new_answers(tmp_path / "answers.csv", *options) == 1
    said = capsys.readouterr().err
    assert message in said
    assert "Traceback" not in said
    assert list(studies.iterdir()) == []


def test_what_needs_images_says_so_of_a_study_of_answers(studies, tmp_path, capsys, monkeypatch):
    monkeypatch.setenv("FERCORE_CACHE", str(tmp_path / "cache"))
    (tmp_path / "answers.csv").write_text(ANSWERS)
    assert _new_answers(tmp_path / "answers.csv") == 0
    for arguments in (["simulate", "peers"], ["explain", "peers"], ["train", "peers"], ["import", "peers", "t.csv"]):
        assert main(arguments) == 1
        assert "holds answers without images" in capsys.readouterr().err
