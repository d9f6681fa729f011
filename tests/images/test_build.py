import errno
import json
import shutil
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from fercore import tables
from fercore.errors import InputError, SourceError
from fercore.images import decode
from fercore.images.build import journal_of, write_image_set
from fercore.images.files import fit_square
from fercore.images.image_set import ImageSet
from fercore.images.sources import ferplus, folders
from fercore.store import digest_array

FACES = {"train/happy": 8, "train/sad": 8, "train/fear": 8, "val/happy": 4, "val/sad": 4, "val/fear": 4}


@pytest.fixture
def study(tmp_path):
    folder = tmp_path / "study"
    folder.mkdir()
    return folder


def _report(folder):
    return json.loads((folder / "report.json").read_text())


def _tally(report, word):
    return sum(tally["n"] for tally in report["tallies"] if word in tally["what"])


def test_every_stored_row_is_the_image_that_the_index_names(make_folders, study):
    contents = folders.read(make_folders(**FACES))
    selection = write_image_set(study, contents, side=16, per_label=2)
    images = ImageSet.open(study)
    assert (len(images), images.side) == (36, 16)
    for row in images.index.itertuples():
        expected = fit_square(contents.load(row.image), 16)
        assert np.array_equal(images.pixels[row.Index], expected)
        assert row.digest == digest_array(expected)
    assert list(images.index.columns) == list(tables.IMAGES)
    assert images.index["split"].value_counts().to_dict() == {"train": 24, "validation": 6, "experimental": 6}
    assert set(images.of_split("experimental")["image"]) == set(selection.plan["image"])
    plan = pd.read_csv(study / "plan.csv", dtype=str)
    pd.testing.assert_frame_equal(plan, selection.plan)


def test_no_content_of_the_experiment_is_left_for_training_or_validation(make_folders, study):
    faces = make_folders(**FACES)
    for place in ("val/happy", "val/sad", "val/fear"):  # every validation face lies among the training faces, too
        for path in list((faces / place).iterdir()):
            shutil.copy(path, faces / place.replace("val", "train") / f"copy_{path.name}")
    write_image_set(study, folders.read(faces), side=24, per_label=2)
    images = ImageSet.open(study)
    digests = {
        split: {digest_array(images.pixels[row]) for row in images.of_split(split).index} for split in tables.SPLITS
    }
    assert len(digests["experimental"]) == 6
    assert not digests["experimental"] & (digests["train"] | digests["validation"])
    report = _report(study)
    assert _tally(report, "the same pixels as an experimental image") == 6
    assert _tally(report, "the same pixels under several names") == 24
    assert _tally(report, "in training and in validation") == 24
    assert len(images) == 36 + 12 - 6


def test_unreadable_images_are_left_out_and_listed(make_folders, study):
    faces = make_folders(**FACES)
    (faces / "train/happy/train_happy_00.png").write_bytes(b"nothing")
    (faces / "val/sad/val_sad_03.png").write_bytes(b"")
    write_image_set(study, folders.read(faces), side=16, per_label=1)
    images = ImageSet.open(study)
    assert len(images) == 34
    assert not {"train_happy_00", "val_sad_03"} & set(images.index["image"])
    (tally,) = [tally for tally in _report(study)["tallies"] if tally["kind"] == "unreadable"]
    assert tally["examples"] == ["train/happy/train_happy_00.png", "val/sad/val_sad_03.png"]


def test_the_report_counts_what_is_stored(make_folders, study):
    write_image_set(study, folders.read(make_folders(**FACES)), side=16, per_label=99, seed=3)
    report, index = _report(study), ImageSet.open(study).index
    assert report["label_set"] == ["happy", "sad", "fear"]
    assert len(report["images"]) == 9
    for row in report["images"]:
        assert row["n"] == ((index["split"] == row["split"]) & (index["label"] == row["label"])).sum()
    assert report["experiment"] == {
        "per_label_asked": 99, "seed": 3, "table": None, "n": 18, "per_label": 6, "n_conditions": 6, "per_condition": [3, 3],
    }  # fmt: skip
    (note,) = report["notes"]
    assert note.startswith("6 experimental images per label instead of 99")


def test_votes_follow_the_images(ferplus_folder, study):
    write_image_set(study, ferplus.read(ferplus_folder), side=48, per_label=1)
    votes, index = pd.read_parquet(study / "votes.parquet"), ImageSet.open(study).index
    assert set(votes["image"]) == set(index["image"])
    assert list(votes.columns[:3]) == ["image", "happy", "sad"]
    assert set(votes.columns[3:]) == {"neutral", "surprise", "anger", "disgust", "fear", "contempt", "unknown", "nf"}


def _experiment(tmp_path, *rows):
    path = tmp_path / "experiment.csv"
    path.write_text("\n".join(("image,true_label,false_label", *rows)) + "\n")
    return path


def test_an_experiment_from_outside_fixes_plan_and_names(make_folders, study, tmp_path):
    contents = folders.read(make_folders(**FACES))
    table = _experiment(tmp_path, "val_sad_01.png,sad,fear", "train_happy_03,happy,sad")
    write_image_set(study, contents, side=16, experiment=table)
    plan, images = pd.read_csv(study / "plan.csv"), ImageSet.open(study)
    assert plan.to_numpy().tolist() == [["train_happy_03", "happy", "sad"], ["val_sad_01.png", "sad", "fear"]]
    for name, key in (("train_happy_03", "train_happy_03"), ("val_sad_01.png", "val_sad_01")):
        (row,) = images.positions([name])
        assert images.index.loc[row, "split"] == "experimental"
        assert np.array_equal(images.pixels[row], fit_square(contents.load(key), 16))


