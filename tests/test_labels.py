import pytest
from hypothesis import given
from hypothesis import strategies as st

from fercore.errors import InputError, UnknownNameError
from fercore.labels import EXPRESSIONS, Condition, LabelSet, Pair, canonical_label

words = st.lists(st.text("abcdefghij", min_size=1, max_size=6), min_size=2, max_size=9, unique=True)


def test_the_papers_label_set_has_28_pairs_and_56_conditions_in_order():
    labels = LabelSet()
    assert labels.names == EXPRESSIONS
    assert len(labels.pairs) == 28
    assert len(labels.conditions) == 56
    assert labels.pairs[0] == Pair("neutral", "happy")
    assert labels.conditions[0] == Condition("neutral", "happy")
    assert labels.conditions[7] == Condition("happy", "neutral")


@given(words)
def test_every_condition_belongs_to_exactly_one_pair(names):
    labels = LabelSet(tuple(names))
    n = len(names)
    assert len(labels.pairs) == n * (n - 1) // 2
    pairs = [labels.pair(c.true_label, c.false_label) for c in labels.conditions]
    assert all(pairs.count(pair) == 2 for pair in labels.pairs)


@given(words, st.data())
def test_a_written_pair_reads_back_in_either_order(names, data):
    labels = LabelSet(tuple(names))
    pair = data.draw(st.sampled_from(labels.pairs))
    assert labels.parse_pair(str(pair)) == pair
    assert labels.parse_pair(f"{pair.second}-{pair.first}") == pair


@pytest.mark.parametrize(("written", "word"), [("Happiness", "happy"), (" angry", "anger"), ("smug", "smug")])
def test_synonyms_of_data_sets_become_our_words(written, word):
    assert canonical_label(written) == word


@pytest.mark.parametrize("names", [("a",), ("a", "a"), ("a b", "c"), ("A", "b"), ("a-b", "c"), ("", "c")])
def test_label_sets_that_cannot_be_written_are_refused(names):
    with pytest.raises(InputError):
        LabelSet(names)


def test_an_unknown_label_is_answered_with_the_nearest():
    with pytest.raises(UnknownNameError, match="Did you mean 'surprise'"):
        LabelSet().index("suprise")


def test_a_pair_needs_two_labels():
    with pytest.raises(InputError, match="two different labels"):
        LabelSet().pair("sad", "sad")
    with pytest.raises(InputError, match="not a pair"):
        LabelSet().parse_pair("sad")
