import math

import pytest

from fercore import tables
from fercore.errors import InputError, TrialTableError
from fercore.humans.response_table import read_responses, short_name

HEADER = "subj,session,trial,rt,object_response,category,condition,imagename"


def write(path, *rows, header=HEADER):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join((header, *rows)) + "\n")
    return path


@pytest.fixture
def colour(tmp_path):
    """A folder as model-vs-human has it: a person's file with a capital in its header, and a network's."""
    folder = tmp_path / "colour"
    write(
        folder / "colour_subject-01_session_1.csv",
        "subject-01,1,1,0.796405076980591,oven,oven,cr,0001_cl_s01_cr_oven_40_n04111531_14126.png",
        "subject-01,1,2,NaN,na,bear,cr,0002_cl_s01_cr_bear_40_n02134084_5274.png",
        "subject-01,1,3,0.611840009689331,cat,bear,bw,0003_cl_s01_bw_bear_40_n02134084_1.png",
        header=HEADER.replace("session", "Session"),
    )
    write(
        folder / "colour_resnet50_session-1.csv",
        "resnet50,1,1,NaN,bear,bear,bw,0001_cl_dnn_bw_bear_40_n02134084_1.png",
        "resnet50,1,2,NaN,oven,bear,cr,0002_cl_dnn_cr_bear_40_n02134084_5274.png",
        '"resnet50",1,3,NaN,"cat","oven",cr,"0003_cl_dnn_cr_oven_40_n04111531_14126.png"',
    )
    return folder


def test_a_folder_of_files_becomes_one_table_with_people_first(colour):
    table, label_set = read_responses(colour, ["oven", "bear", "cat"])
    assert tuple(table.columns) == tables.RESPONSES
    assert label_set.names == ("oven", "bear", "cat")
    assert list(table["observer"]) == ["subject-01"] * 3 + ["resnet50"] * 3
    assert list(table["person"]) == [True] * 3 + [False] * 3
    assert list(table["image"][:3]) == ["n04111531_14126.png", "n02134084_5274.png", "n02134084_1.png"]
    assert list(table["image"][3:]) == ["n02134084_1.png", "n02134084_5274.png", "n04111531_14126.png"]
    assert list(table["seeing"]) == ["cr", "cr", "bw", "bw", "cr", "cr"]
    assert table["time_s"][0] == 0.796405076980591


def test_a_missing_answer_is_kept_and_wrong(colour):
    table, _ = read_responses(colour, ["oven", "bear", "cat"])
    missed = table.iloc[1]
    assert missed["response"] == ""
    assert not missed["correct"]
    assert math.isnan(missed["time_s"])


def test_labels_are_the_categories_that_occur_the_papers_first(tmp_path):
    file = write(
        tmp_path / "a.csv",
        "P,1,1,1,Happiness,sadness,NaN,a.png",
        "P,1,2,1,happy,happy,nan,b.png",
        "P,1,3,1,cat,Cat,,c.png",
    )
    table, label_set = read_responses(file)
    assert label_set.names == ("happy", "sad", "cat")
    assert list(table["seeing"]) == ["", "", ""]
    assert list(table["correct"]) == [False, True, True]


@pytest.mark.parametrize(
    ("name", "short"),
    [
        ("0000_cl_s01_bw_boat_40_n02951358_5952.JPEG", "n02951358_5952.JPEG"),
        ("0605_ske_dnn_0_keyboard_00_keyboard-0006-sketch-13.png", "keyboard-0006-sketch-13.png"),
        ("airplane1-bicycle2.png", "airplane1-bicycle2.png"),
    ],
)
def test_images_lose_what_differs_between_observers(name, short):
    assert short_name(name) == short


