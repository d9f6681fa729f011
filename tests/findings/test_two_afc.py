import math
from statistics import NormalDist

import numpy as np
import pytest

from fercore.comparison.crossed_bootstrap import bootstrap_crossed_mean
from fercore.comparison.error_consistency import error_consistency
from fercore.comparison.intervals import wilson
from fercore.comparison.mean_consistency import mean_consistency
from fercore.comparison.resamples import draw_images
from fercore.comparison.sensitivity import d_prime_2afc
from fercore.errors import MissingError
from fercore.findings.faces import face_table
from fercore.findings.observer_groups import PEOPLE, SINGLE_VOTERS, VOTERS, answers_of_people
from fercore.findings.two_afc import BLURRED, FULL, REVEALED, SEEING, two_afc_part, two_afc_table
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
        (PEOPLE, REVEALED), (VOTERS, FULL), (SINGLE_VOTERS, FULL), ("accuracy-90", FULL), ("accuracy-90", BLURRED),
        ("accuracy-90", REVEALED), ("multiclass", FULL),
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
    assert row["kappa_low"] < row["kappa"] < row["kappa_high"]


def test_the_interval_of_kappa_draws_images_with_all_their_trials(full, table, margins, settings):
    trials = full.kept_trials.assign(network=margins["revealed"] > 0)
    wide = {c: trials.pivot(index="participant", columns="image", values=c) for c in ("network", "correct")}
    a, b = (wide[c].reindex(columns=list(full.plan["image"])).astype(float).to_numpy() for c in ("network", "correct"))
    draws = draw_images(len(full.plan), np.random.default_rng(settings.seed), settings.n_bootstrap)
    row = table.loc[("accuracy-90", REVEALED)]
    assert (row["kappa_low"], row["kappa_high"]) == pytest.approx(mean_consistency(a, b, draws).ci)


def test_accuracy_of_people_has_an_interval_over_people_and_images(full, table, settings):
    expected = bootstrap_crossed_mean(
        answers_of_people(full), np.random.default_rng(settings.seed), n_resamples=settings.n_bootstrap
    )
    row = table.loc[(PEOPLE, REVEALED)]
    assert (row["ci_low"], row["ci_high"]) == pytest.approx(expected)


def test_people_are_held_against_each_other(full, table):
    n = len(full.exclusion.kept)
    assert 0 < table.loc[(PEOPLE, REVEALED), "n_kappas"] <= n * (n - 1) / 2
    assert table.loc[(PEOPLE, REVEALED), "accuracy"] == pytest.approx(full.kept_trials["correct"].mean())


def test_votes_decide_between_the_two_labels_of_an_image(table, full):
    assert table.loc[(VOTERS, FULL), "accuracy"] == 1.0  # seven votes against one
    single = table.loc[(SINGLE_VOTERS, FULL)]
    assert (single["accuracy"], single["n"]) == (7 / 8, 8 * len(full.plan))
    assert single["kappa"] == pytest.approx(0)  # on every image the same


def test_the_interval_of_d_prime_is_that_of_accuracy_on_its_scale(table):
    for row in table.to_dict("records"):
        bounds = [
            math.sqrt(2) * NormalDist().inv_cdf(row[f"ci_{end}"]) for end in ("low", "high") if 0 < row[f"ci_{end}"] < 1
        ]
        told = [row[f"d_prime_{end}"] for end in ("low", "high")]
        assert [value for value in told if np.isfinite(value)] == pytest.approx(bounds)
        assert told[0] <= row["d_prime"] <= told[1]


def test_few_answers_and_few_shared_images_are_warned_of(table):
    of_images = table.loc[("accuracy-90", FULL)]
    assert of_images["n_shared"] == of_images["n"] == 24
    assert of_images["warning"].startswith("Only 24 answers: below 70,")
    assert "Only 24 shared images" in of_images["warning"]
    assert "answers" not in table.loc[("accuracy-90", REVEALED), "warning"]  # one for each trial


def test_networks_of_other_runs_stand_beside(bare, fill, settings):
    study = fill(fill(bare, people=4, run="first"), run="second", regimes=("multiclass",), seed=1)
    found = two_afc_table(study, study.run("first"), settings, ("second",)).set_index(["observer", "seeing"])
    alone = two_afc_table(study, study.run("second"), settings).set_index(["observer", "seeing"])
    assert found.loc[("second: multiclass", FULL)].equals(alone.loc[("multiclass", FULL)])
    assert {"multiclass", "second: multiclass"} <= set(two_afc_part(study, study.run("first"), settings))


def test_groups_of_people_have_rows_of_their_own(bare, fill, settings):
    study = fill(bare, people=6)
    named = study.trials.assign(
        group=np.where(study.trials["participant"] < sorted(study.exclusion.kept)[3], "early", "late")
    )
    study.trial_store.add(named, replace=True)
    study = fill(study)
    found = two_afc_table(study, None, settings).set_index("observer")
    for name in ("early", "late"):
        own = study.kept_trials[study.kept_trials["group"] == name]
        row = found.loc[f"people: {name}"]
        assert (row["n"], row["accuracy"]) == (len(own), pytest.approx(own["correct"].mean()))
        n = own["participant"].nunique()
        assert row["n_kappas"] <= n * (n - 1) / 2
    assert found.loc[PEOPLE, "n"] == len(study.kept_trials)


def test_without_people_networks_are_held_against_single_voters(voted, fill, settings):
    study = fill(voted, run="one")
    found = two_afc_table(study, study.run(), settings).set_index(["observer", "seeing"])
    assert found.loc[("multiclass", FULL), "n_kappas"] == 1
    assert found.loc[("multiclass", FULL), "kappa"] == pytest.approx(0)
    assert np.isnan(found.loc[(VOTERS, FULL), "kappa"])


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
