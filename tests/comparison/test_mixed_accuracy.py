import numpy as np
import pytest
from scipy.special import expit, logsumexp

from fercore.comparison.mixed_accuracy import mixed_accuracy


@pytest.mark.reference("mixed_accuracy", "*")
def test_every_number_equals_that_of_lme4(reference, close):
    case = reference("mixed_accuracy")
    table, expected = case.table(), case.expected
    result = mixed_accuracy(table["correct"], table["participant"], table["image"])
    for name in ("n_trials", "n_participants", "n_images"):
        assert getattr(result, name) == expected[name], name
    assert table["correct"].mean() == close(expected["raw_accuracy"])
    assert result.intercept == pytest.approx(expected["intercept"], rel=1e-3)
    assert result.accuracy == pytest.approx(expected["accuracy_at_intercept"], rel=1e-3)
    assert result.se_intercept == pytest.approx(expected["se_intercept"], rel=1e-2)
    assert result.sd_participant == pytest.approx(expected["sd_participant"], rel=1e-3)
    assert result.sd_image == pytest.approx(expected["sd_image"], rel=1e-3)
    assert result.log_likelihood == pytest.approx(expected["log_likelihood"], abs=0.01)
    assert result.aic == pytest.approx(expected["aic"], abs=0.01)
    low, high = result.accuracy_ci
    assert low < result.accuracy < high


def trials(n_participants, n_images, sd_participant, sd_image, seed):
    rng = np.random.default_rng(seed)
    p, i = np.indices((n_participants, n_images)).reshape(2, -1)
    log_odds = 1.5 + sd_participant * rng.normal(size=n_participants)[p] + sd_image * rng.normal(size=n_images)[i]
    return rng.random(p.size) < expit(log_odds), p, i


def test_rows_come_in_any_order_and_names_are_any():
    correct, p, i = trials(8, 30, 0.5, 0.8, seed=1)
    order = np.random.default_rng(0).permutation(p.size)
    shuffled = mixed_accuracy(correct[order], np.char.add("P", p[order].astype(str)), i[order])
    result = mixed_accuracy(correct, p, i)
    assert shuffled.log_likelihood == pytest.approx(result.log_likelihood, abs=1e-6)
    assert shuffled.intercept == pytest.approx(result.intercept, rel=1e-4)


def test_participants_and_images_change_places():
    correct, p, i = trials(9, 25, 0.3, 1.0, seed=2)
    result, turned = mixed_accuracy(correct, p, i), mixed_accuracy(correct, i, p)
    assert turned.sd_image == pytest.approx(result.sd_participant, rel=1e-3, abs=1e-3)
    assert turned.sd_participant == pytest.approx(result.sd_image, rel=1e-3)


def test_without_differences_it_is_the_share_with_its_usual_error():
    correct = np.tile([True, True, True, False], 50)  # every participant and image half a pattern
    p, i = np.repeat(np.arange(10), 20), np.tile(np.arange(20), 10)
    result = mixed_accuracy(correct, p, i % 2 + 2 * (p % 2))
    assert result.sd_participant == pytest.approx(0, abs=1e-2)
    assert mixed_accuracy(correct, p, p % 5).intercept == pytest.approx(np.log(3), rel=1e-3)
    assert mixed_accuracy(correct, p, p % 5).se_intercept == pytest.approx(1 / np.sqrt(200 * 0.75 * 0.25), rel=1e-2)


def test_it_nears_the_exact_likelihood():
    """One factor without variance leaves one-dimensional integrals, done here by quadrature."""
    correct, p, i = trials(30, 40, 0.8, 0.0, seed=5)
    result = mixed_accuracy(correct, p, i)
    assert result.sd_image < 0.25
    nodes, weights = np.polynomial.hermite_e.hermegauss(60)
    hits, n = np.bincount(p, correct), np.bincount(p)
    eta = result.intercept + result.sd_participant * nodes
    log_terms = hits[:, None] * eta - n[:, None] * np.logaddexp(0, eta) + np.log(weights / np.sqrt(2 * np.pi))
    assert result.log_likelihood == pytest.approx(float(logsumexp(log_terms, axis=1).sum()), abs=1.5)


def test_gaps_are_allowed():
    correct, p, i = trials(10, 40, 0.5, 0.8, seed=3)
    seen = np.random.default_rng(0).random(p.size) < 0.7
    result = mixed_accuracy(correct[seen], p[seen], i[seen])
    assert result.n_trials == seen.sum()
    assert np.isfinite([result.se_intercept, result.aic]).all()


def test_intervals_cover_the_truth_as_often_as_they_say():
    covered = [
        (lambda ci: ci.low < 1.5 < ci.high)(mixed_accuracy(*trials(15, 30, 0.5, 0.7, seed)).intercept_ci)
        for seed in range(40)
    ]
    assert np.mean(covered) > 0.82


@pytest.mark.parametrize(
    ("correct", "p", "i"),
    [
        ([1, 1, 1, 1], [0, 0, 1, 1], [0, 1, 0, 1]),
        ([0, 0, 0, 0], [0, 0, 1, 1], [0, 1, 0, 1]),
        ([1, 0], [0, 0], [0, 1]),
        ([1, 0], [0, 1], [0, 0]),
        ([], [], []),
    ],
    ids=["all right", "all wrong", "one participant", "one image", "nothing"],
)
def test_what_cannot_be_fitted_is_nan(correct, p, i):
    result = mixed_accuracy(np.array(correct), np.array(p, int), np.array(i, int))
    assert np.isnan([result.intercept, result.se_intercept, result.accuracy, *result.accuracy_ci]).all()


@pytest.mark.parametrize("seed", range(6))
def test_tiny_and_separated_tables_end_without_a_warning(seed):
    correct, p, i = trials(3, 3, 2.0, 2.0, seed)
    result = mixed_accuracy(correct, p, i)
    assert result.n_trials == 9
