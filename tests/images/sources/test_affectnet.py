import cv2
import numpy as np
import pytest

from fercore.errors import InputError, SourceError
from fercore.images.sources.affectnet import COLUMNS, read

HEAD = ",".join(COLUMNS)
LANDMARKS = ";".join(f"{x}.5;{x}.25" for x in range(68))


def _row(file, code, box=(2, 3, 10, 8)):
    return ",".join([file, *map(str, box), LANDMARKS, str(code), "-0.1", "0.2"])


TRAINING = (
    *(_row(f"{code}/face{code}.jpg", code) for code in range(11)),  # 8, 9 and 10 are no expressions
    _row("1/negative.jpg", 1, (2, 3, -10, 8)),
    _row("1/empty.jpg", 1, (2, 3, 0, 0)),
    _row("1/boxless.jpg", 1, ("NULL", "NULL", "NULL", "NULL")),
    _row("1/away.jpg", 1),  # no such file
    _row("2/two.png", 2, (0, 0, 8, 8)),  # two faces in one file
    _row("2/two.png", 1, (10, 4, 6, 6)),
    _row("0/face0.jpg", 0),  # twice, equal
    _row("3/face3.jpg", 4),  # twice, conflicting
    _row("5/over.png", 5, (-4, -2, 14, 12)),  # begins outside
    _row("5/right.png", 5, (15, 10, 50, 50)),  # ends outside
    _row("5/beyond.png", 5, (40, 40, 5, 5)),  # nothing lies inside
)
VALIDATION = (_row("1/valid1.JPG", 1), _row("7/valid7.jpg", 7), _row("9/valid9.jpg", 9))


def _picture():
    """20 px high, 24 wide: red is the row, green the column, blue 200."""
    picture = np.full((20, 24, 3), 200, np.uint8)
    picture[..., 0], picture[..., 1] = np.mgrid[0:20, 0:24]
    return cv2.imencode(".png", picture[..., ::-1])[1].tobytes()


@pytest.fixture
def make_affectnet(tmp_path):
    def make(lists="Manually_Annotated_file_lists", pictures="Manually_Annotated_Images", header=""):
        folder = tmp_path / "AffectNet"
        (folder / lists).mkdir(parents=True)
        (folder / lists / "training.csv").write_text("\n".join((HEAD, *TRAINING)) + "\n")
        (folder / lists / "validation.csv").write_text("\n".join((*([header] if header else []), *VALIDATION)) + "\n")
        for row in (*TRAINING, *VALIDATION):
            file = folder / pictures / row.split(",")[0]
            if file.stem != "away":
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_bytes(_picture())
        (folder / pictures / "1" / "unlisted.jpg").write_bytes(_picture())
        return folder

    return make


def _n(contents, word):
    (n,) = [tally.n for tally in contents.report.tallies if word in tally.what]
    return n


def test_codes_are_mapped_to_names(make_affectnet):
    index = read(make_affectnet()).index.set_index("key")
    names = ["neutral", "happy", "sad", "surprise", "fear", "disgust", "anger", "contempt"]
    assert index.loc[[f"face{code}" for code in range(8)], "label"].tolist() == names
    assert index.loc["valid7"].tolist() == ["contempt", "validation", "7/valid7.jpg"]
    assert set(index.loc[index["split"] == "validation"].index) == {"valid1", "valid7"}


def test_what_is_left_out_is_counted(make_affectnet):
    contents = read(make_affectnet())
    assert _n(contents, "code 8 (none)") == 1
    assert _n(contents, "code 9 (uncertain)") == 2
    assert _n(contents, "code 10 (no face)") == 1
    assert _n(contents, "no positive width") == 2
    assert _n(contents, "not four numbers") == 1
    assert _n(contents, "no such file") == 1
    assert _n(contents, "no list names") == 1
    assert _n(contents, "equal expressions") == 1
    assert _n(contents, "conflicting expressions") == 1
    assert _n(contents, "begins outside") == 1
    assert _n(contents, "further faces") == 1


def test_the_first_of_two_conflicting_lines_is_kept(make_affectnet):
    index = read(make_affectnet()).index.set_index("key")
    assert index.loc["face3", "label"] == "surprise"


def test_a_file_with_two_faces_gives_both(make_affectnet):
    contents = read(make_affectnet())
    index = contents.index.set_index("key")
    assert index.loc[["two", "two-face2"], "label"].tolist() == ["sad", "happy"]
    assert contents.load("two").shape == (8, 8, 3)
    assert contents.load("two-face2")[0, 0].tolist() == [4, 10, 200]


