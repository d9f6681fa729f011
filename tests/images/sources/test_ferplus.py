import shutil
import zipfile
from pathlib import Path

import numpy as np
import pytest

from fercore.errors import InputError, SourceError
from fercore.images.sources.ferplus import OPTIONS, majority, read

REAL = Path(__file__).parents[3].parent / "shared" / "data" / "ferplus"


def _tallies(contents):
    return {(tally.kind, tally.what): tally for tally in contents.report.tallies}


def _n(contents, word):
    (n,) = [tally.n for (_, what), tally in _tallies(contents).items() if word in what]
    return n


def test_images_and_votes_are_joined_by_name(ferplus_folder):
    contents = read(ferplus_folder)
    labels = dict(zip(contents.index["key"], contents.index["label"], strict=True))
    assert labels == {
        "fer0000007": "happy", "fer0000003": "sad", "fer0000004": "happy", "fer0000008": "sad", "fer0000009": "happy",
        "fer0000022": "happy", "fer0000020": "sad", "fer0000021": "happy",
    }  # fmt: skip
    for key in labels:
        image = contents.load(key)
        assert (image.shape, image.dtype) == ((48, 48, 3), np.uint8)
        assert (image == int(key[3:])).all()


def test_the_part_decides_the_split(ferplus_folder):
    contents = read(ferplus_folder)
    validation = contents.index[contents.index["split"] == "validation"]
    assert set(validation["key"]) == {"fer0000020", "fer0000021"}
    assert _n(contents, "another part than their usage") == 1
    assert [(part.part, part.n_files, part.n_published, part.used_as) for part in contents.report.parts] == [
        ("FER2013Train", 10, 28_558, "train"),
        ("FER2013Valid", 2, 3_579, "validation"),
    ]


def test_every_trap_is_in_the_report(ferplus_folder):
    contents = read(ferplus_folder)
    assert _n(contents, "without a name") == 1
    assert _n(contents, "equal votes") == 1
    assert _n(contents, "conflicting votes") == 1
    assert _n(contents, "exactly 10 votes") == 1
    assert _n(contents, "no expression with the majority") == 3
    assert _n(contents, "no such file in their part") == 1
    assert _n(contents, "their part is not here") == 1
    assert _n(contents, "files without votes") == 1
    assert _n(contents, "an earlier part has, too") == 1
    assert _tallies(contents)[
        "duplicate name", "names on several lines with conflicting votes; the first was kept"
    ].examples == ("fer0000020.png",)


def test_votes_are_kept_as_they_were_cast(ferplus_folder):
    contents = read(ferplus_folder)
    votes = contents.votes.set_index("key")
    assert set(votes.index) == set(contents.index["key"])
    assert list(votes.columns) == [
        "neutral", "happy", "surprise", "sad", "anger", "disgust", "fear", "contempt", "unknown", "nf"
    ]  # fmt: skip
    assert votes.loc["fer0000004"].tolist() == [1, 4, 1, 1, 1, 1, 0, 1, 0, 0]
    assert votes.loc["fer0000020", "sad"] == 8  # the first of two conflicting lines


def test_majority_rule():
    def rule(**votes):
        (label,) = majority(np.array([[votes.get(option, 0) for option in OPTIONS]]))
        return label

    assert rule(happiness=6, neutral=4) == "happy"
    assert rule(happiness=5, neutral=5) == ""  # half is not more than half
    assert rule(happiness=5, neutral=4, fear=1) == "happy"  # the single vote does not count
    assert rule(happiness=4, neutral=3, sadness=3) == ""
    assert rule(unknown=9, happiness=1) == ""
    assert rule(NF=10) == ""
    assert rule(happiness=2, unknown=2, NF=2) == ""
    assert rule() == ""


def test_test_images_are_used_only_where_there_are_no_validation_images(ferplus_folder):
    folder = ferplus_folder / "FER2013Test"
    folder.mkdir()
    shutil.copy(ferplus_folder / "FER2013Valid" / "fer0000021.png", folder / "fer0000030.png")
    assert "fer0000030" not in set(read(ferplus_folder).index["key"])
    shutil.rmtree(ferplus_folder / "FER2013Valid")
    index = read(ferplus_folder).index
    assert index.loc[index["split"] == "validation", "key"].tolist() == ["fer0000030"]


def test_an_unpacked_part_goes_before_its_archive(ferplus_folder):
    with zipfile.ZipFile(ferplus_folder / "FER2013Valid.zip", "w") as archive:
        archive.writestr("fer0000021.png", b"other")
    assert read(ferplus_folder).load("fer0000021").shape == (48, 48, 3)


def test_votes_may_lie_elsewhere(ferplus_folder, tmp_path):
    elsewhere = (ferplus_folder / "fer2013new.csv").rename(tmp_path / "votes.csv")
    assert len(read(ferplus_folder, votes=elsewhere).index) == 8
    with pytest.raises(SourceError, match="--votes"):
        read(ferplus_folder)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("Image name", "Picture", "lacks the column"),
        (",0,10,0", ",0,ten,0", "line 2"),
        (",0,10,0", ",0,-1,0", "line 2"),
        (",0,10,0", ",0,1.5,0", "line 2"),
    ],
)
def test_a_damaged_table_of_votes_is_refused(ferplus_folder, old, new, message):
    table = ferplus_folder / "fer2013new.csv"
    table.write_text(table.read_text().replace(old, new, 1))
    with pytest.raises(InputError, match=message):
        read(ferplus_folder)


