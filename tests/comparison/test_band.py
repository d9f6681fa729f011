import dataclasses

import numpy as np
import pytest

from fercore.comparison.band import Agreement, HumanMaps, average, ceiling, score, sum_up
from fercore.comparison.halves import Crowd, half_agreement
from fercore.comparison.measures import measures
from fercore.comparison.resamples import draw_images


@pytest.fixture
def maps():
    """Six images of people and of a model that is a little like them; nobody answered the third."""
    rng = np.random.default_rng(0)
    human = rng.poisson(2.0, (6, 9, 9)).astype(float)
    return human, rng.random((6, 9, 9)) + human / 4, np.array([True, True, False, True, True, True])


def test_own_floor_and_group_floor_are_those_of_pairs_one_by_one(maps):
    human, model, counted = maps
    chosen = measures()
    found = HumanMaps(human, human, counted, chosen).compare(model)
    assert list(found) == list(chosen)
    rows = np.flatnonzero(counted)
    for name, measure in chosen.items():
        agreement = found[name]
        for values in (agreement.own, agreement.floor, agreement.group_floor, agreement.others):
            assert np.isnan(values[2])
        for i in rows:
            assert agreement.own[i] == pytest.approx(measure(human[i][None], model[i][None])[0], rel=1e-12), name
            others = [measure(human[j][None], model[i][None])[0] for j in rows if j != i]
            assert agreement.floor[i] == pytest.approx(np.mean(others), rel=1e-5, abs=1e-6), name
            of_model = [measure(human[i][None], model[j][None])[0] for j in rows if j != i]
            assert agreement.others[i] == pytest.approx(np.mean(of_model), rel=1e-5, abs=1e-6), name
            mean = human[rows].mean(axis=0)[None]
            expected = measure(mean, model[i][None])[0]
            assert agreement.group_floor[i] == pytest.approx(expected, rel=1e-5, abs=1e-6, nan_ok=True), name


def test_many_models_are_compared_block_by_block_as_one(maps, monkeypatch):
    human, model, counted = maps
    whole = HumanMaps(human, human, counted, measures()).compare(model)
    monkeypatch.setattr("fercore.comparison.band._VALUES_AT_ONCE", 170)
    parts = HumanMaps(human, human, counted, measures()).compare(model)
    for name in whole:
        for field in ("own", "floor", "group_floor", "others"):
            np.testing.assert_allclose(getattr(parts[name], field), getattr(whole[name], field), rtol=1e-5, atol=1e-7)


def test_without_clicks_measures_that_need_them_are_left_out(maps):
    human, model, counted = maps
    assert set(measures()) - set(HumanMaps(human, None, counted, measures()).compare(model)) == {"auc", "nss"}


def test_a_model_map_that_is_not_finite_has_no_value_and_one_image_has_no_floor(maps):
    human, model, counted = maps
    model[4, 0, 0] = np.nan
    found = HumanMaps(human, human, counted, measures()).compare(model)
    for agreement in found.values():
        assert np.isnan([agreement.own[4], agreement.floor[4], agreement.group_floor[4]]).all()
        assert np.isfinite(agreement.floor[[0, 1, 3, 5]]).all()
    alone = HumanMaps(human, human, np.arange(6) == 1, measures()).compare(model)
    for agreement in alone.values():
        assert np.isnan(agreement.floor).all()
        assert np.isfinite(agreement.own[1])


def test_only_correlations_are_corrected_for_half_the_people():
    rng = np.random.default_rng(0)
    seen = (rng.random((3, 1, 50)) < 0.4) ^ (rng.random((3, 8, 50)) < 0.2)
    crowds = [Crowd(own[:, None], np.arange(8), rng.integers(0, 50, 8)) for own in seen]
    chosen = measures()
    found = ceiling(crowds, chosen, np.random.default_rng(5), n_splits=20)
    same = np.random.default_rng(5)
    for number, people in enumerate(crowds):
        halves = half_agreement(people, chosen, same, n_splits=20)
        for name, value in halves.items():
            corrected = 2 * value / (1 + value) if name in ("cc", "spearman") else value
            assert found[name][number] == pytest.approx(corrected)


