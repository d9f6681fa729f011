import numpy as np
import pytest

from fercore.errors import InputError
from fercore.findings.answer_files import compare_answers, read_answers
from fercore.settings import ComparisonSettings


@pytest.fixture
def write(tmp_path):
    def _write(name, text):
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        return path

    return _write


def test_the_three_forms_say_the_same(write):
    forms = (
        "image,correct,rt\nx1.png,1,500\nx2.png,0,300\nx3.png,,\n",
        "true_label,image,response\nsad,x1.png,sad\nfear,x2.png,sad\nfear,x3.png,\n",
        "subj,imagename,object_response,category\ns1,0001_cl_s01_x1.png,dog,dog\n"
        "s1,0002_cl_s01_x2.png,cat,dog\ns1,0003_cl_s01_x3.png,,dog\n",
    )
    for number, text in enumerate(forms):
        answers = read_answers(write(f"{number}.csv", text))
        assert answers.index.tolist() == ["x1.png", "x2.png", "x3.png"]
        np.testing.assert_array_equal(answers.to_numpy(), [1, 0, np.nan])


def test_names_of_imagenet_keep_their_synset(write):
    text = "imagename,object_response,category\n0000_cl_s01_bw_boat_40_n02951358_5952.JPEG,boat,boat\n"
    assert read_answers(write("a.csv", text)).index.tolist() == ["n02951358_5952.JPEG"]


def test_a_label_called_na_is_an_answer(write):
    assert read_answers(write("a.csv", "image,response,true_label\nx,NA,NA\n")).tolist() == [1]


@pytest.mark.reference("error_consistency", "main.n", "main.kappa", "main.se_jackknife", "main.ci_*_analytic")
def test_images_are_matched_by_name_and_numbers_equal_those_of_r(write, reference, close):
    case = reference("error_consistency")
    table, expected = case.table(), case.expected["main"]
    a = write("a.csv", table[["image", "correct_a"]].set_axis(["image", "correct"], axis=1).to_csv(index=False))
    shuffled = table.sample(frac=1, random_state=1)[["image", "correct_b"]].set_axis(["image", "correct"], axis=1)
    b = write("b.csv", shuffled.to_csv(index=False) + "other,1\n")
    found = compare_answers(a, b, ComparisonSettings())
    assert found["n"] == expected["n"]
    assert found["kappa"] == close(expected["kappa"])
    assert found["se_jackknife"] == close(expected["se_jackknife"])
    assert found["ci_analytic"] == (close(expected["ci_low_analytic"]), close(expected["ci_high_analytic"]))
    assert found["warning"] == ""


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("image,right\nx,1\n", "It needs image, correct or image, response, true_label"),
        ("image,correct\nx,1\nx,0\n", "image 'x' more than once"),
        ("image,correct\nx,1\ny,maybe\n", "correct = 'maybe' in line 3"),
        ("", "cannot be read as CSV"),
    ],
)
def test_files_that_cannot_be_used_are_refused_in_one_sentence(write, text, words):
    with pytest.raises(InputError, match=words):
        read_answers(write("bad.csv", text))


def test_a_missing_file_and_files_without_a_shared_image_are_refused(write, tmp_path):
    with pytest.raises(InputError, match="No such file"):
        read_answers(tmp_path / "none.csv")
    a, b = write("a.csv", "image,correct\nx,1\n"), write("b.csv", "image,correct\ny,1\n")
    with pytest.raises(InputError, match="no answered image in common"):
        compare_answers(a, b, ComparisonSettings())


def test_the_same_image_in_two_conditions_is_answered_twice(write):
    header = "subj,condition,imagename,object_response,category\n"
    a = write(
        "a.csv", header + "s,clear,x.png,cat,cat\ns,noisy,x.png,dog,cat\ns,clear,y.png,cat,cat\ns,noisy,y.png,cat,cat\n"
    )
    b = write("b.csv", "image,seeing,correct\nx.png,noisy,0\ny.png,clear,1\nx.png,clear,1\nz.png,clear,1\n")
    found = compare_answers(a, b, ComparisonSettings())
    assert found["n"] == 3  # x twice, y clear
    assert (found["observed"], found["kappa"]) == (1, 1)
    far = write("far.csv", "image,condition,correct\nx.png,dark,0\n")
    with pytest.raises(InputError, match="no answered image in common in the same condition"):
        compare_answers(a, far, ComparisonSettings())
    twice = write("twice.csv", "image,condition,correct\nx.png,dark,0\nx.png,dark,0\n")
    with pytest.raises(InputError, match=r"'x.png' more than once in one condition\..*one row per image and condition"):
        read_answers(twice)


def test_one_file_without_conditions_is_matched_by_image_where_that_is_clear(write):
    once = write("once.csv", "image,condition,correct\nx,clear,1\ny,noisy,0\n")
    plain = write("plain.csv", "image,correct\ny,0\nx,1\n")
    for pair in ((once, plain), (plain, once)):
        assert compare_answers(*pair, ComparisonSettings())["kappa"] == 1
    several = write("several.csv", "image,condition,correct\nx,clear,1\nx,noisy,0\n")
    with pytest.raises(
        InputError, match=r"'several.csv' has image 'x' in several conditions, and 'plain.csv' does not say"
    ):
        compare_answers(plain, several, ComparisonSettings())