def test_a_folder_without_parts_says_what_belongs_there(ferplus_folder):
    (ferplus_folder / "FER2013Train.zip").unlink()
    shutil.rmtree(ferplus_folder / "FER2013Valid")
    with pytest.raises(SourceError, match="FER2013Train"):
        read(ferplus_folder)


def test_a_damaged_archive_is_named(ferplus_folder):
    archive = ferplus_folder / "FER2013Train.zip"
    archive.write_bytes(archive.read_bytes()[:200])
    with pytest.raises(SourceError, match=r"FER2013Train\.zip"):
        read(ferplus_folder)


def test_a_damaged_image_inside_an_archive_is_an_unreadable_image(ferplus_folder):
    archive = ferplus_folder / "FER2013Train.zip"
    contents = read(ferplus_folder)
    data = bytearray(archive.read_bytes())
    with zipfile.ZipFile(archive) as opened:
        member = opened.getinfo("FER2013Train/fer0000007.png")
    data[member.header_offset + 80 : member.header_offset + 120] = bytes(40)
    archive.write_bytes(data)
    with pytest.raises(SourceError, match="fer0000007"):
        contents.load("fer0000007")


@pytest.fixture
def fer2013_beside_votes(ferplus_folder):
    """The same faces in fer2013.csv, row by row beside the votes: row n is as bright as n."""
    (ferplus_folder / "FER2013Train.zip").unlink()
    shutil.rmtree(ferplus_folder / "FER2013Valid")
    usages = [line.split(",")[0] for line in (ferplus_folder / "fer2013new.csv").read_text().splitlines()[1:]]
    rows = [f"0,{' '.join([str(row)] * 2_304)},{usage}" for row, usage in enumerate(usages)]
    rows[2] = "0,2 2 2,Training"
    (ferplus_folder / "fer2013.csv").write_text("\n".join(("emotion,pixels,Usage", *rows)) + "\n")
    return ferplus_folder


def test_pixels_in_a_table_are_joined_by_row(fer2013_beside_votes):
    contents = read(fer2013_beside_votes)
    rows = {key: int(contents.load(key)[0, 0, 0]) for key in contents.index["key"]}
    assert rows == {"fer0000007": 0, "fer0000004": 3, "fer0000008": 6, "fer0000009": 7, "fer0000010": 9, "fer0000020": 11,
                    "fer0000021": 13, "fer0000022": 14}  # fmt: skip
    splits = dict(zip(contents.index["key"], contents.index["split"], strict=True))
    assert {key for key, split in splits.items() if split == "validation"} == {"fer0000020", "fer0000021", "fer0000022"}
    assert contents.load("fer0000007").shape == (48, 48, 3)
    assert contents.votes.set_index("key").loc["fer0000004", "happy"] == 4


def test_the_traps_of_the_votes_are_in_the_report_of_a_table_too(fer2013_beside_votes):
    contents = read(fer2013_beside_votes)
    assert _n(contents, "without a name") == 1
    assert _n(contents, "equal votes") == 1
    assert _n(contents, "conflicting votes") == 1
    assert _n(contents, "not 2,304 pixels") == 1
    assert _n(contents, "the number in the name is not the row") == 12
    assert _n(contents, "kept apart") == 1
    assert [part.n_files for part in contents.report.parts] == [8, 3, 1]


@pytest.mark.parametrize("change", ["a row more", "another order"])
def test_a_table_in_another_order_is_refused(fer2013_beside_votes, change):
    table = fer2013_beside_votes / "fer2013.csv"
    head, *rows = table.read_text().splitlines()
    rows = [*rows, rows[0]] if change == "a row more" else rows[::-1]
    table.write_text("\n".join((head, *rows)) + "\n")
    with pytest.raises(SourceError, match="row by row"):
        read(fer2013_beside_votes)


@pytest.mark.skipif(not REAL.is_dir(), reason="the real FER+ is not on this machine")
def test_the_real_set_is_read_as_its_authors_count_it():
    contents = read(REAL)
    assert [(part.n_files, part.n_published) for part in contents.report.parts] == [(28_558, 28_558), (3_579, 3_579)]
    assert _n(contents, "without a name") == 173
    assert _n(contents, "equal votes") == 3
    assert _n(contents, "exactly 10 votes") == 1
    assert len(contents.label_set) == 8
    train = contents.index[contents.index["split"] == "train"]["label"].value_counts()
    assert (train["happy"], train["contempt"], train["disgust"]) == (7_287, 119, 119)
    for key in contents.index["key"].iloc[::150].iloc[:200]:
        image = contents.load(key)
        assert image.shape == (48, 48, 3)
        assert (image[..., 0] == image[..., 2]).all()
