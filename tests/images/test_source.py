import pandas as pd
import pytest

from fercore.errors import SourceError, UnknownNameError
from fercore.images.source import choose_labels, settle_splits
from fercore.labels import LabelSet


def _index(**splits):
    """{split: labels}, one image per letter: h happy, s sad."""
    words = {"h": "happy", "s": "sad"}
    rows = [
        (f"{split}{i}", words[letter], split if split != "none" else "", f"{split}{i}.png")
        for split, letters in splits.items()
        for i, letter in enumerate(letters)
    ]
    return pd.DataFrame(rows, columns=["key", "label", "split", "source"], dtype=str)


def test_a_test_split_beside_a_validation_split_is_kept_apart():
    index, tallies = settle_splits(_index(train="hs", validation="hs", test="hss"), seed=0)
    assert index["split"].tolist() == ["train"] * 2 + ["validation"] * 2
    assert [(tally.kind, tally.n) for tally in tallies] == [("left out", 3)]


def test_a_test_split_serves_as_validation_where_there_is_no_other():
    index, tallies = settle_splits(_index(train="hs", test="hss"), seed=0)
    assert index["split"].tolist() == ["train"] * 2 + ["validation"] * 3
    assert [(tally.kind, tally.n) for tally in tallies] == [("note", 3)]


@pytest.mark.parametrize("only", ["none", "train", "validation", "test"])
def test_without_two_splits_each_label_is_divided_by_seed(only):
    whole = _index(**{only: "h" * 40 + "s" * 20})
    index, _ = settle_splits(whole, seed=1)
    validation = index[index["split"] == "validation"]
    assert validation["label"].value_counts().to_dict() == {"happy": 6, "sad": 3}
    assert set(index["split"]) == {"train", "validation"}
    again, _ = settle_splits(whole.sample(frac=1, random_state=5), seed=1)
    assert set(again.loc[again["split"] == "validation", "key"]) == set(validation["key"])
    other, _ = settle_splits(whole, seed=2)
    assert set(other.loc[other["split"] == "validation", "key"]) != set(validation["key"])


def test_a_label_with_one_image_keeps_it_for_training():
    index, _ = settle_splits(_index(none="hss"), seed=0)
    assert index.loc[index["label"] == "happy", "split"].tolist() == ["train"]


def test_labels_that_occur_come_in_the_order_of_the_paper_then_by_alphabet():
    index = pd.DataFrame({"key": list("abcd"), "label": ["zeal", "sad", "awe", "happy"]})
    label_set, kept, others = choose_labels(index, None)
    assert label_set.names == ("happy", "sad", "awe", "zeal")
    assert (len(kept), others.n) == (4, 0)


def test_labels_that_nobody_asked_for_are_left_out_and_counted():
    label_set, kept, others = choose_labels(_index(train="hhss"), LabelSet(("sad", "happy")))
    assert (label_set.names, len(kept), others.n) == (("sad", "happy"), 4, 0)
    index = pd.concat(
        [_index(train="hs"), pd.DataFrame({"key": ["x"], "label": ["fear"], "split": ["train"], "source": ["x.png"]})]
    )
    _, kept, others = choose_labels(index, LabelSet(("happy", "sad")))
    assert (kept["label"].tolist(), others.n, others.examples) == (["happy", "sad"], 1, ("x",))


def test_a_label_without_images_names_the_nearest_one():
    with pytest.raises(UnknownNameError, match="Did you mean 'happy'"):
        choose_labels(_index(train="hs"), LabelSet(("hapy", "sad")))


def test_no_image_at_all_is_an_empty_study():
    with pytest.raises(SourceError, match="empty"):
        choose_labels(_index(), None)
