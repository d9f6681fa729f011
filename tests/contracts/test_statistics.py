"""What statistics of matrices, maps and bands keep to, whatever goes in: range, symmetry, scale, order, and nothing to go by."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from fercore.comparison.band import Agreement, ceiling, score, sum_up
from fercore.comparison.confusion import correlate_confusions, count_confusions, normalise_rows
from fercore.comparison.confusion_ceiling import confusion_ceiling
from fercore.comparison.correlation import pearson
from fercore.comparison.dice_band import ceiling_dice, floor_dice
from fercore.comparison.dice_sweep import sweep_dice
from fercore.comparison.halves import Crowd
from fercore.comparison.mantel import mantel
from fercore.comparison.measures import measures
from fercore.comparison.resamples import draw_images
from fercore.comparison.spearman import spearman

few = settings(deadline=None, max_examples=25)
L = 4
ERRORS = ~np.eye(L, dtype=bool)
counts = arrays(np.int64, (L, L), elements=st.integers(0, 9))
"""Confusions with ties, empty rows and errors that do not vary."""
series = arrays(np.float64, 12, elements=st.integers(-5, 5).map(float))
maps = arrays(np.float64, (3, 4, 5), elements=st.integers(0, 6).map(float))
"""Maps of which some are constant or empty."""
orders = st.permutations(range(L)).map(np.array)
seeds = st.integers(0, 99)
both_correlations = pytest.mark.parametrize("correlate", [pearson, spearman])


def same(found, expected):
    np.testing.assert_allclose(found, expected, rtol=1e-9, atol=1e-7)  # p of an r of 1 is exact to its root only


def numbers(found):
    return [found.r, found.p, found.ci_low, found.ci_high, found.n]


@few
@given(a=counts, order=orders, times=st.integers(1, 9))
def test_shares_of_a_confusion_matrix_sum_to_1_and_follow_their_labels(a, order, times):
    shares = normalise_rows(a)
    empty = a.sum(axis=1) == 0
    assert (np.isnan(shares).all(axis=1) == empty).all()
    same(shares[~empty].sum(axis=1), 1)
    same(normalise_rows(a * times), shares)
    same(normalise_rows(a[np.ix_(order, order)]), shares[np.ix_(order, order)])


@few
@given(true=arrays(np.int64, 30, elements=st.integers(0, L - 1)), seed=seeds)
def test_counting_forgets_the_order_of_images(true, seed):
    rng = np.random.default_rng(seed)
    predicted, order = rng.integers(-1, L, 30), rng.permutation(30)
    found = count_confusions(true, predicted, L)
    assert found.sum() == (predicted >= 0).sum()
    assert (count_confusions(true[order], predicted[order], L) == found).all()


@few
@given(a=counts, b=counts, order=orders)
def test_likeness_of_confusions_is_symmetric_and_relabelling_both_changes_nothing(a, b, order):
    x, y = normalise_rows(a), normalise_rows(b)
    found = correlate_confusions(x, y)
    turned = correlate_confusions(y, x)
    moved = correlate_confusions(x[np.ix_(order, order)], y[np.ix_(order, order)])
    for name in ("all_cells", "off_diagonal"):
        r = getattr(found, name).r
        assert np.isnan(r) or -1 <= r <= 1
        same(numbers(getattr(turned, name)), numbers(getattr(found, name)))
        same(numbers(getattr(moved, name)), numbers(getattr(found, name)))


@few
@given(a=counts, accuracy=st.sampled_from([0.2, 0.5, 0.9]))
def test_errors_are_as_alike_whatever_the_accuracy(a, accuracy):
    """The same shares of errors in every row, at another accuracy."""
    other = np.where(ERRORS, np.random.default_rng(0).random((L, L)), 0)
    diluted = np.where(ERRORS, (1 - accuracy) * a, accuracy)
    same(
        numbers(correlate_confusions(diluted, other).off_diagonal), numbers(correlate_confusions(a, other).off_diagonal)
    )


@both_correlations
@few
@given(x=series, y=series, times=st.sampled_from([0.01, 3.0, 1e4]), shift=st.integers(-9, 9), seed=seeds)
def test_correlations_know_no_scale_no_zero_no_order_and_no_first(correlate, x, y, times, shift, seed):
    found = correlate(x, y)
    order = np.random.default_rng(seed).permutation(12)
    same(numbers(correlate(y, x)), numbers(found))
    same(numbers(correlate(times * x + shift, y)), numbers(found))
    same(numbers(correlate(x[order], y[order])), numbers(found))
    turned = correlate(-x, y)
    same([turned.r, turned.p, turned.ci_low, turned.ci_high], [-found.r, found.p, -found.ci_high, -found.ci_low])
    if np.isfinite(found.r):
        assert -1 <= found.r <= 1
        assert 0 <= found.p <= 1
        assert found.ci_low - 1e-9 <= found.r <= found.ci_high + 1e-9
        assert correlate(x, x).r == pytest.approx(1)
    else:
        assert min(np.ptp(x), np.ptp(y)) == 0


@both_correlations
@few
@given(x=series, y=series, where=st.integers(0, 11), value=st.sampled_from([np.nan, np.inf, -np.inf]))
def test_a_value_that_is_not_finite_takes_its_pair_with_it(correlate, x, y, where, value):
    expected = correlate(np.delete(x, where), np.delete(y, where))
    x[where] = value
    same(numbers(correlate(x, y)), numbers(expected))


@few
@given(a=counts, b=counts, order=orders, times=st.integers(1, 9), diagonal=st.integers(0, 99))
def test_mantel_is_symmetric_and_sees_errors_alone(a, b, order, times, diagonal):
    found = mantel(a, b)
    other = np.where(ERRORS, times * a + 3, diagonal)
    for again in (mantel(b, a), mantel(a[np.ix_(order, order)], b[np.ix_(order, order)]), mantel(other, b)):
        same([again.r, again.p, again.sd_r], [found.r, found.p, found.sd_r])
    if np.isnan(found.r):
        assert np.ptp(a[ERRORS]) == 0 or np.ptp(b[ERRORS]) == 0
        return
    assert -1 <= found.r <= 1
    assert found.n_permutations == 24
    assert found.p == found.n_at_least / 24 >= 1 / 24
    itself = mantel(a, a)
    assert itself.r == pytest.approx(1)
    assert itself.p <= found.p


@few
@given(a=arrays(np.int64, (6, L, L), elements=st.integers(0, 5)), order=orders, times=st.integers(2, 5))
def test_the_ceiling_of_confusions_lies_below_1_and_knows_no_labels(a, order, times):
    def drawn(each):
        return confusion_ceiling(each, np.random.default_rng(1), n_splits=20).r

    found = drawn(a)
    assert (np.isnan(found) | (np.abs(found) <= 1 + 1e-9)).all()
    same(drawn(a[:, order][:, :, order]), found)
    same(drawn(times * a), found)
    alike = drawn(np.broadcast_to(a[0], a.shape))
    same(alike[np.isfinite(alike)], 1)


@few
@given(seen=arrays(np.bool_, (6, 3, 4)), seed=seeds, order=st.permutations(range(12)))
def test_the_ceiling_of_maps_keeps_to_each_measures_range_and_asks_not_where_pixels_lie(seen, seed, order):
    chosen = {name: measure for name, measure in measures().items() if not (measure.needs_clicks or measure.spatial)}
    nobody = np.array([], np.intp)

    def drawn(each):
        return ceiling([Crowd(each, nobody, nobody)], chosen, np.random.default_rng(seed), n_splits=10)

    found, moved = drawn(seen), drawn(seen.reshape(6, 12)[:, np.array(order)].reshape(6, 3, 4))
    unanimous = drawn(np.broadcast_to(seen[0], seen.shape))
    for name, measure in chosen.items():
        value = found[name][0]
        # 2r / (1 + r) of an r below 0 goes beyond -1
        low = -np.inf if measure.spearman_brown else measure.range[0]
        assert np.isnan(value) or low - 1e-6 <= value <= measure.range[1] + 1e-6, name
        np.testing.assert_allclose(moved[name], found[name], rtol=1e-5, atol=1e-6, err_msg=name)
        if seen[0].any() and not seen[0].all():
            assert unanimous[name][0] == pytest.approx(measure.of_itself, abs=1e-6), name


agreements = arrays(np.float64, (5, 9), elements=st.floats(0, 1, width=32) | st.just(float("nan")))


@few
@given(values=agreements, times=st.sampled_from([0.1, 7.0]), shift=st.sampled_from([-2.0, 0.0, 5.0]), seed=seeds)
def test_a_band_knows_no_order_of_images_and_its_score_no_scale(values, times, shift, seed):
    measure = measures()["cc"]
    rng = np.random.default_rng(seed)
    draws, order = draw_images(9, rng, 40), rng.permutation(9)

    def summed(each, drawn):
        return sum_up(Agreement(each[0], each[1], each[3], each[4]), each[2], measure, drawn, 0.9)

    found, moved = summed(values, draws), summed(values[:, order], draws[:, order])
    for name in ("mean", "ceiling", "floor", "group_floor", "score", "n_images", "ci", "ceiling_ci", "score_ci"):
        same(getattr(moved, name), getattr(found, name))
    scaled = summed(times * values + shift, draws)
    if not found.ceiling - found.floor > 1e-3:
        return
    np.testing.assert_allclose(scaled.score, found.score, rtol=1e-6, atol=1e-6)


@few
@given(low=st.floats(-1, 0), high=st.floats(0.1, 1), share=st.floats(-1, 2))
def test_a_score_is_0_at_the_floor_and_1_at_the_ceiling_whichever_way_is_better(low, high, share):
    value = low + share * (high - low)
    assert score(low, low, high) == 0
    assert score(high, low, high) == 1
    assert score(value, low, high) == pytest.approx(share, abs=1e-9)
    assert score(-value, -low, -high, higher_is_better=False) == pytest.approx(share, abs=1e-9)
    assert np.isnan(score(value, high, low))


@few
@given(human=maps, model=maps, times=st.sampled_from([0.5, 4.0, 256.0]), shift=st.integers(-4, 4), seed=seeds)
def test_a_sweep_is_symmetric_and_knows_no_scale_no_zero_and_no_place(human, model, times, shift, seed):
    found = sweep_dice(human, [model])
    known = found.dice[np.isfinite(found.dice)]
    assert ((known >= 0) & (known <= 1)).all()
    same(sweep_dice(model, [human]).dice, found.dice)
    same(sweep_dice(times * human + shift, [model]).dice, found.dice)
    order = np.random.default_rng(seed).permutation(20)
    moved = (stack.reshape(3, 20)[:, order].reshape(3, 4, 5) for stack in (human, model))
    same(sweep_dice(next(moved), [next(moved)]).dice, found.dice)
    for area in (found.human_area, found.model_area):
        assert (np.diff(area, axis=0) <= 0).all()
    itself = sweep_dice(human, [human]).dice
    same(itself[np.isfinite(itself)], 1)
    varies = np.ptp(human, axis=(1, 2)) > 0
    assert (np.isfinite(itself[255, 0]) == varies).all()


@few
@given(human=maps, model=maps, where=st.integers(0, 2), value=st.sampled_from([np.nan, np.inf]))
def test_a_map_that_is_not_finite_leaves_its_condition_empty_and_spoils_no_other(human, model, where, value):
    clean = sweep_dice(human, [model]).dice
    model[where, 1, 1] = value
    found, others = sweep_dice(human, [model]).dice, np.arange(3) != where
    assert np.isnan(found[:, :, where]).all()
    same(found[:, :, others], clean[:, :, others])
    assert np.isnan(floor_dice(human, model[None])[0][:, 0, where]).all()


@few
@given(human=maps, model=maps, order=st.permutations(range(3)).map(np.array), times=st.sampled_from([0.5, 8.0]))
def test_the_floor_of_dice_knows_no_order_of_conditions_and_no_scale(human, model, order, times):
    found, others = floor_dice(human, model[None])
    same(floor_dice(model, human[None]), (others, found))
    assert (np.isnan(found) | ((found >= 0) & (found <= 1))).all()
    same(floor_dice(human[order], model[order][None])[0], found[:, :, order])
    same(floor_dice(times * human, model[None])[0], found)
    one = np.broadcast_to(human[:1], human.shape)
    same(floor_dice(one, one[None])[0][:, 0], sweep_dice(one, [one]).dice[:, 0])


@few
@given(seen=arrays(np.bool_, (8, 3, 4)), seed=seeds, order=st.permutations(range(8)).map(np.array))
def test_the_ceiling_of_dice_is_symmetric_in_the_halves_and_knows_no_order_of_trials(seen, seed, order):
    images, people = np.tile([0, 1], 4), np.repeat(np.arange(4), 2)
    first = np.random.default_rng(seed).permuted(np.array([[True, True, False, False]] * 5), axis=1)
    found = ceiling_dice(seen, images, people, first)
    assert (np.isnan(found) | ((found >= 0) & (found <= 1))).all()
    np.testing.assert_allclose(ceiling_dice(seen, images, people, ~first), found, rtol=1e-6)
    # single precision may round a value of a mean map to the next threshold
    moved = ceiling_dice(seen[order], images[order], people[order], first)
    assert np.nanmean(np.append(np.abs(moved - found), 0.0)) < 0.02
