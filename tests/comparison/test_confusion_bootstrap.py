import numpy as np
import pytest

from fercore.comparison.confusion import error_shares
from fercore.comparison.confusion_bootstrap import Answers, ErrorResamples, likeness_rows
from fercore.comparison.reliability import correlate_rows

N_LABELS, N_IMAGES = 4, 80


def drawn_answers(rng, odds, n_people=1):
    """Answers of people to all images, who answer by the chances of the rows of ``odds``."""
    true = np.arange(N_IMAGES) % N_LABELS
    chances = np.exp(odds) / np.exp(odds).sum(axis=1, keepdims=True)
    given = np.concatenate([[rng.choice(N_LABELS, p=chances[label]) for label in true] for _ in range(n_people)])
    image = np.tile([f"i{number}" for number in range(N_IMAGES)], n_people)
    person = np.repeat(np.arange(n_people), N_IMAGES)
    return Answers(image, np.tile(true, n_people) * N_LABELS + given, person, np.ones(len(given)))


@pytest.fixture
def two():
    rng = np.random.default_rng(3)
    odds = rng.normal(size=(N_LABELS, N_LABELS)) + 1.5 * np.eye(N_LABELS)
    return drawn_answers(rng, odds, n_people=6), drawn_answers(rng, odds)


def counts(answers):
    return np.bincount(answers.cell, answers.times, N_LABELS**2).reshape(1, N_LABELS, N_LABELS)


def test_the_first_row_is_the_data_and_the_others_keep_rows_of_their_size(two):
    resamples = ErrorResamples(two, N_LABELS, np.random.default_rng(0), 50)
    for answers in two:
        errors = resamples.errors(answers)
        assert errors.shape == (51, N_LABELS**2 - N_LABELS)
        np.testing.assert_allclose(errors[0], error_shares(counts(answers))[0])
    # one answer per image: a share of so many images as a label has
    shares = resamples.errors(two[1]) * (N_IMAGES / N_LABELS)
    np.testing.assert_allclose(shares, np.round(shares), atol=1e-9)
    assert shares.std(axis=0).max() > 0.5


def test_people_are_drawn_too_and_halved_for_a_ceiling(two):
    people, network = two
    resamples = ErrorResamples(two, N_LABELS, np.random.default_rng(0), 200)
    errors, ceiling = resamples.errors_and_ceiling(people)
    np.testing.assert_allclose(errors[0], error_shares(counts(people))[0])
    assert np.isfinite(ceiling).all()
    assert 0.5 < ceiling[0] < 1
    assert np.isnan(resamples.errors_and_ceiling(network)[1]).all()  # one person has no halves


def test_images_that_one_observer_alone_answered_are_drawn_apart(two):
    people, network = two
    elsewhere = Answers(np.char.add("other ", network.image), network.cell, network.person, network.times)
    resamples = ErrorResamples([people, elsewhere], N_LABELS, np.random.default_rng(0), 20)
    np.testing.assert_allclose(resamples.errors(elsewhere)[0], error_shares(counts(network))[0])


def test_a_printed_matrix_is_held_against_every_resample(two):
    people, network = two
    errors = ErrorResamples(two, N_LABELS, np.random.default_rng(0), 30).errors(people)
    fixed = error_shares(counts(network))
    rows, ranks = likeness_rows(errors, fixed)
    assert rows.shape == ranks.shape == (31,)
    assert rows[0] == pytest.approx(correlate_rows(errors[:1], fixed)[0])
    fixed[0, 0] = np.nan  # a cell that is not known counts in no resample
    assert np.isfinite(likeness_rows(errors, fixed)[0]).all()


def test_three_errors_have_no_interval():
    assert np.isnan(likeness_rows(np.ones((5, 3)), np.ones((5, 3)))).all()