def test_an_experiment_may_take_every_image(make_folders, study, tmp_path):
    table = _experiment(tmp_path, "happy_00,happy,sad", "happy_01,happy,sad", "sad_00,sad,happy", "sad_01,sad,happy")
    write_image_set(study, folders.read(make_folders(happy=2, sad=2)), side=16, experiment=table)
    assert len(_report(study)["notes"]) == 4
    assert set(ImageSet.open(study).index["split"]) == {"experimental"}


def test_progress_starts_with_what_will_be_written_and_ends_with_all_images(make_folders, study):
    told = []
    write_image_set(study, folders.read(make_folders(**FACES)), side=16, per_label=1, report=told.append)
    assert [state["done"] for state in told] == [0, 36]
    assert {state["total"] for state in told} == {36}
    assert told[0]["note"].startswith("36 images at 16 px: 0.0 MB; ")


@pytest.mark.parametrize("side", [0, 15, 1025])
def test_an_impossible_side_is_refused(make_folders, study, side):
    with pytest.raises(InputError, match="--side"):
        write_image_set(study, folders.read(make_folders(**FACES)), side=side)


def test_too_small_a_disk_is_said_before_anything_is_decoded(make_folders, study, monkeypatch):
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: SimpleNamespace(free=36 * 3 * 20**2))
    with pytest.raises(InputError, match="--side of at most 20"):
        write_image_set(study, folders.read(make_folders(**FACES)), side=21, report=pytest.fail)
    assert list(study.iterdir()) == []
    write_image_set(study, folders.read(make_folders()), side=20, per_label=1)


def _files(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir()}


@pytest.mark.parametrize("error", [KeyboardInterrupt(), OSError(errno.ENOSPC, "No space left on device")])
@pytest.mark.parametrize("at", [8, 24, 36])
def test_after_an_interruption_the_same_call_goes_on(make_folders, study, tmp_path, monkeypatch, error, at):
    monkeypatch.setattr(decode, "CHUNK", 8)

    def fail(state):
        if state["done"] >= at:
            raise error

    contents = folders.read(make_folders(**FACES))
    expected = InputError if isinstance(error, OSError) else KeyboardInterrupt
    with pytest.raises(expected):
        write_image_set(study, contents, side=16, per_label=1, report=fail)
    assert list(_files(study)) == ["images.npy"]
    told = []
    write_image_set(study, contents, side=16, per_label=1, report=told.append)
    assert told[0]["done"] == at
    assert "from before" in told[0]["note"]
    (tmp_path / "at once").mkdir()
    write_image_set(tmp_path / "at once", contents, side=16, per_label=1)
    assert _files(study) == _files(tmp_path / "at once")


def test_a_finished_image_set_can_be_made_again_with_another_choice(make_folders, study, tmp_path):
    faces = make_folders(**FACES)
    for path in list((faces / "train/happy").iterdir()):
        shutil.copy(path, faces / f"train/happy/a_copy_{path.name}")
    contents = folders.read(faces)
    write_image_set(
        study, contents, side=16, per_label=6, seed=1
    )  # takes copies away: other images move into their rows
    assert len(ImageSet.open(study)) < 44
    write_image_set(study, contents, side=16, per_label=2, seed=2)
    (tmp_path / "anew").mkdir()
    write_image_set(tmp_path / "anew", contents, side=16, per_label=2, seed=2)
    assert _files(study) == _files(tmp_path / "anew")


def test_gray_faces_are_stored_with_one_channel_and_known_by_the_same_digests(ferplus_folder, study, tmp_path):
    contents = ferplus.read(ferplus_folder)
    for folder, channels in ((study, 1), (tmp_path / "three", 3)):
        folder.mkdir(exist_ok=True)
        write_image_set(folder, replace(contents, channels=channels), side=48, per_label=1)
    gray, three = ImageSet.open(study), ImageSet.open(tmp_path / "three")
    assert np.load(study / "images.npy").shape == (len(gray), 48, 48, 1)
    assert np.load(tmp_path / "three" / "images.npy").shape == (len(three), 48, 48, 3)
    assert np.array_equal(gray.pixels, three.pixels)
    assert gray.digest == three.digest
    assert _report(study)["pixels"]["colour"] == "gray, stored with one channel"
    assert _report(tmp_path / "three")["pixels"]["colour"] == "RGB"


def test_an_unreadable_experimental_image_leaves_nothing(make_folders, study, tmp_path):
    faces = make_folders(**FACES)
    (faces / "val/sad/val_sad_01.png").write_bytes(b"nothing")
    table = _experiment(tmp_path, "val_sad_01,sad,fear")
    with pytest.raises(InputError, match="'val_sad_01' is unreadable"):
        write_image_set(study, folders.read(faces), side=16, experiment=table)
    assert list(study.iterdir()) == []
    assert not journal_of(study).exists()


def test_a_source_without_a_readable_image_is_refused(make_folders, study):
    faces = make_folders(happy=4, sad=4)
    for path in faces.rglob("*.png"):
        path.write_bytes(b"nothing")
    with pytest.raises(SourceError, match="None of the 8 images"):
        write_image_set(study, folders.read(faces), side=16, per_label=1)
    assert list(study.iterdir()) == []
