import numpy as np
import pytest

from fercore.comparison.confusion_ceiling import confusion_ceiling


def people(n, n_trials, preference, seed):
    """Participants with the same confusions, apart from chance."""
    rng = np.random.default_rng(seed)
    counts = np.empty((n, 4, 4))
    for label in range(4):
        share = preference[label] / preference[label].sum()
        counts[:, label] = rng.multinomial(n_trials, share, size=n)
    return counts


@pytest.fixture
def preference():
    return np.random.default_rng(9).dirichlet(np.ones(4), size=4) + np.eye(4)


def test_shared_confusions_agree_and_more_trials_agree_better(preference):
    few, many = (confusion_ceiling(people(20, n, preference, 0), np.random.default_rng(0)) for n in (10, 400))
    assert 0 < few.mean < many.mean
    assert many.mean > 0.98
    low, high = many.spread()
    assert low <= many.mean <= high


def test_people_without_shared_confusions_do_not_agree():
    rng = np.random.default_rng(1)
    even = np.full((4, 4), 0.1) + np.eye(4)
    means = [confusion_ceiling(people(12, 50, even, seed), rng, n_splits=100).r.mean() for seed in range(30)]
    assert abs(np.mean(means)) < 0.15


def test_one_seed_gives_one_ceiling(preference):
    counts = people(9, 20, preference, 2)
    first, again = (confusion_ceiling(counts, np.random.default_rng(3), n_splits=50).r for _ in range(2))
    np.testing.assert_array_equal(first, again)


def test_a_single_participant_has_no_ceiling(preference):
    result = confusion_ceiling(people(1, 20, preference, 0), np.random.default_rng(0))
    assert np.isnan(result.mean)
    assert np.isnan(result.spread()).all()


def test_a_half_without_answers_to_a_label_has_no_correlation(preference):
    counts = people(4, 20, preference, 0)
    counts[1:, 2] = 0  # one participant alone saw this label
    assert np.isnan(confusion_ceiling(counts, np.random.default_rng(0), n_splits=20).r).all()
