from itertools import combinations

import numpy as np
import pytest

from fercore.comparison.error_consistency import error_consistency, mean_kappa
from fercore.errors import MissingError
from fercore.findings.consistency import MAJORITY, ONE_BY_ONE, consistency_part, majority_right
from fercore.findings.faces import face_table
from fercore.findings.observer_groups import SINGLE_VOTERS, answers_of_people, network_right
from fercore.findings.responses import responses


@pytest.fixture
def rows(full, settings):
    return {(row["a"], row["b"]): row for row in consistency_part(full, full.run(), settings)}


def test_every_regime_meets_people_and_the_others_and_people_each_other(rows):
    assert list(rows) == [
        ("accuracy-90", MAJORITY), ("accuracy-90", ONE_BY_ONE), ("multiclass", MAJORITY), ("multiclass", ONE_BY_ONE),
        (ONE_BY_ONE, ONE_BY_ONE), ("accuracy-90", SINGLE_VOTERS), ("multiclass", SINGLE_VOTERS),
        (ONE_BY_ONE, SINGLE_VOTERS), (SINGLE_VOTERS, SINGLE_VOTERS), ("accuracy-90", "multiclass"),
    ]  # fmt: skip


def test_kappas_are_those_of_the_answers(rows, full):
    people = answers_of_people(full)
    network = face_table(full, full.run(), "accuracy-90")["network_right"].astype(float).to_numpy()
    np.testing.assert_array_equal(network, network_right(full, full.run(), "accuracy-90"))
    assert rows["accuracy-90", ONE_BY_ONE]["kappa"] == pytest.approx(mean_kappa(network, people))
    majority = rows["accuracy-90", MAJORITY]
    assert majority["kappa"] == pytest.approx(error_consistency(network, majority_right(people)).kappa)
    assert majority["n_pairs"] == 1
    pairs = [error_consistency(a, b).kappa for a, b in combinations(people, 2)]
    assert rows[ONE_BY_ONE, ONE_BY_ONE]["kappa"] == pytest.approx(np.nanmean(pairs))
    assert rows[ONE_BY_ONE, ONE_BY_ONE]["n_pairs"] == np.isfinite(pairs).sum()


def test_the_score_is_kappa_over_that_of_people(rows):
    row, among = rows["accuracy-90", ONE_BY_ONE], rows[ONE_BY_ONE, ONE_BY_ONE]
    assert row["score"] == pytest.approx(row["kappa"] / among["kappa"])
    assert row["score_ci"].low < row["score"] < row["score_ci"].high
    assert np.isnan([among["score"], rows["accuracy-90", MAJORITY]["score"]]).all()


def test_networks_without_people_meet_each_other(bare, fill, settings):
    study = fill(bare, run="alone")
    assert [(row["a"], row["b"]) for row in consistency_part(study, study.run(), settings)] == [
        ("accuracy-90", "multiclass")
    ]


def test_people_without_networks_meet_each_other(bare, fill, settings):
    study = fill(bare, people=5)
    assert [row["a"] for row in consistency_part(study, None, settings)] == [ONE_BY_ONE]


def test_images_of_untrained_pairs_are_left_out(bare, fill, settings):
    study = fill(bare, people=5, run="partial", regimes=("epochs-2",), missing=("sad-fear",))
    row = consistency_part(study, study.run(), settings)[1]
    pair = study.plan[["true_label", "false_label"]].apply(set, axis=1)
    assert row["n"] == (pair != {"sad", "fear"}).sum() < len(study.plan)


def test_nobody_is_missing(bare, settings):
    with pytest.raises(MissingError, match="no two observers"):
        consistency_part(bare, None, settings)


def test_a_tied_majority_is_no_answer():
    people = np.array([[1, 1, 0, np.nan], [1, 0, 0, np.nan], [0, np.nan, np.nan, np.nan]])
    np.testing.assert_array_equal(majority_right(people), [1, np.nan, 0, np.nan])


def test_few_images_are_warned_of(rows):
    assert all(row["warning"].startswith("Only 24 shared images: below 70") for row in rows.values())


def test_votes_take_the_place_of_people_where_there_are_none(voted, fill, settings):
    study = fill(voted, run="one")
    found = {(row["a"], row["b"]): row for row in consistency_part(study, study.run(), settings)}
    assert list(found) == [
        ("accuracy-90", SINGLE_VOTERS), ("multiclass", SINGLE_VOTERS), (SINGLE_VOTERS, SINGLE_VOTERS),
        ("accuracy-90", "multiclass"),
    ]  # fmt: skip
    right = network_right(study, study.run(), "multiclass")
    row = found["multiclass", SINGLE_VOTERS]  # seven votes of eight are right on every image
    assert row["observed"] == pytest.approx(np.mean(np.where(right, 7 / 8, 1 / 8)))
    assert row["kappa"] == pytest.approx(0)
    assert found[SINGLE_VOTERS, SINGLE_VOTERS]["observed"] == pytest.approx(7 * 6 / (8 * 7))


def test_groups_of_people_meet_networks_each(bare, fill, settings):
    study = fill(bare, people=6, run="one")
    named = study.trials.assign(
        group=np.where(study.trials["participant"] < sorted(study.exclusion.kept)[3], "early", "late")
    )
    study.trial_store.add(named, replace=True)
    study = fill(study)
    found = {(row["a"], row["b"]): row for row in consistency_part(study, study.run(), settings)}
    early, late = (f"people: {name}, one by one" for name in ("early", "late"))
    assert {("multiclass", early), ("multiclass", late), (early, early), (late, late)} <= set(found)
    counts = [found["multiclass", group]["n_pairs"] for group in (early, late)]
    assert sum(counts) == found["multiclass", ONE_BY_ONE]["n_pairs"]


def test_answers_among_all_labels_are_compared_too(answers, settings):
    found = {(row["a"], row["b"]): row for row in consistency_part(answers, None, settings)}
    assert list(found) == [("resnet50", MAJORITY), ("resnet50", ONE_BY_ONE), (ONE_BY_ONE, ONE_BY_ONE)]
    of_everybody = responses(answers, settings)
    for row, expected in (
        (found[ONE_BY_ONE, ONE_BY_ONE], of_everybody.among_people),
        (found["resnet50", ONE_BY_ONE], of_everybody.near_people["resnet50"]),
    ):
        assert (row["n"], row["kappa"], row["ci"]) == (10, expected.kappa, expected.ci)
    # within clear (1111100110 and 1111010100, conftest): observed .8 and expected .8, within noisy .6 and .52
    assert found[ONE_BY_ONE, ONE_BY_ONE]["observed"] == pytest.approx((0.8 + 0.6) / 2)
