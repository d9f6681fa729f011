import errno
import json
import shutil
from types import SimpleNamespace

import cv2
import numpy as np
import pandas as pd
import pytest

from fercore import tables
from fercore.errors import InputError, SourceError
from fercore.images.build import write_image_set
from fercore.images.decode import decode_images
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


def test_progress_ends_with_all_images(make_folders, study):
    told = []
    write_image_set(study, folders.read(make_folders(**FACES)), side=16, per_label=1, report=told.append)
    assert [state["done"] for state in told] == [0, 36]
    assert {state["total"] for state in told} == {36}
    assert "36 images at 16 px, 0.00 GB" in told[0]["message"]


@pytest.mark.parametrize("side", [0, 15, 1025])
def test_an_impossible_side_is_refused(make_folders, study, side):
    with pytest.raises(InputError, match="--side"):
        write_image_set(study, folders.read(make_folders(**FACES)), side=side)


def test_too_small_a_disk_is_said_before_anything_is_decoded(make_folders, study, monkeypatch):
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: SimpleNamespace(free=36 * 3 * 20**2))
    with pytest.raises(InputError, match="--side of at most 20"):
        write_image_set(study, folders.read(make_folders(**FACES)), side=21, report=pytest.fail)
    write_image_set(study, folders.read(make_folders()), side=20, per_label=1)


@pytest.mark.parametrize("error", [KeyboardInterrupt(), OSError(errno.ENOSPC, "No space left on device")])
def test_a_failure_in_the_middle_leaves_nothing(make_folders, study, error):
    def fail(state):
        if state["done"]:
            raise error

    expected = InputError if isinstance(error, OSError) else KeyboardInterrupt
    with pytest.raises(expected):
        write_image_set(study, folders.read(make_folders(**FACES)), side=16, per_label=1, report=fail)
    assert list(study.iterdir()) == []


def test_an_unreadable_experimental_image_leaves_nothing(make_folders, study, tmp_path):
    faces = make_folders(**FACES)
    (faces / "val/sad/val_sad_01.png").write_bytes(b"nothing")
    table = _experiment(tmp_path, "val_sad_01,sad,fear")
    with pytest.raises(InputError, match="'val_sad_01' is unreadable"):
        write_image_set(study, folders.read(faces), side=16, experiment=table)
    assert list(study.iterdir()) == []


def test_a_source_without_a_readable_image_is_refused(make_folders, study):
    faces = make_folders(happy=4, sad=4)
    for path in faces.rglob("*.png"):
        path.write_bytes(b"nothing")
    with pytest.raises(SourceError, match="None of the 8 images"):
        write_image_set(study, folders.read(faces), side=16, per_label=1)
    assert list(study.iterdir()) == []


def test_oblong_images_are_cut_and_counted(make_folders, tmp_path):
    faces = make_folders(happy=2, sad=2)
    wide = np.zeros((10, 30, 3), np.uint8)
    cv2.imwrite(str(faces / "happy" / "wide.png"), wide)
    decoded = decode_images(tmp_path / "images.npy", folders.read(faces), 16)
    assert decoded.oblong.sum() == 1
    assert [tally.examples for tally in decoded.tallies() if tally.n] == [("happy/wide.png",)]
