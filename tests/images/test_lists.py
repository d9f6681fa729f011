import pandas as pd
import pytest

from fercore.errors import InputError, SourceError
from fercore.images.lists import keep_first, read_list, refuse_lines, whole_numbers


@pytest.fixture
def write(tmp_path):
    def write(text, encoding="utf-8"):
        (tmp_path / "list.csv").write_text(text, encoding=encoding)
        return tmp_path / "list.csv"

    return write


def test_cells_are_text_without_spaces_and_rows_are_known_by_their_line(write):
    table = read_list(write("a, b ,c\n1, x ,9\n\n002,y\n"), ("b", "a"))
    assert table.columns.tolist() == ["b", "a"]
    assert table.index.tolist() == [2, 4]
    assert table.loc[4].tolist() == ["y", "002"]


def test_a_byte_order_mark_is_no_part_of_a_name(write):
    assert read_list(write("a,b\n1,2\n", "utf-8-sig"), ("a",))["a"].tolist() == ["1"]


def test_a_list_without_header_counts_from_its_first_line(write):
    table = read_list(write("x.jpg 5\ny.jpg\n"), ("name", "code"), names=("name", "code"), separator=" ")
    assert table.to_dict("index") == {1: {"name": "x.jpg", "code": "5"}, 2: {"name": "y.jpg", "code": ""}}


def test_words_for_nothing_stay_words(write):
    assert read_list(write("a,b\nNULL,NA\n"), ("a", "b")).loc[2].tolist() == ["NULL", "NA"]


def test_a_missing_column_is_named(write):
    with pytest.raises(InputError, match=r"lacks the column\(s\) c"):
        read_list(write("a,b\n1,2\n"), ("a", "c"))


@pytest.mark.parametrize("text", ["", 'a,b\n1,"2\n'])
def test_what_is_no_table_is_refused(write, text):
    with pytest.raises(SourceError, match=r"list\.csv"):
        read_list(write(text), ("a", "b"))


def test_a_missing_file_is_refused(tmp_path):
    with pytest.raises(SourceError, match="away"):
        read_list(tmp_path / "away.csv", ("a",))


@pytest.mark.parametrize("value", ["x", "1.5", "", "inf", "nan"])
def test_what_is_no_whole_number_is_named_with_its_line(write, value):
    path = write(f"a,b\n1,2\n3,{value}\n")
    with pytest.raises(SourceError, match="line 3"):
        whole_numbers(read_list(path, ("a", "b"))["b"], path)


def test_whole_numbers(write):
    path = write("a\n7\n-2.0\n")
    assert whole_numbers(read_list(path, ("a",))["a"], path).to_dict() == {2: 7, 3: -2}


def test_a_message_names_ten_lines_and_counts_all(write):
    path = write("a\n" + "x\n" * 15)
    cells = read_list(path, ("a",))["a"]
    with pytest.raises(SourceError, match=r"line 2, .*, 11 \.\.\.; 15 in all"):
        refuse_lines(cells, cells == "x", path, "is x")


def test_the_first_row_of_a_face_is_kept_and_the_others_are_counted():
    rows = pd.DataFrame({"name": list("aabbc"), "label": ["x", "x", "x", "y", "y"], "source": list("12345")})
    kept, (equal, conflicting) = keep_first(rows, ["name"], "the same")
    assert kept.to_numpy().tolist() == [["a", "x", "1"], ["b", "x", "3"], ["c", "y", "5"]]
    assert (equal.examples, conflicting.examples) == (("2",), ("4",))
