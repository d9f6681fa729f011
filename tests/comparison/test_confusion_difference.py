import numpy as np
import pytest

from fercore.comparison.confusion import correlate_confusions, normalise_rows
from fercore.comparison.confusion_difference import compare_likeness

N_LABELS, N_IMAGES = 4, 120


def answers(rng, chances, n=1):
    """n answers to each image, whose labels alternate, by the chances of a confusion matrix: (n_images, L * L)."""
    counts = np.zeros((N_IMAGES, N_LABELS, N_LABELS))
    true = np.arange(N_IMAGES) % N_LABELS
    counts[np.arange(N_IMAGES), true] = rng.multinomial(n, chances[true])
    return counts.reshape(N_IMAGES, -1)


def chances(rng):
    """A confusion matrix whose errors have preferences."""
    return normalise_rows(np.exp(1.5 * rng.normal(size=(N_LABELS, N_LABELS))) + 4 * np.eye(N_LABELS))


@pytest.fixture
def rng():
    return np.random.default_rng(0)


def test_each_r_is_that_over_the_errors(rng):
    ours = chances(rng)
    people, first, second = answers(rng, ours, 20), answers(rng, ours), answers(rng, chances(rng))
    found = compare_likeness(people, first, second, N_LABELS, rng, 10)
    pooled = [normalise_rows(own.sum(axis=0).reshape(N_LABELS, N_LABELS)) for own in (people, first, second)]
    for r, other in ((found.first, pooled[1]), (found.second, pooled[2])):
        assert r == pytest.approx(correlate_confusions(pooled[0], other).off_diagonal.r)
    assert found.difference == pytest.approx(found.first - found.second)


def test_who_errs_as_people_do_is_nearer_than_who_errs_otherwise(rng):
    ours = chances(rng)
    people, like, unlike = answers(rng, ours, 20), answers(rng, ours, 5), answers(rng, chances(rng), 5)
    resampled = compare_likeness(people, like, unlike, N_LABELS, rng, 300).resampled
    assert np.quantile(resampled, 0.025) > 0


def test_exchanging_the_two_turns_the_sign(rng):
    ours = chances(rng)
    people, a, b = answers(rng, ours, 20), answers(rng, ours), answers(rng, ours)
    one = compare_likeness(people, a, b, N_LABELS, np.random.default_rng(1), 50)
    other = compare_likeness(people, b, a, N_LABELS, np.random.default_rng(1), 50)
    np.testing.assert_allclose(other.resampled, -one.resampled)
    assert compare_likeness(people, a, a, N_LABELS, rng, 20).difference == 0


def test_images_that_people_did_not_answer_stay_under_their_label(rng):
    ours = chances(rng)
    people, a, b = answers(rng, ours, 20), answers(rng, ours), answers(rng, ours)
    people[:3] = 0
    assert np.isfinite(compare_likeness(people, a, b, N_LABELS, rng, 20).resampled).all()


def test_an_observer_who_never_errs_has_no_likeness(rng):
    right = answers(rng, np.eye(N_LABELS))
    found = compare_likeness(answers(rng, chances(rng), 20), right, right, N_LABELS, rng, 5)
    assert np.isnan([found.first, *found.resampled]).all()