@pytest.mark.parametrize(
    ("row", "fault"),
    [
        ("P,1,2,1,horse,cat,c,b.png", "line 3, object_response = 'horse': is not one of cat, dog, nor na"),
        ("P,1,2,1,cat,horse,c,b.png", "line 3, category = 'horse': is not one of cat, dog"),
        ("P,1,2,1,cat,na,c,b.png", "line 3, category = '': is not one of cat, dog"),
        ("P,1,two,1,cat,cat,c,b.png", "line 3, trial = 'two': is not a number such as 1, 2, ..."),
        ("P,99999999999,2,1,cat,cat,c,b.png", "line 3, session = '99999999999': is not a number"),
        ("P,1,2,soon,cat,cat,c,b.png", "line 3, rt = 'soon': is not a time in seconds, nor NaN"),
        ("P,1,2,-1,cat,cat,c,b.png", "line 3, rt = '-1': is not a time in seconds, nor NaN"),
        ("P,1,2,inf,cat,cat,c,b.png", "line 3, rt = 'inf': is not a time in seconds, nor NaN"),
        (",1,2,1,cat,cat,c,b.png", "line 3, subj = '': is empty"),
        ("P,1,2,1,cat,cat,c", "line 3, row = ['P', '1', '2', '1', 'cat', 'cat', 'c']: has 7 cells"),
        ("P,1,2,1,cat,cat,c,0009_x_s01_c_cat_a.png", "imagename = 'a.png': P answered it in f.csv, line 2 already"),
        ("P,1,2,1,dog,dog,other,a.png", "line 3, imagename = 'a.png': is cat elsewhere and dog here"),
    ],
)
def test_every_wrong_cell_is_named(tmp_path, row, fault):
    file = write(tmp_path / "f.csv", "P,1,1,1,cat,cat,c,0001_x_s01_c_cat_a.png", row)
    with pytest.raises(TrialTableError) as error:
        read_responses(file, ["cat", "dog"])
    assert fault in str(error.value)
    assert "f.csv has 1 offending cell(s), so nothing was imported" in str(error.value)


def test_the_same_image_in_another_condition_is_another_answer(tmp_path):
    file = write(
        tmp_path / "f.csv", "P,1,1,1,cat,cat,c10,a.png", "P,1,2,1,dog,cat,c50,a.png", "P,2,1,1,dog,dog,c10,b.png"
    )
    assert len(read_responses(file)[0]) == 3


def test_an_answer_twice_in_two_files_is_named_where_it_is_second(tmp_path):
    write(tmp_path / "m" / "1.csv", "P,1,1,1,cat,cat,c,a.png", "P,1,2,1,dog,dog,c,b.png")
    write(tmp_path / "m" / "2.csv", "P,2,1,1,dog,cat,c,a.png")
    with pytest.raises(TrialTableError, match=r"2\.csv has 1 offending.*\n.*P answered it in 1\.csv, line 2 already"):
        read_responses(tmp_path / "m")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("", "f.csv is empty. A table of responses starts with the columns subj, session"),
        (HEADER + "\n", "f.csv has a header but no answers"),
        (HEADER.replace(",category", "") + "\nP,1,1,1,cat,c,a.png\n", r"lacks the column\(s\) category"),
        (HEADER + ",Trial\nP,1,1,1,cat,cat,c,a.png,1\n", r"has the column\(s\) trial more than once"),
        (HEADER + "\nP,1,1,1,cat,cat,c,a.png\n", "at least two different labels, not .'cat'."),
    ],
)
def test_a_file_that_is_no_table_of_answers_is_one_sentence(tmp_path, content, message):
    (tmp_path / "f.csv").write_text(content)
    with pytest.raises(InputError, match=message):
        read_responses(tmp_path / "f.csv")


def test_a_folder_without_tables_and_a_file_that_is_not_there_are_one_sentence(tmp_path):
    with pytest.raises(InputError, match=r"holds no \.csv file"):
        read_responses(tmp_path)
    with pytest.raises(InputError, match=r"nowhere\.csv cannot be read"):
        read_responses(tmp_path / "nowhere.csv")
