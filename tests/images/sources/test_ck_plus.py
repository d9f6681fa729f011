import cv2
import numpy as np
import pytest

from fercore.errors import SourceError
from fercore.images.sources.ck_plus import read


def _face(seed):
    pixels = np.random.default_rng(seed).integers(0, 256, (10, 14, 3), dtype=np.uint8)
    return cv2.imencode(".png", pixels)[1].tobytes()


def _n(contents, word):
    (n,) = [tally.n for tally in contents.report.tallies if word in tally.what]
    return n


SEQUENCES = {  # code of each subject's sequence; four frames, the last is the peak
    "S005_001": "   3.0000000e+00\n",
    "S010_001": "3",
    "S010_002": "5.0",
    "S011_001": "5.0",
    "S011_002": None,  # no label
    "S012_001": "1.0",
    "S014_001": "1.0",
    "S022_001": "7.5",  # no code
    "S022_002": "1 2",
    "S022_003": "",
    "S022_004": "8",
}


@pytest.fixture
def original(tmp_path):
    folder = tmp_path / "CK+"
    for seed, (sequence, code) in enumerate(SEQUENCES.items()):
        subject, number = sequence.split("_")
        place = folder / "cohn-kanade-images" / subject / number
        place.mkdir(parents=True)
        for frame in range(1, 5):
            (place / f"{sequence}_{frame:08}.png").write_bytes(_face(10 * seed + frame))
        labels = folder / "Emotion" / subject / number
        labels.mkdir(parents=True)
        if code is not None:
            (labels / f"{sequence}_00000004_emotion.txt").write_text(code)
    (folder / "Emotion" / "S099" / "001").mkdir(parents=True)
    (folder / "Emotion" / "S099" / "001" / "S099_001_00000009_emotion.txt").write_text("1.0")  # no image
    (folder / "sheet.png").write_bytes(_face(999))
    again = folder / "copies" / "S005_001_00000004.png"
    again.parent.mkdir()
    again.write_bytes((folder / "cohn-kanade-images/S005/001/S005_001_00000004.png").read_bytes())
    return folder


def test_the_peak_frame_has_the_label(original):
    contents = read(original)
    assert dict(zip(contents.index["key"], contents.index["label"], strict=True)) == {
        "S005_001_00000004": "disgust", "S010_001_00000004": "disgust", "S010_002_00000004": "happy",
        "S011_001_00000004": "happy", "S012_001_00000004": "anger", "S014_001_00000004": "anger",
    }  # fmt: skip
    assert contents.load("S010_001_00000004").shape == (10, 14, 3)


def test_what_is_left_out_is_counted(original):
    contents = read(original)
    assert _n(contents, "sequences without a label") == 1
    assert _n(contents, "no labelled peak") == 3 * len(SEQUENCES) + 1
    assert _n(contents, "no image of that name") == 1
    assert _n(contents, "not one number from 0 to 7") == 4
    assert _n(contents, "not named S***") == 1
    assert _n(contents, "in several places") == 1


def test_counts_stand_beside_the_published_ones(original):
    parts = read(original).report.parts
    assert sum(part.n_published or 0 for part in parts) == 327
    assert {part.part: part.n_files for part in parts}["labelled sequences: anger"] == 2


@pytest.fixture
def small(make_folders):
    folder = make_folders(**{"CK+48/anger": 1, "CK+48/happy": 1, "CK+48/notes": 1})
    for number, label in enumerate(("anger", "happy")):
        for subject in range(12):
            for frame in range(2 if (label, subject) == ("happy", 3) else 3):
                file = folder / "CK+48" / label / f"S{subject:03}_{number:03}_{frame + 8:08}.png"
                file.write_bytes(_face(100 * subject + 10 * number + frame))
    return folder


@pytest.mark.parametrize("inside", [False, True])
def test_the_last_frames_are_in_folders_of_labels(small, inside):
    contents = read(small / "CK+48" if inside else small)
    assert contents.index["label"].value_counts().to_dict() == {"anger": 36, "happy": 35}
    assert _n(contents, "not named S***") == 2
    assert _n(contents, "no label of the set") == 1
    assert _n(contents, "sequences that the frames are from") == 24
    assert _n(contents, "without exactly 3 frames") == 1
    assert sum(part.n_published or 0 for part in contents.report.parts) == 981


@pytest.mark.parametrize("layout", ["original", "small"])
@pytest.mark.parametrize("seed", range(4))
def test_no_subject_is_in_two_splits(layout, seed, request):
    contents = read(request.getfixturevalue(layout), seed=seed)
    splits = contents.index.groupby(contents.index["key"].str[:4])["split"].nunique()
    assert splits.max() == 1
    assert set(contents.index["split"]) == {"train", "validation"}
    assert _n(contents, "nobody is in training and in validation") == len(splits)


def test_another_folder_is_refused(make_folders):
    with pytest.raises(SourceError, match="no usable image"):
        read(make_folders(happy=3, sad=3))
