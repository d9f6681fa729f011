"""What every measure of map agreement keeps to."""

import dataclasses

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from fercore.comparison.map_stack import MapStack
from fercore.comparison.measures import SIMILARITY, measures
from fercore.errors import InputError, UnknownNameError
from fercore.settings import ComparisonSettings

SHAPE = (3, 4, 5)
levels = arrays(np.float64, SHAPE, elements=st.integers(0, 6).map(float))
"""Maps with many ties, some of them constant or empty."""
values = arrays(np.float64, SHAPE, elements=st.floats(0, 1, width=32))
maps = levels | values

ALL = SIMILARITY.names()
OF_MAPS = [name for name in ALL if not SIMILARITY.get(name).needs_clicks]
OF_CLICKS = [name for name in ALL if SIMILARITY.get(name).needs_clicks]
CELLS = [name for name in ALL if not SIMILARITY.get(name).spatial]


@pytest.fixture(params=ALL)
def measure(request):
    return SIMILARITY.get(request.param)()


def each(names):
    return pytest.mark.parametrize("name", names)


@each(ALL)
@settings(deadline=None, max_examples=40)
@given(human=maps, model=maps)
def test_values_lie_in_the_range_and_order_makes_no_difference_where_it_should_not(name, human, model):
    measure = SIMILARITY.get(name)()
    clicks = np.floor(human * 2)
    found = measure(clicks if measure.needs_clicks else human, model)
    assert found.shape == (3,)
    assert found.dtype == np.float64
    known = found[~np.isnan(found)]
    assert ((known >= measure.range[0]) & (known <= measure.range[1])).all()
    if measure.symmetric:
        np.testing.assert_allclose(found, measure(model, human), rtol=1e-12)


@each(OF_MAPS)
@settings(deadline=None, max_examples=40)
@given(human=maps)
def test_a_map_that_varies_agrees_with_itself_as_declared(name, human):
    measure = SIMILARITY.get(name)()
    varies = human.max(axis=(1, 2)) > human.min(axis=(1, 2))
    np.testing.assert_allclose(measure(human, human)[varies], measure.of_itself, rtol=1e-9, atol=1e-9)


@each(OF_MAPS)
@settings(deadline=None, max_examples=40)
@given(human=maps, model=maps)
def test_no_map_agrees_better_with_a_map_than_itself(name, human, model):
    measure = SIMILARITY.get(name)()
    found, itself = measure(human, model), measure(human, human)
    both = np.isfinite(found) & np.isfinite(itself)
    lead = itself[both] - found[both]
    assert ((lead if measure.higher_is_better else -lead) >= -1e-9).all()


@each(ALL)
@settings(deadline=None, max_examples=25)
@given(human=maps, model=maps)
def test_a_mirrored_pair_agrees_as_before(name, human, model):
    measure = SIMILARITY.get(name)()
    expected = measure(human, model)
    for turned in ((human[:, ::-1], model[:, ::-1]), (human[..., ::-1], model[..., ::-1])):
        np.testing.assert_allclose(measure(*turned), expected, rtol=1e-7, atol=1e-9)


def test_measures_that_are_not_symmetric_tell_people_from_the_model():
    human, model = np.random.default_rng(0).random((2, 1, 6, 6))
    for name in OF_MAPS:
        measure = SIMILARITY.get(name)()
        if not measure.symmetric:
            assert measure(human, model)[0] != pytest.approx(measure(model, human)[0], rel=1e-3), name


@each(ALL)
@settings(deadline=None, max_examples=25)
@given(human=levels, model=levels, level=st.sampled_from([0.0, 0.5, 1.0, 7.0, 1e6]))
def test_the_level_of_a_constant_map_above_0_makes_no_difference(name, human, model, level):
    measure = SIMILARITY.get(name)()
    flat = np.full(SHAPE, level)
    one, many = measure(human, flat), measure(human, np.ones(SHAPE))
    if level or name not in ("sim", "kl", "emd"):
        np.testing.assert_allclose(one, many, rtol=1e-9, atol=1e-9)
    else:
        assert np.isnan(one).all()
    if name in ("cc", "spearman", "nss"):
        assert np.isnan(one).all()
    if name in ("auc", "auc-judd"):
        assert (np.isnan(one) | (one == 0.5)).all()


