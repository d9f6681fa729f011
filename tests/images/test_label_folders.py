import pytest

from fercore.errors import SourceError
from fercore.images.label_folders import list_label_folders


def test_images_are_listed_with_their_folder(make_folders):
    index = list_label_folders(make_folders(**{"Train/1": 2, "test/7": 1})).index
    assert index[["folder", "part", "split"]].to_numpy().tolist() == [
        ["1", "Train/1", "train"],
        ["1", "Train/1", "train"],
        ["7", "test/7", "test"],
    ]
    assert index["key"].tolist() == ["Train_1_00", "Train_1_01", "test_7_00"]


def test_folders_without_splits(make_folders):
    assert set(list_label_folders(make_folders(a=1, b=1)).index["split"]) == {""}


def test_folders_are_mapped_by_name_and_others_are_counted(make_folders):
    listed = list_label_folders(make_folders(Happiness=2, other=3))
    named, others = listed.named({"happy": "happy"})
    assert named["label"].tolist() == ["happy", "happy"]
    assert (others.kind, others.n) == ("left out", 3)


def test_nothing_is_listed_from_an_empty_folder(tmp_path):
    listed = list_label_folders(tmp_path)
    assert listed.index.empty
    assert listed.named({})[0].empty


def test_a_missing_folder_is_refused(tmp_path):
    with pytest.raises(SourceError, match="--path"):
        list_label_folders(tmp_path / "away")