def test_a_name_in_several_folders_is_told_apart_by_its_path(make_affectnet):
    folder = make_affectnet()
    table = folder / "Manually_Annotated_file_lists" / "training.csv"
    table.write_text(table.read_text() + _row("6/face1.jpg", 6) + "\n")
    (folder / "Manually_Annotated_Images" / "6" / "face1.jpg").write_bytes(_picture())
    contents = read(folder)
    assert {"1/face1.jpg", "6/face1.jpg", "2/two.png", "2/two.png-face2"} <= set(contents.index["key"])
    assert _n(contents, "the same name in several places") == 2


def test_the_box_is_x_y_width_height_in_rgb(make_affectnet):
    face = read(make_affectnet()).load("face1")
    assert (face.shape, face.dtype) == ((8, 10, 3), np.uint8)
    assert face[0, 0].tolist() == [3, 2, 200]  # row 3, column 2
    assert face[-1, -1].tolist() == [10, 11, 200]


def test_the_box_is_clamped_to_the_picture(make_affectnet):
    contents = read(make_affectnet())
    assert contents.load("over").shape == (10, 10, 3)
    assert contents.load("over")[0, 0].tolist() == [0, 0, 200]
    assert contents.load("right").shape == (10, 9, 3)
    with pytest.raises(SourceError, match=r"5/beyond\.png is 24 x 20 px"):
        contents.load("beyond")


@pytest.mark.parametrize("header", ["", HEAD])
def test_a_list_without_header_loses_no_row(make_affectnet, header):
    contents = read(make_affectnet(header=header))
    assert contents.index["key"].str.startswith("valid").sum() == 2
    noted = [tally.n for tally in contents.report.tallies if "has no header" in tally.what]
    assert noted == ([] if header else [3])


@pytest.mark.parametrize(
    ("lists", "pictures"), [(".", "Manually_Annotated_Images"), (".", "Manually_Annotated/Manually_Annotated_Images")]
)
def test_lists_and_pictures_may_lie_in_other_places(make_affectnet, lists, pictures):
    assert len(read(make_affectnet(lists, pictures)).index) == 15


def test_counts_stand_beside_the_published_ones_and_those_of_the_paper(make_affectnet):
    report = read(make_affectnet()).report
    parts = {part.part: (part.n_files, part.n_published, part.used_as) for part in report.parts}
    assert parts["training: happy"] == (2, 134_415, "train")
    assert parts["validation: contempt"] == (1, 499, "validation")
    assert parts["validation: fear"] == (0, 500, "not here")
    training = [part.n_published for part in report.parts if part.part.startswith("training")]
    validation = [part.n_published for part in report.parts if part.part.startswith("validation")]
    assert (sum(training), sum(validation)) == (287_651, 3_999)
    paper = {tally.what.split(" of AffectNet")[0]: tally.n for tally in report.tallies if "paper's count" in tally.what}
    assert paper == {"images in all": 440_601, "happy": 143_991, "contempt": 5_119}
    assert any("291,650 published" in tally.what for tally in report.tallies)


def test_one_list_alone_is_divided_by_seed(make_affectnet):
    folder = make_affectnet()
    (folder / "Manually_Annotated_file_lists" / "validation.csv").unlink()
    assert set(read(folder).index["split"]) == {"train", "validation"}


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (",1,-0.1", ",one,-0.1", "expression = 'one' .*line 3"),
        (",1,-0.1", ",11,-0.1", "expression = '11' .*line 3"),
        ("1/face1.jpg", "", "names no file .*line 3"),
        ("face_width", "face_right", "lacks the column"),
    ],
)
def test_a_damaged_list_is_refused(make_affectnet, old, new, message):
    folder = make_affectnet()
    table = folder / "Manually_Annotated_file_lists" / "training.csv"
    table.write_text(table.read_text().replace(old, new, 1))
    with pytest.raises(InputError, match=message):
        read(folder)


def test_what_is_neither_header_nor_row_is_refused(make_affectnet):
    folder = make_affectnet()
    (folder / "Manually_Annotated_file_lists" / "validation.csv").write_text("<html>,moved\n")
    with pytest.raises(SourceError, match="<html>"):
        read(folder)


def test_a_folder_without_lists_or_pictures_says_so(make_affectnet):
    folder = make_affectnet()
    (folder / "Manually_Annotated_Images").rename(folder / "elsewhere")
    with pytest.raises(SourceError, match="holds no Manually_Annotated_Images"):
        read(folder)
    for name in ("training", "validation"):
        (folder / "Manually_Annotated_file_lists" / f"{name}.csv").unlink()
    with pytest.raises(SourceError, match="neither training"):
        read(folder)