@each(ALL)
@settings(deadline=None, max_examples=25)
@given(
    human=levels,
    model=levels,
    where=st.tuples(st.integers(0, 2), st.integers(0, 3), st.integers(0, 4)),
    value=st.sampled_from([np.nan, np.inf, -np.inf]),
    of_human=st.booleans(),
)
def test_a_single_pixel_that_is_not_finite_leaves_its_map_without_agreement(name, human, model, where, value, of_human):
    measure = SIMILARITY.get(name)()
    clean = measure(human, model)
    (human if of_human else model)[where] = value
    found = measure(human, model)
    assert np.isnan(found[where[0]])
    others = np.arange(3) != where[0]
    np.testing.assert_allclose(found[others], clean[others], rtol=1e-12)


@each(OF_CLICKS)
def test_a_model_of_the_clicks_themselves_is_better_than_any_other(name):
    measure = SIMILARITY.get(name)()
    clicks = np.random.default_rng(0).poisson(0.1, (40, 8, 8)).astype(float)
    others = np.random.default_rng(1).random((40, 8, 8))
    assert np.isnan(measure.of_itself)
    assert (measure(clicks, clicks) >= measure(clicks, others)).all()


@each(ALL)
@settings(deadline=None, max_examples=40)
@given(human=levels, model=levels, human_times=st.floats(0.01, 1e3), model_times=st.floats(0.01, 1e3))
def test_the_scale_of_a_map_makes_no_difference(name, human, model, human_times, model_times):
    measure = SIMILARITY.get(name)()
    scaled = human if measure.needs_clicks else human * human_times
    np.testing.assert_allclose(measure(scaled, model * model_times), measure(human, model), rtol=1e-6, atol=1e-9)


@each(["auc", "auc-judd", "cc", "dice-50", "dice-top20", "iou-50", "nss", "spearman"])
@settings(deadline=None, max_examples=40)
@given(human=levels, model=levels, shift=st.integers(-5, 5))
def test_measures_that_need_no_distribution_take_maps_from_any_zero(name, human, model, shift):
    measure = SIMILARITY.get(name)()
    np.testing.assert_allclose(measure(human, model + shift), measure(human, model), rtol=1e-9, atol=1e-9)


@each(["auc", "auc-judd", "dice-top20", "spearman"])
@settings(deadline=None, max_examples=40)
@given(human=levels, model=levels)
def test_measures_of_order_see_no_monotone_change(name, human, model):
    measure = SIMILARITY.get(name)()
    np.testing.assert_allclose(measure(human, np.exp(model)), measure(human, model), rtol=1e-9, atol=1e-9)


@each(CELLS)
@settings(deadline=None, max_examples=40)
@given(human=levels, model=levels, seed=st.integers(0, 99))
def test_it_makes_no_difference_where_pixels_lie(name, human, model, seed):
    measure = SIMILARITY.get(name)()
    order = np.random.default_rng(seed).permutation(20)
    moved = (stack.reshape(3, 20)[:, order].reshape(SHAPE) for stack in (human, model))
    np.testing.assert_allclose(measure(*moved), measure(human, model), rtol=1e-9, atol=1e-9)


@each(CELLS)
@settings(deadline=None, max_examples=40)
@given(human=levels, model=levels, weights=arrays(np.int64, (3, 20), elements=st.integers(0, 4)))
def test_a_weight_stands_for_that_many_pixels(name, human, model, weights):
    measure = SIMILARITY.get(name)()
    weights[:, 0] += 1
    flat = [stack.reshape(3, 20) for stack in (human, model)]
    if measure.needs_clicks:
        flat[0] = np.where(weights == 1, flat[0], 0)
    found = measure(*flat, weights.astype(float))
    for row in range(3):
        repeated = (np.repeat(stack[row], weights[row])[None] for stack in flat)
        np.testing.assert_allclose(found[row], measure(*repeated)[0], rtol=1e-9, atol=1e-9)


def test_every_map_with_every_other_is_each_pair(measure):
    rng = np.random.default_rng(0)
    human = rng.poisson(0.3, (4, 6, 6)).astype(float)
    model = rng.random((5, 6, 6))
    crossed = measure.cross(measure.human(MapStack(human)), measure.model(MapStack(model)))
    assert crossed.shape == (4, 5)
    for i in range(4):
        expected = measure(human[[i] * 5], model)
        np.testing.assert_allclose(crossed[i], expected, rtol=1e-5, atol=1e-6)


