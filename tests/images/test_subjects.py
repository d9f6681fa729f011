import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fercore.images.subjects import divide_by_subject


def _index(rows):
    index = pd.DataFrame(rows, columns=["subject", "label"], dtype=str)
    return index.assign(key=index.index.astype(str))


rows = st.lists(st.tuples(st.sampled_from("abcdefgh"), st.sampled_from("xyz")), min_size=1, max_size=40)


@given(rows, st.integers(0, 5))
def test_nobody_is_in_two_splits_and_training_keeps_every_label(people, seed):
    index, _ = divide_by_subject(_index(people), seed)
    assert index.groupby("subject")["split"].nunique().max() == 1
    assert set(index["split"]) <= {"train", "validation"}
    assert set(index.loc[index["split"] == "train", "label"]) == {label for _, label in people}


@given(rows, st.integers(0, 5))
def test_the_order_of_rows_does_not_matter(people, seed):
    index = _index(people)
    first, _ = divide_by_subject(index, seed)
    second, _ = divide_by_subject(index[::-1], seed)
    assert first["split"].to_dict() == second["split"].to_dict()


def test_every_label_comes_to_validation_where_two_subjects_show_it():
    people = [(f"s{n}", label) for n in range(40) for label in "abc" if label == "a" or n % 3 == 0]
    index, tallies = divide_by_subject(_index(people), 0)
    share = (index["split"] == "validation").groupby(index["label"]).mean()
    assert ((share > 0.1) & (share < 0.3)).all()
    assert [tally.n for tally in tallies] == [40, index.loc[index["split"] == "validation", "subject"].nunique()]


def test_a_label_of_one_subject_stays_in_training():
    index, _ = divide_by_subject(_index([("one", "rare"), ("one", "x"), ("two", "x"), ("three", "x")]), 0)
    assert index.loc[index["subject"] == "one", "split"].unique().tolist() == ["train"]


@pytest.mark.parametrize("seed", [0, 1])
def test_the_seed_decides(seed):
    people = _index([(f"s{n}", "ab"[n % 2]) for n in range(30)])
    first, _ = divide_by_subject(people, seed)
    other, _ = divide_by_subject(people, seed + 7)
    assert first["split"].tolist() != other["split"].tolist()
