import csv
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from fercore.errors import MissingError, UnknownNameError
from fercore.labels import LabelSet
from fercore.machines.votes import VOTING_RULES, multiclass_two_afc, predict, two_afc, vote

ORACLE = Path(__file__).parents[1] / "reference" / "votes"
EIGHT = LabelSet()
THREE = LabelSet(("neutral", "happy", "sad"))
logits_of_three = arrays(np.float64, (5, 3, 2), elements=st.integers(-8, 8).map(lambda i: i / 2))


def _read(name):
    with (ORACLE / name).open() as file:
        rows = list(csv.DictReader(file))
    true, false = [row.pop("true_label") for row in rows], [row.pop("false_label") for row in rows]
    return rows, true, false


@pytest.fixture(scope="module")
def ensemble():
    rows, true, false = _read("input_outputs.csv")
    logits = [[[float(r[f"{p.first}|{p.second}|{label}"]) for label in p] for p in EIGHT.pairs] for r in rows]
    return np.array(logits), true, false


@pytest.fixture
def expected(reference):
    return reference("votes").expected


@pytest.mark.reference("votes", "{entry}.*")
@pytest.mark.parametrize(
    ("rule", "entry"), [("simple", "simple"), ("weighted", "weighted_logit"), ("weighted-softmax", "weighted_softmax")]
)
def test_votes_are_those_of_the_reference(ensemble, expected, rule, entry):
    logits, true, _ = ensemble
    result, reference = vote(logits, EIGHT, rule), expected[entry]
    winners = [EIGHT.names[i] for i in result.winners]
    assert winners == reference["winners"]
    assert (result.n_tied, result.n_still_tied) == (reference["n_tied_votes"], reference["n_tied_after_softmax"])
    assert np.mean([a == b for a, b in zip(winners, true, strict=True)]) == pytest.approx(
        reference["accuracy"], rel=1e-8
    )
    np.testing.assert_allclose(result.votes[0], reference["votes_of_first_image"], rtol=1e-8)


@pytest.mark.reference("votes", "n_undecided_classifiers")
def test_undecided_classifiers_are_those_of_the_reference(ensemble, expected):
    logits = ensemble[0]
    assert int((logits[..., 0] == logits[..., 1]).sum()) == expected["n_undecided_classifiers"]


@pytest.mark.reference("votes", "two_afc_ensemble.*")
def test_two_alternatives_are_those_of_the_reference(ensemble, expected):
    logits, true, false = ensemble
    correct, reference = two_afc(logits, EIGHT, true, false), expected["two_afc_ensemble"]
    assert correct.astype(int).tolist() == reference["correct"]
    assert correct.mean() == pytest.approx(reference["accuracy"], rel=1e-8)
    both_ways = correct.astype(int) + two_afc(logits, EIGHT, false, true)  # a tie is wrong either way
    assert (both_ways == 0).sum() == reference["n_ties"]


@pytest.mark.reference("votes", "two_afc_probabilities.*")
def test_two_alternatives_of_a_multiclass_network_are_those_of_the_reference(expected):
    rows, true, false = _read("input_probabilities.csv")
    outputs = np.array([[float(row[label]) for label in EIGHT] for row in rows])
    correct, reference = multiclass_two_afc(outputs, EIGHT, true, false), expected["two_afc_probabilities"]
    assert correct.astype(int).tolist() == reference["correct"]
    assert correct.mean() == pytest.approx(reference["accuracy"], rel=1e-8)
    both_ways = correct.astype(int) + multiclass_two_afc(outputs, EIGHT, false, true)
    assert (both_ways == 0).sum() == reference["n_ties"]
    right = predict(outputs) == [EIGHT.index(label) for label in true]
    assert right.mean() == pytest.approx(reference["accuracy_8way"], rel=1e-8)


@settings(deadline=None)
@given(logits_of_three)
@pytest.mark.parametrize("rule", VOTING_RULES.names())
def test_every_classifier_votes_once_and_somebody_with_most_votes_wins(rule, logits):
    result = vote(logits, THREE, rule)
    np.testing.assert_allclose(result.votes.sum(axis=1), VOTING_RULES.get(rule)(logits).sum(axis=1), atol=1e-9)
    won = result.votes[np.arange(len(logits)), result.winners]
    np.testing.assert_allclose(won, result.votes.max(axis=1), atol=2e-9)
    assert 0 <= result.n_still_tied <= result.n_tied <= len(logits)


@settings(deadline=None)
@given(logits_of_three)
def test_without_ties_the_order_of_the_labels_makes_no_difference(logits):
    turned = LabelSet(THREE.names[::-1])
    columns = [THREE.pairs.index(THREE.pair(*pair)) for pair in turned.pairs]
    there, back = vote(logits, THREE, "weighted"), vote(logits[:, columns, ::-1], turned, "weighted")
    equal_outputs = (logits[..., 0] == logits[..., 1]).any()
    if there.n_still_tied == 0 and not equal_outputs:
        assert [THREE.names[i] for i in there.winners] == [turned.names[i] for i in back.winners]


@settings(deadline=None)
@given(arrays(np.float64, (6, 1, 2), elements=st.integers(-4, 4).map(float)))
def test_of_two_labels_the_one_classifier_decides(logits):
    two = LabelSet(("happy", "sad"))
    np.testing.assert_array_equal(vote(logits, two).winners, (logits[:, 0, 0] < logits[:, 0, 1]).astype(int))


def test_an_ensemble_without_all_its_members_does_not_vote():
    logits = np.zeros((2, 3, 2))
    logits[:, 1] = np.nan
    with pytest.raises(MissingError, match="neutral-sad"):
        vote(logits, THREE)
    assert two_afc(logits, THREE, ["happy", "sad"], ["neutral", "happy"]).tolist() == [False, False]
    with pytest.raises(MissingError, match="neutral-sad"):
        two_afc(logits, THREE, ["happy", "sad"], ["neutral", "neutral"])


def test_an_unknown_rule_is_named():
    with pytest.raises(UnknownNameError, match="'loud'"):
        vote(np.zeros((1, 3, 2)), THREE, "loud")
