import json
import math
import re
from dataclasses import replace
from pathlib import Path

import jsonschema
import numpy as np
import pytest

from fercore.findings.report import compare, to_json
from fercore.study import Study

DOCS = Path(__file__).parents[2] / "docs"
SCHEMA = json.loads((DOCS / "compare.schema.json").read_text())
CORRELATION = {"r", "p", "ci", "n"}


def checked(report):
    """The report as a reader of the JSON gets it, valid by the schema."""
    read = json.loads(json.dumps(report, allow_nan=False))
    jsonschema.Draft202012Validator(SCHEMA).validate(read)
    return read


@pytest.fixture(scope="module")
def report(made, settings):
    """Of the full study, for reading only."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("FERCORE_STUDIES", str(made / "studies"))
        patch.setenv("FERCORE_CACHE", str(made / "cache"))
        study = Study(made / "studies" / "full")
        return checked(compare(study, study.run(), settings))


def test_the_schema_is_one():
    jsonschema.Draft202012Validator.check_schema(SCHEMA)


def test_people_and_who_was_left_out(report, full):
    kept = full.exclusion.kept
    assert report["participants"]["kept"] == len(kept)
    left_out = {row["participant"] for row in report["participants"]["excluded"]}
    assert left_out == set(full.trials["participant"]) - set(kept)
    correct = full.trials.loc[full.trials["participant"].isin(kept), "correct"]
    assert report["human"]["accuracy"] == pytest.approx(correct.mean())
    assert set(report["human"]["correlations"]["clicks_time"]) == CORRELATION


def test_what_rests_on_few_answers_says_so(report):
    assert report["human"]["warning"] == ""
    for regime in report["machine"].values():
        assert regime["two_afc_warning"].startswith("Only 24 answers: below 70")
        assert regime["validation_two_afc_warning"].startswith("Only")


def test_matrices_are_rows_in_label_order_with_null_on_the_diagonal_of_conditions(report, full):
    for matrix in (
        *report["human"]["by_condition"].values(),
        *(part["dice_by_condition"] for part in report["attention"].values()),
    ):
        assert [len(row) for row in matrix] == [4] * 4
        assert [matrix[i][i] for i in range(4)] == [None] * 4
        assert sum(cell is None for row in matrix for cell in row) == 4
    kept = full.kept_trials
    cell = kept[(kept["true_label"] == "sad") & (kept["false_label"] == "anger")]
    i, j = report["label_set"].index("sad"), report["label_set"].index("anger")
    assert report["human"]["by_condition"]["accuracy"][i][j] == pytest.approx(cell["correct"].mean())


def test_every_regime_has_every_key_on_both_splits(report, full):
    assert set(report["machine"]) == {"accuracy-90", "multiclass"}
    ensemble, network = report["machine"]["accuracy-90"], report["machine"]["multiclass"]
    assert set(ensemble) == set(network)
    for prefix in ("", "validation_"):
        assert ensemble[f"{prefix}accuracy"] is None
        assert 0 <= ensemble[f"{prefix}simple_vote_accuracy"] <= 1
        assert network[f"{prefix}simple_vote_accuracy"] is network[f"{prefix}confusion_simple"] is None
        assert 0 <= network[f"{prefix}accuracy"] <= 1
        assert 0 <= network[f"{prefix}two_afc_accuracy"] <= 1


def test_the_correlation_of_confusions_is_that_of_the_matrices_shown(report):
    people = np.array(report["human"]["confusion"])
    errors = ~np.eye(4, dtype=bool)
    for regime, name, suffix in (
        ("accuracy-90", "confusion_simple", ""), ("accuracy-90", "confusion_weighted", "_weighted"),
        ("multiclass", "confusion", ""),
    ):  # fmt: skip
        part = report["machine"][regime]
        matrix = np.array(part[name])
        r = np.corrcoef(people.ravel(), matrix.ravel())[0, 1]
        assert part[f"confusion_r_all{suffix}"] == pytest.approx(r)
        r = np.corrcoef(people[errors], matrix[errors])[0, 1]
        assert part[f"confusion_r_off_diagonal{suffix}"] == pytest.approx(r)


def test_attention_anova_and_tukey_belong_together(report):
    means = {method: part["dice_mean"] for method, part in report["attention"].items()}
    assert set(means) == {"cam", "grad-cam", "extremal-perturbation"}
    for pair in report["tukey"]:
        assert pair["difference"] == pytest.approx(means[pair["a"]] - means[pair["b"]])
        assert pair["ci"][0] < pair["difference"] < pair["ci"][1]
    assert report["anova"]["df"] == [2, 33]
    assert sum(pair["t"] ** 2 for pair in report["tukey"]) / 3 == pytest.approx(report["anova"]["F"])
    assert report["expression_anova"]["df"] == [3, 32]
    assert report["anova"]["largest"] == max(means, key=means.get)
    by_label = {group["group"]: group["mean"] for group in report["expression_anova"]["groups"]}
    rows = {method: part["dice_by_condition"] for method, part in report["attention"].items()}
    sad = [cell for matrix in rows.values() for cell in matrix[report["label_set"].index("sad")] if cell is not None]
    assert by_label["sad"] == pytest.approx(np.mean(sad))
    assert report["expression_anova"]["largest"] == max(by_label, key=by_label.get)


def test_the_threshold_is_the_settings(full, settings, report):
    lowest = compare(full, full.run(), replace(settings, threshold=0))
    assert [one["settings"]["comparison"]["threshold"] for one in (lowest, report)] == [0, 50]
    assert lowest["attention"]["cam"]["dice_mean"] == 1  # everything is at or above 0
    assert report["attention"]["cam"]["dice_mean"] < 1
    assert lowest["anova"]["F"] is None  # no variance


def test_simulated_trials_carry_their_origin(report):
    assert report["simulated"] is True
    assert report["provenance"]["source"] == ["simulated"]
    assert report["provenance"]["seed"] == [1]


def test_a_study_of_faces_alone_has_null_for_everything_else(bare, settings):
    report = checked(compare(bare, None, settings))
    assert report["study"] == "bare"
    assert report["simulated"] is False
    parts = ("run", "provenance", "participants", "human", "votes", "machine", "attention", "anova", "tukey")
    assert {report[part] for part in (*parts, "expression_anova")} == {None}


def test_networks_without_people_have_no_correlation_with_them(bare, fill, settings):
    study = fill(bare, run="alone", maps=("cam",))
    report = checked(compare(study, study.run(), settings))
    assert report["human"] is report["attention"] is None
    assert report["machine"]["accuracy-90"]["confusion_r_all"] is None
    assert report["machine"]["accuracy-90"]["simple_vote_accuracy"] is not None


def test_methods_without_maps_are_null_and_one_method_has_no_anova(bare, fill, settings):
    study = fill(bare, people=6, run="one", maps=("grad-cam",))
    report = checked(compare(study, study.run(), settings))
    assert report["attention"]["cam"] is None
    assert report["attention"]["grad-cam"]["n_conditions"] == 12
    assert report["anova"] is report["tukey"] is None
    assert report["expression_anova"]["df"] == [3, 8]


def test_an_ensemble_without_one_pair_has_no_votes(bare, fill, settings):
    study = fill(bare, people=6, run="partial", regimes=("epochs-2",), missing=("sad-fear",))
    part = checked(compare(study, study.run(), settings))["machine"]["epochs-2"]
    assert part["simple_vote_accuracy"] is part["confusion_simple"] is part["confusion_r_all"] is None
    assert part["two_afc_accuracy"] is not None


def test_votes_are_observers_too(voted, fill, settings):
    study = fill(voted, run="one")
    report = checked(compare(study, study.run(), settings))
    assert report["votes"]["n_images"] == len(study.plan)
    assert report["human"] is None
    assert report["machine"]["multiclass"]["votes_confusion_r_all"] is not None
    assert report["machine"]["multiclass"]["confusion_r_all"] is None


def test_everyone_excluded_leaves_the_list_of_reasons(full, bare, settings):
    bare.trial_store.add(full.trials[full.trials["block"] == 1])
    report = checked(compare(bare, None, settings))
    assert report["participants"]["kept"] == 0
    assert (
        len(report["participants"]["excluded"]) == full.trials.loc[full.trials["block"] == 1, "participant"].nunique()
    )
    assert report["human"] is None


def test_nan_and_infinity_become_null_at_any_depth():
    value = {"a": [np.nan, np.float32(2), (math.inf, np.array([[1.0, np.nan]]))], "b": np.bool_(True), "c": None}
    assert to_json(value) == {"a": [None, 2.0, [None, [[1.0, None]]]], "b": True, "c": None}


def keys_of(schema):
    for key, value in schema.items() if isinstance(schema, dict) else ():
        if key == "properties":
            yield from value
        if key == "required":
            yield from schema[key]
        yield from keys_of(value)
    for item in schema if isinstance(schema, list) else ():
        yield from keys_of(item)


def test_every_key_is_documented():
    words = set(re.findall(r"\w+", (DOCS / "COMPARE.md").read_text()))
    keys = {key.removeprefix("validation_") for key in keys_of(SCHEMA)}
    assert len(keys) > 50
    assert keys <= words
