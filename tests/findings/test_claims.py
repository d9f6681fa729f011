import re
from dataclasses import replace

import numpy as np
import pytest

from fercore.findings.claims import DECIDERS, claims_part, decide, markdown, paper_claims
from fercore.findings.evidence import FAILS, HOLDS, IN_PART, UNKNOWN, VERDICTS, Evidence
from fercore.findings.finding import CIRCULAR, SIMULATED_PEOPLE
from fercore.findings.rigorous import rigorous
from fercore.notation import NONE
from fercore.saliency.maps import SETTINGS, write_maps
from fercore.store import write_arrays
from fercore.study import Study


@pytest.fixture
def verdicts(settings):
    """Decide everything and give the claims by name."""

    def _verdicts(study, run=None):
        return {claim.name: claim for claim in decide(study, run, settings)}

    return _verdicts


def answer(study, run, regime, answers, split="experimental"):
    """Let a regime give these labels (n,) as answers to the images of a split."""
    number = np.array([study.label_set.index(label) for label in answers])
    n_labels = len(study.label_set)
    if regime == "multiclass":
        logits = np.zeros((len(number), n_labels), np.float32)
        logits[np.arange(len(number)), number] = 3
    else:
        logits = np.zeros((len(number), len(study.label_set.pairs), 2), np.float32)
        for place, pair in enumerate(study.label_set.pairs):
            for column, label in enumerate(pair):
                logits[number == study.label_set.index(label), place, column] = 3
    path = run.folder / regime / "outputs.safetensors"
    others = {"experimental", "validation"} - {split}
    write_arrays(path, {split: logits} | {other: run.outputs(regime, other) for other in others})


def some_wrong(study, rng, share):
    """The true labels of the plan, a share of them replaced by the label's neighbour."""
    labels, true = list(study.label_set), list(study.plan["true_label"])
    wrong = rng.random(len(true)) < share
    return [labels[(labels.index(t) + 1) % len(labels)] if w else t for t, w in zip(true, wrong, strict=True)]


def test_every_claim_has_what_decides_it_and_nothing_else_is_decided():
    names = [claim["name"] for claim in paper_claims()]
    assert len(names) == len(set(names)) > 25
    assert set(names) == set(DECIDERS)
    for claim in paper_claims():
        assert set(claim) == {"name", "section", "says", "paper", "about"}
        assert claim["about"] in ("people", "networks", "both", "maps")


def test_every_claim_gets_a_verdict_with_a_reason_and_simulated_people_are_named(full, verdicts):
    found = verdicts(full, full.run())
    for claim in paper_claims():
        verdict = found[claim["name"]]
        assert verdict.verdict in VERDICTS
        assert verdict.because
        assert not verdict.because.endswith(".")
        warning = {"networks": "", "maps": CIRCULAR}.get(claim["about"], SIMULATED_PEOPLE)
        assert verdict.note == warning
    assert found["clicks-time"].ours != NONE
    assert found["best-fit"].verdict == FAILS  # maps are noise
    assert "F(2, 33)" in found["best-fit"].ours


def test_what_a_study_does_not_have_leaves_claims_undecided(bare, verdicts):
    found = verdicts(bare)
    assert {claim.verdict for claim in found.values()} == {UNKNOWN}
    assert {claim.ours for claim in found.values()} == {NONE}
    assert "no finished run" in found["multiclass-better"].because
    assert "no trials" in found["human-accuracy"].because


def test_the_report_has_the_same_claims(full, settings):
    parts = rigorous(full, full.run(), settings)
    assert parts["claims"] == claims_part(Evidence(full, full.run(), settings))
    assert [claim["name"] for claim in parts["claims"]] == [claim["name"] for claim in paper_claims()]


def test_a_study_of_faces_alone_has_no_claims(bare, settings):
    assert rigorous(bare, None, settings)["claims"] is None


def test_the_table_has_a_row_per_claim(full, settings):
    lines = markdown(decide(full, full.run(), settings)).splitlines()
    assert len(lines) == 2 + len(paper_claims())
    assert {len(re.findall(r"(?<!\\)\|", line)) for line in lines} == {6}


def test_votes_that_agree_are_similar_where_there_are_images_enough_to_tell(bare, fill, verdicts, settings):
    study = fill(bare, run="one")
    run = study.run()
    answer(study, run, "accuracy-90", study.plan["true_label"])
    assert verdicts(study, run)["similar-votes"].verdict == UNKNOWN  # 24 images leave room for more than .05
    lenient = {claim.name: claim for claim in decide(study, run, replace(settings, ci_level=0.5))}
    assert lenient["similar-votes"].verdict == HOLDS


def test_a_better_network_is_better_and_the_other_way_round(bare, fill, verdicts):
    study = fill(bare, run="one", people=6)
    run, rng = study.run(), np.random.default_rng(0)
    answer(study, run, "multiclass", study.plan["true_label"])
    answer(study, run, "accuracy-90", some_wrong(study, rng, 0.6))
    found = verdicts(study, run)
    assert found["multiclass-better"].verdict == HOLDS
    assert found["humans-better"].verdict == HOLDS
    assert found["multiclass-better"].ours.startswith("1.000, ")
    answer(study, run, "multiclass", some_wrong(study, rng, 0.9))
    answer(study, run, "accuracy-90", study.plan["true_label"])
    found = verdicts(study, run)
    assert found["multiclass-better"].verdict == FAILS
    assert found["humans-better"].verdict == FAILS


