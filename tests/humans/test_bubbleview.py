import numpy as np
import pytest
from scipy.io import savemat

from fercore.errors import InputError, TrialTableError
from fercore.humans.bubbleview import read_bubbleview
from fercore.humans.bubbleview_mat import mat_rows


def structs(rows):
    """Make a struct array as MATLAB has it."""
    rows = list(rows)
    array = np.empty((1, len(rows)), dtype=[(name, object) for name in rows[0]])
    for number, row in enumerate(rows):
        for name, value in row.items():
            array[0, number][name] = value
    return array


def write_mat(path, images, **options):
    """Write ``{file name: [clicks of the first participant, of the second, ...]}`` as BubbleView's authors do."""
    nothing = np.zeros((0, 0))

    def user(clicks):
        enc = np.array(clicks, float).reshape(-1, 2) if clicks is not None else nothing
        return {"fixations": structs([{"enc": enc, "rec": nothing, "enc_time": nothing}])}

    bubble = structs(
        {
            "filename": name,
            "impath": f"targets_fiwi/{name}",
            "userdata": structs(map(user, people)) if people else nothing,
        }
        for name, people in images.items()
    )
    savemat(path, {"bubble": bubble}, **options)
    return path


IMAGES = {
    "wsj249.png": [[(28.5, 15), (73.5, 17)], [(33.8, 48.8)]],
    "vis5.png": [[(1, 2)]],
    "unseen.png": [],
    "once.png": [None, [(7, 8), (9, 10), (11, 12)]],
}


@pytest.mark.parametrize("compressed", [True, False])
def test_clicks_of_every_participant_are_read_in_their_order(tmp_path, compressed):
    clicks = read_bubbleview(write_mat(tmp_path / "fiwi10x30.mat", IMAGES, do_compression=compressed))
    assert clicks.to_numpy().tolist() == [
        ["wsj249.png", "1", 28.5, 15],
        ["wsj249.png", "1", 73.5, 17],
        ["wsj249.png", "2", 33.8, 48.8],
        ["vis5.png", "1", 1, 2],
        ["once.png", "2", 7, 8],
        ["once.png", "2", 9, 10],
        ["once.png", "2", 11, 12],
    ]


def test_a_log_without_header_is_read_with_clock_times_and_with_numbers(tmp_path):
    (tmp_path / "clicks.csv").write_text(
        "2016-11-18 19:39:35,wsj249.png,3OLQ,28.5,15\n2016-11-18 19:39:37,wsj249.png,3OLQ,73.5,17\n"
        "1, 1004.jpg, 1, 320.000000, 240.000000\n"
    )
    assert read_bubbleview(tmp_path / "clicks.csv").to_numpy().tolist() == [
        ["wsj249.png", "3OLQ", 28.5, 15],
        ["wsj249.png", "3OLQ", 73.5, 17],
        ["1004.jpg", "1", 320, 240],
    ]


@pytest.mark.parametrize(
    ("row", "fault"),
    [
        ("2,a.png,P,here,5", "line 2, x = 'here': is not a position in px"),
        ("2,a.png,P,5,nan", "line 2, y = 'nan': is not a position in px"),
        ("2,,P,5,5", "line 2, image = '': is empty"),
        ("2,a.png,,5,5", "line 2, participant = '': is empty"),
        ("2,a.png,P,5", "has 4 cells instead of 5: time, image, participant, x, y"),
    ],
)
def test_every_wrong_cell_of_a_log_is_named(tmp_path, row, fault):
    (tmp_path / "clicks.csv").write_text(f"1,a.png,P,1,2\n{row}\n")
    with pytest.raises(TrialTableError) as error:
        read_bubbleview(tmp_path / "clicks.csv")
    assert fault in str(error.value)


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("clicks.csv", "", r"clicks\.csv is empty\. A BubbleView log has the columns time, image"),
        ("clicks.txt", "1,a.png,P,1,2", "not a BubbleView log"),
        ("clicks.mat", "", "is not a MATLAB file"),
        ("clicks.mat", "1,a.png,P,1,2" * 100, "is not a MATLAB file"),
    ],
)
def test_a_file_of_another_kind_is_one_sentence(tmp_path, name, content, message):
    (tmp_path / name).write_text(content)
    with pytest.raises(InputError, match=message):
        read_bubbleview(tmp_path / name)


@pytest.mark.parametrize(
    ("held", "message"),
    [
        ({"clicks": np.zeros((2, 2))}, "no variable bubble"),
        ({"bubble": np.zeros((2, 2))}, "not BubbleView's struct"),
        ({"bubble": structs([{"filename": "a.png"}])}, "'userdata'"),
        (
            {
                "bubble": structs(
                    [{"filename": "a.png", "userdata": structs([{"fixations": structs([{"enc": np.zeros((2, 3))}])}])}]
                )
            },
            r"enc of 'a.png' is \(2, 3\)",
        ),
    ],
)
def test_matlab_files_of_another_form_are_one_sentence(tmp_path, held, message):
    savemat(tmp_path / "f.mat", held)
    with pytest.raises(InputError, match=message):
        mat_rows(tmp_path / "f.mat")


def test_a_matlab_file_without_clicks_is_one_sentence(tmp_path):
    path = write_mat(tmp_path / "f.mat", {"unseen.png": []})
    with pytest.raises(InputError, match="holds no clicks"):
        read_bubbleview(path)


def test_a_matlab_file_that_is_cut_off_is_one_sentence(tmp_path):
    path = write_mat(tmp_path / "f.mat", IMAGES)
    path.write_bytes(path.read_bytes()[:-200])
    with pytest.raises(InputError, match=r"f\.mat"):
        read_bubbleview(path)


def test_a_file_that_is_not_there_is_one_sentence(tmp_path):
    for name in ("nowhere.mat", "nowhere.csv"):
        with pytest.raises(InputError, match="cannot be read"):
            read_bubbleview(tmp_path / name)
