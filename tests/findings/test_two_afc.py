import numpy as np
import pytest

from fercore.comparison.error_consistency import error_consistency
from fercore.comparison.intervals import wilson
from fercore.comparison.sensitivity import d_prime_2afc
from fercore.errors import MissingError
from fercore.findings.faces import face_table
from fercore.findings.two_afc import BLURRED, FULL, PEOPLE, REVEALED, SEEING, VOTERS, two_afc_part, two_afc_table
from fercore.study import Study
from fercore.study.seeing import seeing_key


@pytest.fixture
def margins(full):
    """Answers with what people saw, made up: as clear for trials as for images, wrong about one time in three."""
    run, rng = full.run(), np.random.default_rng(3)
    found = {
        "blurred": rng.normal(0.2, 1, len(full.plan)).astype(np.float32),
        "revealed": rng.normal(0.5, 1, len(full.kept_trials)).astype(np.float32),
    }
    full.maps_store.put(seeing_key(full, run, "accuracy-90"), found)
    return found


@pytest.fixture
def table(full, margins, settings):
    return two_afc_table(Study(full.folder), full.run(), settings).set_index(["observer", "seeing"])


def test_everybody_who_answered_has_a_row(table):
    assert set(table.index) == {
        (PEOPLE, REVEALED), (VOTERS, FULL), ("accuracy-90", FULL), ("accuracy-90", BLURRED), ("accuracy-90", REVEALED),
        ("multiclass", FULL),
    }  # fmt: skip


def test_networks_on_full_images_are_the_classifiers_of_each_images_pair(full, table):
    right = face_table(full, full.run())["network_right"].astype(float)
    row = table.loc[("accuracy-90", FULL)]
    assert row["accuracy"] == pytest.approx(right.mean())
    assert (row["ci_low"], row["ci_high"]) == pytest.approx(wilson(int(right.sum()), len(right)))
    assert row["d_prime"] == pytest.approx(d_prime_2afc(int(right.sum()), len(right)).d_prime)


def test_with_what_people_had_uncovered_networks_are_held_against_the_same_trial(full, table, margins):
    right = (margins["revealed"] > 0).astype(float)
    row = table.loc[("accuracy-90", REVEALED)]
    assert row["accuracy"] == pytest.approx(right.mean())
    assert row["ci_low"] < row["accuracy"] < row["ci_high"]
    kappas = []
    for person in full.exclusion.kept:
        own = (full.kept_trials["participant"] == person).to_numpy()
        kappas.append(error_consistency(right[own], full.kept_trials["correct"][own].to_numpy(float)).kappa)
    assert row["kappa"] == pytest.approx(np.mean(kappas))
    assert row["n_kappas"] == len(kappas)


def test_people_are_held_against_each_other(full, table):
    n = len(full.exclusion.kept)
    assert 0 < table.loc[(PEOPLE, REVEALED), "n_kappas"] <= n * (n - 1) / 2
    assert table.loc[(PEOPLE, REVEALED), "accuracy"] == pytest.approx(full.kept_trials["correct"].mean())


def test_votes_decide_between_the_two_labels_of_an_image(table):
    assert table.loc[(VOTERS, FULL), "accuracy"] == 1.0  # seven votes against one


def test_the_report_has_every_condition_of_seeing_or_none(full, margins, settings):
    part = two_afc_part(Study(full.folder), full.run(), settings)
    assert all(tuple(by_seeing) == SEEING for by_seeing in part.values())
    assert part[PEOPLE][FULL] is None
    assert part["accuracy-90"][BLURRED]["accuracy"] == pytest.approx((margins["blurred"] > 0).mean())
    assert part["multiclass"][REVEALED] is None


def test_pairs_that_were_not_trained_do_not_answer(bare, fill, settings):
    study = fill(bare, run="some", missing=("happy-sad",))
    row = two_afc_table(study, study.run("some"), settings).set_index(["observer", "seeing"]).loc[("accuracy-90", FULL)]
    asked = ~study.plan[["true_label", "false_label"]].isin(["happy", "sad"]).all(axis=1)
    assert row["n"] == asked.sum()


def test_without_anybody_there_is_nothing(bare, settings):
    with pytest.raises(MissingError, match="Nobody has answered"):
        two_afc_table(bare, None, settings)
