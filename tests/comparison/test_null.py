"""Where there is nothing to be found, statistics get what theory says."""

import numpy as np
import pandas as pd
import pytest
from scipy.stats import kstest

from fercore.comparison.anova import one_way
from fercore.comparison.band import HumanMaps, ceiling, sum_up
from fercore.comparison.confusion import correlate_confusions, even_errors, normalise_rows
from fercore.comparison.correlation import pearson
from fercore.comparison.crossed import Crossed
from fercore.comparison.error_consistency import error_consistency
from fercore.comparison.halves import Crowd
from fercore.comparison.mantel import mantel
from fercore.comparison.measures import measures
from fercore.comparison.mixed_model import mixed_model
from fercore.comparison.mixed_slope import mixed_slope
from fercore.comparison.multiplicity import holm
from fercore.comparison.paired import paired_contrasts
from fercore.comparison.proportions import mcnemar, two_proportions
from fercore.comparison.rank_tests import friedman, kruskal_wallis
from fercore.comparison.repeated_measures import repeated_measures
from fercore.comparison.resamples import draw_images
from fercore.comparison.signed_ranks import signed_ranks
from fercore.comparison.spearman import spearman
from fercore.comparison.tukey import tukey_hsd
from fercore.comparison.two_way import two_way
from fercore.comparison.within_participants import correlate_within

SIDE = 20


def crossed(values):
    return Crossed(values, tuple(map(str, range(len(values)))), tuple("abc"), 0)


def conditions(rng, n=40):
    """Three methods that agree with people equally well; conditions are easy or hard for all of them."""
    return rng.normal(size=(n, 3)) + rng.normal(size=(n, 1))


def independent(rng):
    return pd.DataFrame({"value": rng.normal(size=60), "group": list("abc") * 20})


def two_ways(rng):
    table = pd.DataFrame({"value": rng.normal(size=48), "a": list("xyz") * 16, "b": np.repeat(list("pqrs"), 12)})
    return two_way(table, "value", "a", "b").set_index("effect").loc["a:b", "p"]


def within(rng):
    x, y = rng.normal(size=(2, 6, 12)) + rng.normal(size=(2, 6, 1))
    return correlate_within(x.ravel(), y.ravel(), np.repeat(np.arange(6), 12)).p


def shuffled_labels(rng):
    order = rng.permutation(6)
    bias = rng.random((6, 1))
    a, b = (rng.random((6, 6)) + bias for _ in range(2))
    return mantel(a, b[np.ix_(order, order)]).p


def disagreements(rng):
    """Trials that only one of two observers got right."""
    a, b = rng.random((2, 4000)) < 0.8
    return int((a & ~b).sum()), int((b & ~a).sum())


TESTS = {
    "one-way": lambda rng: one_way(independent(rng), "value", "group").p,
    "kruskal-wallis": lambda rng: kruskal_wallis(independent(rng), "value", "group").p,
    "repeated measures": lambda rng: repeated_measures(crossed(conditions(rng))).p,
    "repeated measures, Greenhouse-Geisser": lambda rng: repeated_measures(crossed(conditions(rng))).p_gg,
    "friedman": lambda rng: friedman(crossed(conditions(rng))).p,
    "paired t": lambda rng: paired_contrasts(crossed(conditions(rng)))["p"].iloc[0],
    "mantel": shuffled_labels,
    "signed ranks": lambda rng: signed_ranks(rng.normal(size=30)),
    "mcnemar": lambda rng: mcnemar(*disagreements(rng)).p,
    "tukey, any pair": lambda rng: tukey_hsd(one_way(independent(rng), "value", "group"))["p"].min(),
    "pearson": lambda rng: pearson(*rng.normal(size=(2, 56))).p,
    "spearman": lambda rng: spearman(*rng.normal(size=(2, 56))).p,
    "within participants": within,
    "two proportions": lambda rng: two_proportions(*(x for k in rng.binomial(900, 0.5, 2) for x in (int(k), 900))).p,
}


@pytest.mark.parametrize("name", TESTS)
def test_p_is_uniform(name):
    rng = np.random.default_rng(20)
    p = np.array([TESTS[name](rng) for _ in range(200)])
    assert ((p >= 0) & (p <= 1)).all()
    assert kstest(p, "uniform").pvalue > 0.01


def test_p_of_the_two_way_interaction_is_uniform():
    rng = np.random.default_rng(2)
    assert kstest([two_ways(rng) for _ in range(60)], "uniform").pvalue > 0.01


def test_p_of_the_mixed_model_is_uniform():
    rng = np.random.default_rng(3)
    p = []
    for _ in range(200):
        values = conditions(rng, 20)
        table = pd.DataFrame({"y": values.ravel(), "m": list("abc") * 20, "s": np.repeat(np.arange(20), 3)})
        p.append(mixed_model(table, "y", "s", "m", "a").effects["p"].iloc[1])
    assert kstest(p, "uniform").pvalue > 0.01


