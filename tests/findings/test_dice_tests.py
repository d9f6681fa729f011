from dataclasses import replace

import pytest

from fercore.errors import MissingError
from fercore.findings.attention import mean_maps, sweep_attention
from fercore.findings.dice_tests import dice_tests
from fercore.findings.report import to_json


@pytest.fixture
def tests(full, settings):
    return to_json(dice_tests(full, full.run(), settings))


def test_they_are_of_the_dice_values_at_the_threshold(tests, full, settings):
    means = sweep_attention(mean_maps(full, full.run())).at(settings.threshold).groupby("method")["dice"].mean()
    for row in tests["holm"]:
        assert row["difference"] == pytest.approx(means[row["a"]] - means[row["b"]])
        assert row["p_holm"] >= row["p"]
    effects = {row["term"]: row["estimate"] for row in tests["mixed_model"]["effects"]}
    assert tests["mixed_model"]["reference"] == "cam"
    assert effects["grad-cam"] == pytest.approx(means["grad-cam"] - means["cam"], rel=1e-4)
    assert tests["rm_anova"]["df"] == [2, 22]
    assert tests["rm_anova"]["n"] == tests["friedman"]["n"] == 12
    assert tests["assumptions"]["sentence"].endswith(".")


def test_where_nothing_varies_there_is_no_test(full, settings):
    flat = to_json(dice_tests(full, full.run(), replace(settings, threshold=0)))  # every Dice is 1
    assert flat["rm_anova"]["F"] is flat["friedman"]["chi2"] is flat["mixed_model"]["icc"] is None
    assert flat["mixed_model"]["effects"] == []
    assert {row["p"] for row in flat["holm"]} == {None}


def test_two_methods_are_compared_and_one_is_not(bare, fill, settings):
    study = fill(bare, people=6, run="one", maps=("grad-cam",))
    with pytest.raises(MissingError, match="two methods"):
        dice_tests(study, study.run(), settings)
    with pytest.raises(MissingError, match="two methods"):
        dice_tests(study, None, settings)


def test_two_methods_without_cam_take_the_first_as_reference(bare, fill, settings):
    study = fill(bare, people=6, run="one", maps=("grad-cam", "extremal-perturbation"))
    found = to_json(dice_tests(study, study.run(), settings))
    assert found["mixed_model"]["reference"] == "extremal-perturbation"
    assert found["friedman"]["chi2"] is None
    assert found["rm_anova"]["epsilon_gg"] == pytest.approx(1)
