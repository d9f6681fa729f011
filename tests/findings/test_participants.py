import numpy as np
import pytest

from fercore.comparison.reliability import cronbach_alpha
from fercore.errors import MissingError
from fercore.findings.participants import accuracy_model_part, reliability_part, within_participants_part

PARTS = (reliability_part, accuracy_model_part, within_participants_part)


def test_reliability_is_of_means_per_condition(full, settings):
    part = reliability_part(full, None, settings)
    trials = full.kept_trials.assign(correct=lambda t: t["correct"].astype(float))
    scores = trials.pivot_table("correct", "participant", ["true_label", "false_label"]).to_numpy()
    assert part["alpha"] == pytest.approx(cronbach_alpha(scores))
    assert (part["n_participants"], part["n_conditions"]) == scores.shape
    for row in (part, part["clicks"], part["time_s"]):
        assert row["split_half"] <= 1
        assert row["icc2k_ci"].low <= row["icc2k"] <= row["icc2k_ci"].high


def test_the_accuracy_model_is_of_all_kept_trials(full, settings):
    part = accuracy_model_part(full, None, settings)
    assert part["n_trials"] == len(full.kept_trials)
    assert part["n_participants"] == len(full.exclusion.kept)
    assert part["n_images"] == len(full.plan)
    assert part["accuracy_ci"].low < part["accuracy"] < part["accuracy_ci"].high


def test_correlations_within_participants_have_the_papers_names(full, settings):
    part = within_participants_part(full, None, settings)
    assert list(part) == ["clicks_time", "clicks_accuracy", "time_accuracy"]
    assert part["clicks_accuracy"]["n"] == len(full.exclusion.kept) * 12
    assert part["clicks_time"]["r"] > 0


def test_everybody_correct_has_no_model_and_no_reliability(bare, fill, settings):
    study = fill(bare, people=4)
    study.kept_trials["correct"] = True
    assert np.isnan(accuracy_model_part(study, None, settings)["accuracy"])
    assert np.isnan(reliability_part(study, None, settings)["alpha"])
    assert np.isnan(within_participants_part(study, None, settings)["clicks_accuracy"]["r"])


@pytest.mark.parametrize("part", PARTS)
@pytest.mark.parametrize("people", [0, 1])
def test_fewer_than_two_people_are_missing(part, people, bare, fill, settings):
    with pytest.raises(MissingError, match="fewer than two participants"):
        part(fill(bare, people=people), None, settings)