def test_p_of_the_mixed_slope_is_uniform():
    rng = np.random.default_rng(11)
    person, image = np.repeat(np.arange(10), 12), np.tile(np.arange(12), 10)
    p = []
    for _ in range(50):
        x, y = rng.normal(size=(2, 10))[:, person] + rng.normal(size=(2, 12))[:, image] + rng.normal(size=(2, 120))
        p.append(mixed_slope(y, x, person, image).p)
    assert kstest(p, "uniform").pvalue > 0.01


def test_mcnemars_exact_p_is_never_too_small():
    rng = np.random.default_rng(12)
    p = [mcnemar(*disagreements(rng)).p_exact for _ in range(300)]
    assert kstest(p, "uniform", alternative="greater").pvalue > 0.01


def test_any_of_holms_contrasts_alarms_at_the_level():
    rng = np.random.default_rng(4)
    smallest = [holm(rng.random(3)).min() for _ in range(2000)]
    assert np.mean(np.array(smallest) < 0.05) == pytest.approx(0.05, abs=0.015)


def test_errors_without_preference_are_like_people_over_all_cells_and_not_over_errors():
    """Whatever people mistake; with the paper's eight labels and shares of errors."""
    rng = np.random.default_rng(5)
    results = []
    for _ in range(200):
        errors = rng.dirichlet(np.ones(7), size=8) * 0.16
        people = np.full((8, 8), 0.84)
        people[~np.eye(8, dtype=bool)] = errors.ravel()
        model = normalise_rows(np.array([rng.multinomial(500, row) for row in even_errors(0.6, 8)]))
        results.append(correlate_confusions(people, model))
    over_all = np.array([result.all_cells.r for result in results])
    over_errors = np.array([result.off_diagonal.r for result in results])
    assert over_all.min() > 0.95
    assert over_errors.mean() == pytest.approx(0, abs=4 * over_errors.std() / 200**0.5)


def test_observers_who_err_independently_have_a_kappa_of_nought():
    rng = np.random.default_rng(6)
    found = [error_consistency(*(rng.random((2, 280)) < 0.85)).kappa for _ in range(400)]
    assert np.mean(found) == pytest.approx(0, abs=4 * np.std(found) / 20)


def blob(y, x, width=3.0):
    rows, columns = np.mgrid[:SIDE, :SIDE]
    return np.exp(-((rows - y) ** 2 + (columns - x) ** 2) / (2 * width**2))


@pytest.fixture(scope="module")
def people():
    """Sixty images: where ten people looked on each, around a place of its own near the middle."""
    rng = np.random.default_rng(7)
    crowds = []
    for y, x in rng.normal(9.5, 3, (60, 2)).clip(3, 16):
        clicks = rng.normal([y, x], 1.5, (10, 3, 2)).round().clip(0, SIDE - 1).astype(int)
        rows, columns = np.mgrid[:SIDE, :SIDE]
        near = (rows - clicks[..., :1, None]) ** 2 + (columns - clicks[..., 1:, None]) ** 2 <= 9
        pixels = (clicks[..., 0] * SIDE + clicks[..., 1]).ravel()
        crowds.append(Crowd(near.any(axis=1), np.repeat(np.arange(10), 3), pixels))
    maps = np.stack([crowd.seen.mean(axis=0) for crowd in crowds])
    clicks = np.stack([np.bincount(c.clicked, minlength=SIDE**2).reshape(SIDE, SIDE) for c in crowds]).astype(float)
    chosen = measures()
    top = ceiling(crowds, chosen, np.random.default_rng(8), n_splits=20)
    return HumanMaps(maps, clicks, np.ones(60, bool), chosen), maps, top, chosen


MODELS = {
    "a blob in the middle": lambda rng, maps: (
        np.repeat(blob(9.5, 9.5)[None], 60, axis=0) + 1e-3 * rng.random(maps.shape)
    ),
    "noise": lambda rng, maps: rng.random(maps.shape),
    "maps of other images": lambda _rng, maps: np.roll(maps, 1, axis=0) + 1e-6,
}


@pytest.mark.parametrize("model", MODELS)
def test_maps_that_know_nothing_of_their_image_score_about_nought_by_every_measure(people, model):
    human, maps, top, chosen = people
    found = human.compare(MODELS[model](np.random.default_rng(9), maps))
    draws = draw_images(60, np.random.default_rng(10), 500)
    scored = 0
    for name, measure in chosen.items():
        band = sum_up(found[name], top[name], measure, draws, 0.999)
        if np.isnan(band.score):
            assert name == "kl"  # a half leaves out what the other saw, so that the ceiling is worse than the floor
            continue
        scored += 1
        assert abs(band.score) < 0.15, name
        assert band.score_ci.low <= 0 <= band.score_ci.high, name
    assert scored >= len(chosen) - 1


def test_maps_of_people_score_at_the_ceiling_or_above(people):
    human, maps, top, chosen = people
    found = human.compare(maps + 1e-6)
    draws = draw_images(60, np.random.default_rng(10), 100)
    scores = {name: sum_up(found[name], top[name], measure, draws, 0.95).score for name, measure in chosen.items()}
    assert {name for name, score in scores.items() if np.isnan(score)} <= {"kl"}  # as above
    assert len(scores) == len(chosen) > 5
    for name, score in scores.items():
        assert np.isnan(score) or score > 0.95, name