def test_equal_networks_are_not_told_apart(bare, fill, verdicts):
    study = fill(bare, run="one")
    run = study.run()
    for regime in ("multiclass", "accuracy-90"):
        answer(study, run, regime, study.plan["true_label"])
    found = verdicts(study, run)
    for name in ("multiclass-better", "even-recall", "ensemble-nearer"):
        assert found[name].verdict == UNKNOWN, name


def test_a_bias_towards_happy_is_seen(bare, fill, verdicts):
    study = fill(bare, run="one", regimes=("accuracy-90", "epochs-2"))
    run = study.run()
    answer(study, run, "accuracy-90", study.plan["true_label"])
    answer(study, run, "epochs-2", ["happy"] * len(study.plan))
    found = verdicts(study, run)
    assert found["epochs-bias"].verdict == HOLDS
    assert found["epochs-bias"].ours == "answers 'happy': 1.000 (epochs-2), .250 (accuracy-90)"
    assert found["weighted-bias"].verdict == UNKNOWN
    assert "no regime 'multiclass'" in found["multiclass-better"].because


def test_a_fixed_number_of_epochs_is_as_good_where_answers_are_the_same_and_worse_where_they_are_not(
    bare, fill, verdicts, settings
):
    study = fill(bare, run="one", regimes=("accuracy-90", "epochs-2"))
    run = study.run()
    for regime in ("accuracy-90", "epochs-2"):
        answer(study, run, regime, study.plan["true_label"])
    lenient = replace(settings, ci_level=0.5)  # 24 images are too few for more
    found = next(claim for claim in decide(study, run, lenient) if claim.name == "epochs-accuracy")
    assert found.verdict == HOLDS
    assert found.ours == "1.000, 1.000 (epochs-2) beside 1.000, 1.000 (accuracy-90)"
    answer(study, run, "epochs-2", some_wrong(study, np.random.default_rng(0), 0.7))
    assert verdicts(study, run)["epochs-accuracy"].verdict == FAILS


def test_the_multiclass_networks_confusions_are_like_those_of_a_fixed_number_of_epochs_where_errors_are_alike(
    bare, fill, verdicts
):
    study = fill(bare, run="one", regimes=("accuracy-90", "epochs-2", "multiclass"))
    run = study.run()
    wrong = some_wrong(study, np.random.default_rng(1), 0.4)
    answer(study, run, "epochs-2", wrong)
    answer(study, run, "multiclass", wrong)
    found = verdicts(study, run)["multiclass-pattern"]
    assert found.verdict == HOLDS
    assert found.ours == "r = 1.00 over all cells"
    answer(study, run, "multiclass", study.plan["true_label"])
    assert "do not vary" in verdicts(study, run)["multiclass-pattern"].because


def test_frequent_labels_are_named_less_often_by_the_ensemble_only_where_there_are_some(bare, fill, verdicts):
    study = fill(bare, run="one")
    run = study.run()
    assert "no major expressions" in verdicts(study, run)["less-biased"].because
    train = study.images.of_split("train")
    others = train.index[train["label"] != "happy"]
    study.images = replace(study.images, index=study.images.index.drop(others.difference(others[::4])))
    answer(study, run, "accuracy-90", study.plan["true_label"])
    answer(study, run, "multiclass", ["happy"] * len(study.plan))
    found = verdicts(study, run)["less-biased"]
    assert found.verdict == HOLDS
    assert found.ours == "answers happy: .250 (weighted vote), 1.000 (multiclass)"


def test_confusions_of_their_own_are_alike_and_even_ones_only_over_all_cells(bare, fill, verdicts):
    study = fill(bare, run="one", people=12)
    trials = study.kept_trials
    by_image = trials[~trials["correct"].astype(bool)].groupby("image")["response"].first()
    as_people = [by_image.get(i, t) for i, t in zip(study.plan["image"], study.plan["true_label"], strict=True)]
    run = study.run()
    answer(study, run, "accuracy-90", as_people)
    answer(study, run, "multiclass", study.plan["true_label"])
    found = verdicts(study, run)
    assert found["confusion-simple"].verdict in (HOLDS, IN_PART)
    assert found["confusion-multiclass"].verdict == UNKNOWN
    assert "do not vary" in found["confusion-multiclass"].because


def test_maps_of_people_come_first_whatever_is_chosen(bare, fill, verdicts):
    study = fill(bare, run="one", people=10, maps=("cam", "grad-cam"))
    run = study.run()
    key = study.maps_key(run, "extremal-perturbation")
    own = study.attention_maps.astype(np.float32) + 1e-3
    write_maps(study.maps_store, key, {"maps": own}, "extremal-perturbation", SETTINGS["extremal-perturbation"]())
    found = verdicts(Study(study.folder), run)
    for name in ("above-cam", "above-grad-cam"):
        assert found[name].verdict == HOLDS, name
    assert found["best-fit"].verdict in (HOLDS, IN_PART)
    assert found["best-fit"].ours.startswith("EP ")


def test_without_one_method_nothing_is_said_about_it(bare, fill, verdicts):
    study = fill(bare, run="one", people=6, maps=("cam", "grad-cam"))
    found = verdicts(study, study.run())
    assert found["best-fit"].verdict == found["above-cam"].verdict == UNKNOWN
    assert "no maps by 'extremal-perturbation'" in found["best-fit"].because
    assert found["cam-as-grad-cam"].ours != NONE


def test_the_level_decides_what_counts_as_significant(full, settings):
    strict = {c.name: c for c in decide(full, full.run(), replace(settings, ci_level=1 - 1e-9))}
    for name in ("above-cam", "above-grad-cam", "cam-as-grad-cam", "no-expression", "multiclass-better"):
        assert strict[name].verdict == UNKNOWN, name
