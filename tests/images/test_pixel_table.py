import numpy as np
import pytest

from fercore.errors import InputError, SourceError
from fercore.images.pixel_table import read_pixel_table


@pytest.fixture
def write(tmp_path):
    def write(*rows, head="emotion,pixels,Usage"):
        (tmp_path / "faces.csv").write_text("\n".join((head, *rows)) + "\n")
        return tmp_path / "faces.csv"

    return write


def _pixels(seed):
    return np.random.default_rng(seed).integers(0, 256, (48, 48), dtype=np.uint8)


def _text(seed):
    return " ".join(map(str, _pixels(seed).ravel()))


def test_pixels_are_read_row_by_row(write):
    table = read_pixel_table(write(f"0,{_text(1)},Training", f"6,{_text(2)},PublicTest"))
    assert table.pixels.dtype == np.uint8
    assert (table.pixels == [_pixels(1), _pixels(2)]).all()
    assert table.rows.to_numpy().tolist() == [
        ["0", "Training", "faces.csv line 2", ""],
        ["6", "PublicTest", "faces.csv line 3", ""],
    ]


def test_columns_may_stand_in_another_order_with_spaces_and_a_byte_order_mark(write):
    table = read_pixel_table(write(f"0, Training, {_text(1)}", head="\ufeffemotion, Usage, pixels"))
    assert table.rows.loc[0, ["emotion", "usage"]].tolist() == ["0", "Training"]
    assert (table.pixels[0] == _pixels(1)).all()


def test_pixels_may_stand_alone(write):
    table = read_pixel_table(write(_text(1), head="pixels"))
    assert table.rows.loc[0, ["emotion", "usage"]].tolist() == ["", ""]


@pytest.mark.parametrize(
    ("pixels", "fault"),
    [
        (_text(1) + " 5", "not 2,304 pixels"),
        (_text(1).rpartition(" ")[0], "not 2,304 pixels"),
        ("", "not 2,304 pixels"),
        (_text(1).rpartition(" ")[0] + " 256", "outside 0 to 255"),
        (_text(1).rpartition(" ")[0] + " -1", "outside 0 to 255"),
        (_text(1).rpartition(" ")[0] + " 1e400", "not whole numbers"),
        (_text(1).rpartition(" ")[0] + " 1.5", "not whole numbers"),
        ("a face", "not whole numbers"),
    ],
)
def test_a_faulty_row_is_marked_and_counted(write, pixels, fault):
    table = read_pixel_table(write(f"0,{_text(1)},Training", f"1,{pixels},Training", f"2,{_text(3)},Training"))
    assert [bool(one) for one in table.rows["fault"]] == [False, True, False]
    (tally,) = [tally for tally in table.tallies if tally.n]
    assert fault in tally.what
    assert tally.examples == ("faces.csv line 3",)
    assert (table.pixels[2] == _pixels(3)).all()


def test_blank_lines_are_no_rows(write):
    table = read_pixel_table(write(f"0,{_text(1)},Training", "", f"1,{_text(2)},Training", ""))
    assert table.rows["source"].tolist() == ["faces.csv line 2", "faces.csv line 4"]


def test_more_rows_than_are_read_at_a_time(write):
    table = read_pixel_table(write(*(f"{row % 7},{row % 256},Training" for row in range(5_000))))
    assert len(table.rows) == len(table.pixels) == 5_000
    assert table.rows["source"].iloc[-1] == "faces.csv line 5001"


def test_a_face_is_given_with_three_equal_channels(write):
    load = read_pixel_table(write(f"0,{_text(1)},x", f"0,{_text(2)},x")).loader(["b"], [1])
    assert (load("b") == _pixels(2)[..., None]).all()
    assert (load("b").shape, load("b").dtype) == ((48, 48, 3), np.uint8)


def test_what_is_no_table_of_pixels_is_refused(write, tmp_path):
    with pytest.raises(InputError, match="pixels"):
        read_pixel_table(write("1,2", head="a,b"))
    with pytest.raises(SourceError, match="cannot be read"):
        read_pixel_table(tmp_path / "away.csv")
    (tmp_path / "faces.csv").write_text("")
    with pytest.raises(SourceError, match="cannot be read"):
        read_pixel_table(tmp_path / "faces.csv")


def test_a_table_without_rows_holds_no_face(write):
    table = read_pixel_table(write())
    assert (len(table.rows), table.pixels.shape) == (0, (0, 48, 48))