def test_a_score_is_not_clipped_and_turns_round_for_divergences():
    assert score(0.3, 0.2, 0.4) == pytest.approx(0.5)
    assert score(0.5, 0.2, 0.4) == pytest.approx(1.5)
    assert score(0.1, 0.2, 0.4) == pytest.approx(-0.5)
    assert np.isnan(score(0.3, 0.4, 0.4))
    assert np.isnan(score(0.3, 0.5, 0.4))
    assert score(1.5, 2.0, 1.0, higher_is_better=False) == pytest.approx(0.5)
    assert np.isnan(score(1.5, 1.0, 2.0, higher_is_better=False))


def test_people_score_one_another_images_map_scores_nought(maps):
    human, model, counted = maps
    cc = measures(names=["cc"])
    agreement = HumanMaps(human, None, counted, cc).compare(model)["cc"]
    top = np.where(counted, 0.9, np.nan)
    draws = draw_images(6, np.random.default_rng(0), 500)

    def scored(own):
        return sum_up(dataclasses.replace(agreement, own=own), top, cc["cc"], draws, 0.95).score

    assert scored(top) == pytest.approx(1)
    assert scored(agreement.floor) == pytest.approx(0)


def test_intervals_hold_their_means_and_come_from_the_draws(maps):
    human, model, counted = maps
    cc = measures(names=["cc"])
    agreement = HumanMaps(human, None, counted, cc).compare(model)["cc"]
    top = np.where(counted, np.linspace(0.7, 0.9, 6), np.nan)
    bands = [sum_up(agreement, top, cc["cc"], draw_images(6, np.random.default_rng(s), 400), 0.9) for s in (1, 1, 2)]
    assert bands[0] == bands[1] != bands[2]
    band = bands[0]
    assert band.n_images == 5
    assert band.mean == pytest.approx(np.nanmean(agreement.own))
    for value, (low, high) in ((band.mean, band.ci), (band.ceiling, band.ceiling_ci), (band.score, band.score_ci)):
        assert low < value < high
    one = np.where(np.arange(6) == 3, agreement.own, np.nan)
    mean, interval = average(one, draw_images(6, np.random.default_rng(0), 50), 0.95)
    assert mean == agreement.own[3]
    assert np.isnan(interval).all()


def test_the_floor_moves_with_images_as_if_it_were_worked_out_anew_among_those_drawn():
    rng = np.random.default_rng(2)
    n = 60
    easy = rng.normal(0, 0.2, n)  # whatever looks at such an image agrees with people
    crossed = rng.normal(0.3, 0.05, (n, n)) + easy[:, None] + rng.normal(0, 0.1, n)  # people's map by model's map
    own, elsewhere = np.diag(crossed).copy(), crossed.copy()
    np.fill_diagonal(elsewhere, np.nan)
    agreement = Agreement(own, np.nanmean(elsewhere, axis=0), np.full(n, np.nan), np.nanmean(elsewhere, axis=1))
    draws = draw_images(n, rng, 1000)
    band = sum_up(agreement, np.full(n, 0.9), measures(names=["cc"])["cc"], draws, 0.95)
    scores = []
    for drawn in draws:
        weights = np.outer(drawn, drawn) * np.isfinite(elsewhere)
        floor = (weights * np.nan_to_num(elsewhere)).sum() / weights.sum()
        value = (drawn @ own) / n
        scores.append((value - floor) / (0.9 - floor))
    np.testing.assert_allclose(band.score_ci, np.quantile(scores, [0.025, 0.975]), atol=0.01)


def test_a_model_that_knows_only_the_middle_scores_about_nought():
    """People differ around a common middle; a blob in the middle is like all of them and like none in particular."""
    rng = np.random.default_rng(1)
    y, x = np.mgrid[:20, :20]

    def blob(cy, cx):
        return np.exp(-((y - cy) ** 2 + (x - cx) ** 2) / 18)

    centres = rng.normal(9.5, 2.5, (40, 2))
    human = np.stack([blob(*centre) for centre in centres]) + 0.01
    model = np.repeat(blob(9.5, 9.5)[None], 40, axis=0) + 0.01 * rng.random((40, 20, 20))
    top = np.full(40, 0.95)
    draws = draw_images(40, np.random.default_rng(0), 300)
    for name, measure in measures(names=["cc", "spearman", "dice-top20"]).items():
        agreement = HumanMaps(human, None, np.ones(40, bool), {name: measure}).compare(model)[name]
        band = sum_up(agreement, top, measure, draws, 0.95)
        assert band.mean > 0.2
        assert abs(band.score) < 0.02, name