def test_single_precision_gives_six_digits(measure):
    rng = np.random.default_rng(2)
    human, model = rng.poisson(0.5, (6, 9, 9)).astype(float), rng.random((6, 9, 9)).astype(np.float32)
    single = measure(human.astype(np.float32), model)
    np.testing.assert_allclose(single, measure(human, model.astype(float)), rtol=2e-6, atol=1e-6)


def test_a_map_that_is_not_finite_has_no_agreement_and_spoils_no_other(measure):
    rng = np.random.default_rng(0)
    human, model = rng.poisson(1.0, (4, 5, 5)).astype(float), rng.random((4, 5, 5))
    clean = measure(human, model)
    human[1, 2, 2], model[2, 0, 0] = np.nan, np.inf
    found = measure(human, model)
    assert np.isnan(found[[1, 2]]).all()
    np.testing.assert_array_equal(found[[0, 3]], clean[[0, 3]])


@pytest.mark.parametrize(
    ("human", "model", "defined"),
    [
        ("empty", "varied", {"dice-50": 0.0, "iou-50": 0.0, "dice-top20": 0.0}),
        ("varied", "empty", {"dice-50": 0.0, "iou-50": 0.0, "dice-top20": 0.0, "auc": 0.5, "auc-judd": 0.5}),
        ("empty", "empty", {}),
        ("constant", "constant", {"sim": 1.0, "kl": 0.0, "emd": 0.0}),
    ],
)
def test_maps_without_anything_in_them_have_a_value_only_where_it_means_something(human, model, defined):
    kinds = {"empty": np.zeros((1, 4, 4)), "constant": np.ones((1, 4, 4)), "varied": np.eye(4)[None] * [1, 2, 3, 4]}
    for name in ALL:
        expected = defined.get(name, np.nan)
        found = SIMILARITY.get(name)()(kinds[human], kinds[model])[0]
        assert found == pytest.approx(expected, nan_ok=True, abs=1e-12), name


@each(["sim", "kl", "emd"])
def test_measures_of_distributions_have_no_meaning_for_negative_values(name):
    human, model = np.random.default_rng(0).random((2, 1, 5, 5))
    model[0, 0, 0] = -0.1
    assert np.isnan(SIMILARITY.get(name)()(human, model)[0])


def test_unrelated_maps_agree_by_chance():
    rng = np.random.default_rng(0)
    human, model = rng.random((2, 60, 24, 24))
    clicks = np.zeros_like(human)
    clicks[np.arange(60)[:, None], *rng.integers(0, 24, (2, 60, 12))] = 1
    chance = {"cc": 0, "spearman": 0, "dice-top20": 0.2, "nss": 0, "auc": 0.5}
    for name, expected in chance.items():
        measure = SIMILARITY.get(name)()
        found = measure(clicks if measure.needs_clicks else human, model)
        error = found.std(ddof=1) / np.sqrt(len(found))
        assert abs(found.mean() - expected) < 4 * error, name


def test_maps_of_different_sizes_are_refused(measure):
    with pytest.raises(InputError, match=r"shape \(1, 4, 5\) cannot be compared with maps of shape \(1, 5, 4\)"):
        measure(np.ones((1, 4, 5)), np.ones((1, 5, 4)))


def test_threshold_and_percentage_are_settings():
    human, model = np.random.default_rng(0).random((2, 3, 9, 9))
    for name, changed in (
        ("dice-50", {"threshold": 200}),
        ("iou-50", {"threshold": 200}),
        ("dice-top20", {"top_percent": 5.0}),
    ):
        kind = SIMILARITY.get(name)
        assert (kind(dataclasses.replace(ComparisonSettings(), **changed))(human, model) != kind()(human, model)).all()


def test_optional_measures_are_worked_out_only_when_named():
    optional = {name for name in ALL if SIMILARITY.get(name).optional}
    assert optional == set(ALL) - set(measures())
    assert list(measures(names=["emd", "cc"])) == ["emd", "cc"]
    with pytest.raises(UnknownNameError, match="Did you mean 'dice-50'"):
        measures(names=["dice-5"])
