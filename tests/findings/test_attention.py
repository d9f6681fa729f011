import numpy as np
import pytest

from fercore.comparison.measures import SIMILARITY
from fercore.errors import MissingError
from fercore.findings.attention import PAPER_ORDER, condition_numbers, mean_maps, sweep_attention, sweep_images
from fercore.findings.equal_area import equal_area
from fercore.findings.faces import face_agreement
from fercore.settings import ComparisonSettings


@pytest.fixture
def sweep(full):
    return sweep_attention(mean_maps(full, full.run()))


def test_dice_of_each_condition_equals_the_papers_steps_one_by_one(full, sweep):
    dice = SIMILARITY.get("dice-50")()
    for method in sweep.methods:
        block = full.maps(full.run(), method).maps
        matrix = sweep.dice_matrix(method, 50)
        for condition in full.label_set.conditions:
            own = (
                (full.plan["true_label"] == condition.true_label) & (full.plan["false_label"] == condition.false_label)
            ).to_numpy()
            human = full.attention_maps[own & (full.n_correct > 0)].mean(axis=0, dtype=float)
            model = block[own].mean(axis=0, dtype=float)
            expected = dice(human[None], model[None])[0]
            cell = full.label_set.index(condition.true_label), full.label_set.index(condition.false_label)
            assert matrix[cell] == pytest.approx(expected)


def test_the_diagonal_is_empty_and_the_mean_is_over_the_rest(sweep):
    matrix = sweep.dice_matrix("cam", 50)
    assert np.isnan(np.diag(matrix)).all()
    assert np.nanmean(matrix) == pytest.approx(sweep.mean_dice[50, sweep.methods.index("cam")])


def test_methods_come_in_the_papers_order(sweep):
    assert sweep.methods == PAPER_ORDER
    assert sweep.tukey(50)[["a", "b"]].to_numpy().tolist() == [
        ["extremal-perturbation", "cam"], ["extremal-perturbation", "grad-cam"], ["cam", "grad-cam"],
    ]  # fmt: skip


def test_f_over_methods_is_a_third_of_the_squared_t_values(sweep):
    assert (sweep.tukey(50)["t"] ** 2).sum() / 3 == pytest.approx(sweep.anova(50).F)


def test_expressions_are_compared_over_the_values_of_all_methods(sweep):
    anova = sweep.expression_anova(50)
    assert anova.groups["group"].tolist() == list(sweep.label_set)
    assert (anova.df_between, anova.df_within) == (3, 32)


def test_largest_is_attained_by_the_smaller_area_inside_the_larger(sweep):
    table = sweep.at(50)
    assert len(table) == 36
    assert (table["dice"] <= table["largest"] + 1e-12).all()
    inside = 2 * np.minimum(table["human_area"], table["model_area"]) / (table["human_area"] + table["model_area"])
    np.testing.assert_allclose(table["largest"], inside)


def test_an_image_nobody_solved_is_left_out_of_peoples_mean(full):
    unsolved = full.plan["image"][0]
    trials = full.kept_trials
    rows = trials["image"] == unsolved
    full.kept_trials = trials.assign(correct=trials["correct"].where(~rows, False))
    maps = mean_maps(full, full.run())
    number = condition_numbers(full)[0]
    others = (condition_numbers(full) == number) & (full.plan["image"] != unsolved).to_numpy()
    np.testing.assert_allclose(maps.human[number], full.attention_maps[others].mean(axis=0, dtype=float))


def test_only_methods_with_maps_take_part(bare, fill):
    study = fill(bare, people=6, run="one", maps=("cam",))
    sweep = sweep_attention(mean_maps(study, study.run()))
    assert sweep.methods == ("cam",)
    assert np.isnan(sweep.anova(50).F)
    assert sweep.tukey(50).empty


def test_other_methods_take_part_where_they_are_asked_for(bare, fill):
    study = fill(bare, people=6, run="one", maps=("rise", "grad-cam", "cam"))
    assert tuple(mean_maps(study, study.run()).model) == ("cam", "grad-cam")
    assert tuple(mean_maps(study, study.run(), ("rise", "lrp")).model) == ("cam", "grad-cam", "rise")
    assert equal_area(study, study.run(), ComparisonSettings(n_bootstrap=20), ("rise",)).methods[-1] == "rise"


def test_without_maps_the_message_says_how_to_make_them(bare, fill):
    study = fill(bare, people=6, run="none")
    with pytest.raises(MissingError, match="fercore explain bare --run none"):
        mean_maps(study, study.run())


def test_without_trials_there_is_nothing_to_compare_with(bare, fill):
    study = fill(bare, run="alone", maps=("cam",))
    with pytest.raises(MissingError, match="no trials"):
        mean_maps(study, study.run())


@pytest.mark.parametrize("threshold", [0, 50, 200])
def test_image_by_image_it_is_the_measure_at_every_threshold(full, sweep, threshold):
    by_image = sweep_images(full, full.run(), sweep.methods).dice[threshold]
    expected = face_agreement(full, full.run(), threshold)[list(sweep.methods)].to_numpy().T
    np.testing.assert_allclose(by_image, expected, rtol=1e-12)
