import itertools

import numpy as np
import pytest

from fercore.comparison.halves import Crowd, half_agreement
from fercore.comparison.measures import SIMILARITY, measures

NAMES = SIMILARITY.names()


def crowd(n_people, n_pixels=36, seed=0):
    """People who uncover about the same, and click twice."""
    rng = np.random.default_rng(seed)
    seen = (rng.random(n_pixels) < 0.4) ^ (rng.random((n_people, n_pixels)) < 0.15)
    clicks = rng.integers(0, n_pixels, 2 * n_people)
    clicks[: n_people // 2] = 7
    return Crowd(seen.reshape(n_people, 2, n_pixels // 2), np.repeat(np.arange(n_people), 2), clicks)


def of_groups(people, measure, human, model):
    """Agreement of two groups from their maps, pixel by pixel."""
    if measure.needs_clicks:
        own = np.isin(people.clicker, human)
        first = (
            np.bincount(people.clicked[own], minlength=people.seen[0].size).astype(float).reshape(people.seen.shape[1:])
        )
    else:
        first = people.seen[human].mean(axis=0)
    return measure(first[None], people.seen[model].mean(axis=0)[None])[0]


@pytest.mark.parametrize("name", [name for name in NAMES if not SIMILARITY.get(name).spatial])
@pytest.mark.parametrize("n_people", [4, 5])
def test_it_is_the_mean_over_all_halves_worked_out_pixel_by_pixel(name, n_people):
    people, measure = crowd(n_people), SIMILARITY.get(name)()
    found = half_agreement(people, {name: measure}, np.random.default_rng(1), n_splits=6000)[name]
    groups = [
        (list(human), list(model))
        for human in itertools.combinations(range(n_people), 2)
        for model in itertools.combinations(sorted(set(range(n_people)) - set(human)), 2)
    ]
    values = [of_groups(people, measure, *both) for both in groups]
    assert found == pytest.approx(np.nanmean(values), abs=4 * np.nanstd(values) / np.sqrt(6000) + 1e-6)


@pytest.mark.parametrize("name", NAMES)
def test_grouping_pixels_loses_nothing(name):
    """With more levels than patterns pixels stay grouped by people; both ways give the same."""
    measure = SIMILARITY.get(name)()
    few = crowd(6, n_pixels=400)
    many = Crowd(few.seen[:, :, :15], few.clicker, few.clicked % 30)
    for people in (few, many):
        found = half_agreement(people, {name: measure}, np.random.default_rng(3), n_splits=1)[name]
        order = np.random.default_rng(3).permuted(np.arange(6)[None], axis=1)[0]
        assert found == pytest.approx(of_groups(people, measure, order[:3], order[3:]), rel=1e-5)


def test_people_who_all_did_the_same_agree_fully():
    people = crowd(1)
    same = Crowd(np.repeat(people.seen, 6, axis=0), np.repeat(np.arange(6), 2), np.tile(people.clicked, 6))
    found = half_agreement(same, measures(), np.random.default_rng(0), n_splits=10)
    for name, measure in measures().items():
        if not measure.needs_clicks:
            assert found[name] == pytest.approx(measure.of_itself, abs=1e-5), name


def test_more_people_than_fit_into_one_integer_stay_apart():
    people = crowd(90, n_pixels=50)
    found = half_agreement(people, measures(), np.random.default_rng(3), n_splits=1)
    order = np.random.default_rng(3).permuted(np.arange(90)[None], axis=1)[0]
    for name, measure in measures().items():
        assert found[name] == pytest.approx(of_groups(people, measure, order[:45], order[45:]), rel=1e-5), name


def test_too_few_people_have_no_agreement():
    for n_people, size in ((0, None), (1, None), (3, 2)):
        found = half_agreement(crowd(n_people), measures(), np.random.default_rng(0), size=size)
        assert set(found) == set(measures())
        assert np.isnan(list(found.values())).all()


def test_people_who_uncovered_nothing_agree_in_nothing():
    nobody = Crowd(np.zeros((4, 3, 3), bool), np.empty(0, np.intp), np.empty(0, np.intp))
    found = half_agreement(nobody, measures(), np.random.default_rng(0))
    assert found.pop("auc") is not None
    assert np.isnan([value for name, value in found.items()]).all()


def test_larger_groups_agree_more():
    people = crowd(20, n_pixels=400)
    cc = measures(names=["cc"])
    values = [half_agreement(people, cc, np.random.default_rng(0), size=size)["cc"] for size in (1, 3, 10)]
    assert values == sorted(values)
