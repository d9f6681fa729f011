import numpy as np
import pytest
from scipy.stats import spearmanr

from fercore.errors import MissingError
from fercore.findings.faces import face_table, margins
from fercore.findings.image_relations import EXPECTED, image_relations, people_among_themselves, per_image_part


def test_each_regimes_margin_is_ranked_against_people(full, settings):
    part = per_image_part(full, full.run(), settings)
    assert list(part) == ["accuracy-90", "multiclass"]
    faces = face_table(full, full.run(), "accuracy-90")
    logits = np.log(faces["network_share"] / (1 - faces["network_share"]))
    np.testing.assert_allclose(margins(full, full.run(), "accuracy-90"), logits, rtol=1e-6)
    row = part["accuracy-90"]["clicks"]
    assert row["r"] == pytest.approx(spearmanr(logits, faces["clicks"]).statistic)
    assert row["ci"].low < row["r"] < row["ci"].high
    assert row["n"] == len(full.plan)
    assert part == per_image_part(full, full.run(), settings)


def test_the_margin_of_a_multiclass_network_is_true_minus_false(full):
    outputs = full.run().outputs("multiclass", "experimental")
    first = full.plan.iloc[0]
    true, false = (full.label_set.index(first[column]) for column in ("true_label", "false_label"))
    assert margins(full, full.run(), "multiclass")[0] == pytest.approx(
        float(outputs[0, true]) - float(outputs[0, false])
    )


def test_people_or_networks_may_be_missing(bare, fill, settings):
    study = fill(bare, run="alone")
    for run in (study.run(), None):
        with pytest.raises(MissingError, match="trials and a run"):
            per_image_part(study, run, settings)


def test_ceilings_are_of_people_among_themselves_with_the_sign_that_is_expected(full, settings):
    table = image_relations(full, full.run(), settings).set_index(["regime", "relation"])
    part = per_image_part(full, full.run(), settings)
    for name, sign in (("accuracy", 1), ("clicks", -1), ("time_s", -1)):
        halves = people_among_themselves(full, name, settings)
        assert table.loc[("multiclass", name), "ceiling"] == pytest.approx(sign * halves.mean)
        assert part["multiclass"][name]["ceiling"] == table.loc[("multiclass", name), "ceiling"]
    assert (table["ceiling"].abs() <= 1).all()


def test_the_score_is_r_over_the_ceiling_with_an_interval_of_the_same_draws(full, settings):
    rows = image_relations(full, full.run(), settings).to_dict("records")
    scored = [row for row in rows if np.isfinite(row["score"])]
    assert scored
    for row in scored:
        assert row["score"] == pytest.approx(row["r"] / row["ceiling"])
        assert row["score_low"] < row["score_high"]
        assert row["ceiling_low"] < row["ceiling"] < row["ceiling_high"]


def test_people_who_do_not_agree_give_no_score(bare, fill, settings):
    study = fill(bare, people=2, run="one")
    trials = study.trials.copy()
    order = trials["image"].rank(method="dense").to_numpy()
    first = (trials["participant"] == trials["participant"].min()).to_numpy()
    trials["decision_time_s"] = np.where(
        first, order, order.max() + 1 - order
    )  # what takes one long takes the other short
    study.trial_store.add(trials, replace=True)
    study = fill(bare)
    own = image_relations(study, study.run(), settings).set_index("relation").loc["time_s"]
    assert not (own["ceiling"] * EXPECTED["time_s"] > 0).any()
    assert own["score"].isna().all()


def test_one_half_against_the_other_is_spearman_over_images(bare, fill, settings):
    study = fill(bare, people=2)
    clicks = study.kept_trials.pivot_table("n_clicks", "participant", "image").to_numpy(float)
    np.testing.assert_allclose(people_among_themselves(study, "clicks", settings).r, spearmanr(*clicks).statistic)


def test_one_person_has_nobody_to_agree_with(bare, fill, settings):
    study = fill(bare, people=1)
    assert len(people_among_themselves(study, "accuracy", settings).r) == 0
