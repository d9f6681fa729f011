import pytest

from fercore.errors import InputError, SourceError
from fercore.images.sources.affectnet_kaggle import read

ROWS = (
    ",pth,label,relFCs",
    "0,happy/happy_00.png,happy,0.87",
    "1,happy/happy_01.png,surprise,0.75",  # the folder says another expression
    "2,sad/sad_00.png,Sadness,0.7",
    "3,sad/sad_01.png,sad,0.7",
    "4,sad/sad_01.png,sad,0.7",  # twice, equal
    "5,fear/fear_00.png,fear,0.6",
    "6,fear/fear_00.png,anger,0.6",  # twice, conflicting
    "7,fear/away.png,fear,0.6",  # no such file
)


@pytest.fixture
def kaggle(make_folders):
    folder = make_folders(happy=3, sad=2, fear=1)
    (folder / "labels.csv").write_text("\n".join(ROWS) + "\n")
    return folder


def _n(contents, word):
    (n,) = [tally.n for tally in contents.report.tallies if word in tally.what]
    return n


def test_the_list_wins_over_the_folder(kaggle):
    contents = read(kaggle)
    index = contents.index.set_index("key")
    assert index["label"].to_dict() == {
        "happy_00": "happy", "happy_01": "surprise", "sad_00": "sad", "sad_01": "sad", "fear_00": "fear",
    }  # fmt: skip
    assert _n(contents, "contradicts labels.csv") == 1
    assert contents.load("happy_01").shape == (20, 20, 3)


def test_what_is_left_out_is_counted(kaggle):
    (kaggle / "README.md").write_text("x")
    contents = read(kaggle)
    assert _n(contents, "equal expressions") == 1
    assert _n(contents, "conflicting expressions") == 1
    assert _n(contents, "no such file") == 1
    assert _n(contents, "not in labels.csv") == 1
    assert _n(contents, "not at <label>/<image>") == 1
    assert _n(contents, "images in all of AffectNet by the paper's count") == 440_601


def test_images_may_lie_in_folders_of_splits(make_folders):
    folder = make_folders(**{"Train/happy": 2, "Train/sad": 2, "Test/happy": 1, "Test/sad": 1})
    (folder / "Test/sad/Test_sad_00.png").rename(folder / "Test/sad/Train_sad_00.png")  # of both splits
    rows = [
        f"{label}/{split}_{label}_0{n}.png,{label}"
        for split in ("Train", "Test")
        for label in ("happy", "sad")
        for n in (0, 1)
    ]
    (folder / "labels.csv").write_text("pth,label\n" + "\n".join(rows) + "\n")
    contents = read(folder)
    assert contents.index["split"].value_counts().to_dict() == {"train": 3, "validation": 1}
    assert _n(contents, "in several splits") == 2


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("happy,0.87", "glad,0.87", "label = 'glad' .*line 2"),
        ("happy,0.87", ",0.87", "label = '' .*line 2"),
        ("happy/happy_00.png", "", "names no file .*line 2"),
        ("pth", "path", "lacks the column"),
    ],
)
def test_a_damaged_list_is_refused(kaggle, old, new, message):
    table = kaggle / "labels.csv"
    table.write_text(table.read_text().replace(old, new, 1))
    with pytest.raises(InputError, match=message):
        read(kaggle)


def test_a_missing_list_is_named(kaggle):
    (kaggle / "labels.csv").unlink()
    with pytest.raises(SourceError, match=r"labels\.csv"):
        read(kaggle)
