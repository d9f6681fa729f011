from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from fercore.humans.exclusion import exclude
from fercore.settings import ExclusionSettings


def people(accuracies: list[float], n: int = 20) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Give trials of participants who answer the first images right, and their plan, in two blocks."""
    plan = pd.DataFrame({"image": [f"i{k}" for k in range(n)], "true_label": "fear", "false_label": "sad"})
    blocks = [1 + k * 2 // n for k in range(n)]
    each = [
        plan.assign(participant=f"P{p:02d}", block=blocks, correct=[k < round(a * n) for k in range(n)])
        for p, a in enumerate(accuracies)
    ]
    return pd.concat(each, ignore_index=True), plan


@pytest.mark.reference("trials", "n_included", "included", "participant_accuracy.*", "exclusion.*")
def test_the_reference_participants_are_left_out_as_in_r(
    reference_trials: pd.DataFrame, reference_plan: pd.DataFrame, reference: Any
) -> None:
    expected = reference("trials").expected
    outcome = exclude(reference_trials, reference_plan, ExclusionSettings())
    assert list(outcome.kept) == expected["included"]
    assert outcome.cutoff == pytest.approx(expected["exclusion"]["cutoff"], rel=1e-8)
    table = outcome.participants.set_index("participant")
    assert dict(table["accuracy"]) == pytest.approx(expected["participant_accuracy"], rel=1e-8)
    complete = table.loc[table["n_missing"] == 0, "accuracy"]
    assert complete.mean() == pytest.approx(expected["exclusion"]["mean_after_missing"], rel=1e-8)
    assert complete.std() == pytest.approx(expected["exclusion"]["sd_after_missing"], rel=1e-8)
    reasons = {"missing_trials": "as a whole", "accuracy_3sd": "3 SD below"}
    skipper, outlier = expected["exclusion"]["excluded"]
    for one in (skipper, outlier):
        own = table.loc[one["participant"]]
        assert own["n_missing"] == one["n_missing"]
        assert own["accuracy"] == pytest.approx(one["accuracy"], rel=1e-8)
        assert reasons[one["reason"]] in own["reason"]
    assert pd.isna(table.loc[skipper["participant"], "z"])
    assert table.loc[outlier["participant"], "z"] == pytest.approx(outlier["z"], rel=1e-8)
    assert table["kept"].sum() == expected["n_included"]
    assert (table["reason"] == "").equals(table["kept"])
    assert outcome.note == ""


def test_missing_trials_are_allowed_up_to_the_setting() -> None:
    trials, plan = people([0.8] * 5)
    trials = trials.drop(index=[0, 1])
    assert exclude(trials, plan, ExclusionSettings()).kept == ("P01", "P02", "P03", "P04")
    assert len(exclude(trials, plan, ExclusionSettings(max_missing_trials=2)).kept) == 5
    reasons = exclude(trials, plan, ExclusionSettings()).participants["reason"]
    assert reasons[0] == "2 of 20 planned trials are missing"


def test_a_missing_block_is_never_allowed() -> None:
    trials, plan = people([0.8] * 5)
    trials = trials[(trials["participant"] != "P03") | (trials["block"] != 2)]
    outcome = exclude(trials, plan, ExclusionSettings(max_missing_trials=20))
    assert "P03" not in outcome.kept
    assert "block 2 missing as a whole" in outcome.participants["reason"][3]


def test_the_incomplete_do_not_count_for_the_mean() -> None:
    trials, plan = people([0.9, 0.95] * 10 + [0.5, 0.0])
    trials = trials[(trials["participant"] != "P21") | (trials["image"] != "i0")]
    outcome = exclude(trials, plan, ExclusionSettings())
    assert set(outcome.participants["participant"]) - set(outcome.kept) == {"P20", "P21"}
    assert outcome.participants["z"][20] < -3


def test_the_accuracy_rule_is_applied_once() -> None:
    trials, plan = people([0.9, 0.95] * 10 + [0.7, 0.0])
    assert len(exclude(trials, plan, ExclusionSettings()).kept) == 21


@pytest.mark.parametrize(("n", "noted"), [(2, True), (10, True), (11, False), (24, False)])
def test_small_groups_are_told_that_the_accuracy_rule_cannot_fire(n: int, noted: bool) -> None:
    trials, plan = people([1.0] * (n - 1) + [0.0])
    outcome = exclude(trials, plan, ExclusionSettings())
    assert ("cannot leave anybody out" in outcome.note) == noted
    assert (len(outcome.kept) == n) == noted


def test_equal_accuracies_and_empty_tables_exclude_nobody() -> None:
    trials, plan = people([0.75] * 12)
    assert len(exclude(trials, plan, ExclusionSettings()).kept) == 12
    empty = exclude(trials.head(0), plan, ExclusionSettings())
    assert empty.kept == ()
    assert empty.participants.empty
    assert empty.note == ""


def test_trials_outside_the_plan_do_not_make_up_for_missing_ones() -> None:
    trials, plan = people([0.8] * 3)
    trials.loc[0, "image"] = "other"
    assert exclude(trials, plan, ExclusionSettings()).kept == ("P01", "P02")
