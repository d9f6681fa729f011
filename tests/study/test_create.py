import shutil

import pytest

from fercore.errors import InputError, MissingError, UnknownNameError
from fercore.store import studies_dir
from fercore.study import create_study, open_study


def test_a_study_is_made_from_a_folder_of_faces(tiny):
    assert tiny.label_set.names == ("happy", "sad", "fear")
    assert len(tiny.plan) == 12
    assert tiny.card.design.images_per_label == 4
    assert tiny.images.side == tiny.side == 16
    assert tiny.badge == "no people yet, photographs"
    assert tiny.folder.stat().st_mode & 0o777 == 0o755


def test_experimental_images_are_in_no_other_split(tiny):
    index = tiny.images.index
    experimental = index[index["split"] == "experimental"]
    assert set(experimental["image"]) == set(tiny.plan["image"])
    others = index[index["split"] != "experimental"]
    assert not set(experimental["digest"]) & set(others["digest"])


@pytest.mark.parametrize("name", ["tiny", "default", "Tiny", "../x", ""])
def test_a_name_that_is_taken_or_no_name_is_refused(tiny, faces, name):
    with pytest.raises(InputError):
        create_study(name, source="folders", path=faces)
    assert [path.name for path in studies_dir().iterdir()] == ["tiny"]


def test_an_unknown_source_is_answered_with_the_nearest(faces):
    with pytest.raises(UnknownNameError, match="Did you mean 'folders'"):
        create_study("mine", source="folder", path=faces)


def test_nothing_is_left_of_a_study_that_cannot_be_made(faces):
    shutil.rmtree(faces / "train" / "sad")
    shutil.rmtree(faces / "validation" / "sad")
    with pytest.raises(InputError):
        create_study("mine", source="folders", path=faces, labels=("happy", "sad"), per_label=4, side=16)
    assert not studies_dir().exists() or list(studies_dir().iterdir()) == []


def test_an_unknown_study_is_missing(places):
    with pytest.raises(MissingError, match="no study 'nowhere'"):
        open_study("nowhere")
