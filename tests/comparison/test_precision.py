import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fercore.comparison.precision import variance_components
from fercore.errors import InputError


def crossed(rng, people, images, rest, shape):
    return (
        rng.normal(0, people**0.5, (shape[0], 1))
        + rng.normal(0, images**0.5, (1, shape[1]))
        + rng.normal(0, rest**0.5, shape)
    )


def test_components_are_found_again_on_average():
    rng = np.random.default_rng(0)
    found = [variance_components(crossed(rng, 0.5, 1.0, 2.0, (30, 40))) for _ in range(200)]
    for name, expected in (("people", 0.5), ("images", 1.0), ("rest", 2.0)):
        assert np.mean([getattr(each, name) for each in found]) == pytest.approx(expected, rel=0.06)


def test_the_standard_error_is_that_of_repeated_studies():
    rng = np.random.default_rng(1)
    means = [crossed(rng, 0.5, 1.0, 2.0, (12, 20)).mean() for _ in range(3000)]
    found = np.mean(
        [variance_components(crossed(rng, 0.5, 1.0, 2.0, (30, 40))).standard_error(12, 20) for _ in range(100)]
    )
    assert found == pytest.approx(np.std(means), rel=0.06)


def test_missing_answers_change_little():
    rng = np.random.default_rng(2)
    whole = crossed(rng, 0.5, 1.0, 2.0, (40, 80))
    some = np.where(rng.random(whole.shape) < 0.1, np.nan, whole)
    assert variance_components(some).width(40, 80) == pytest.approx(variance_components(whole).width(40, 80), rel=0.1)


@given(st.integers(2, 8), st.integers(2, 8), st.integers(0, 50))
def test_more_of_either_is_never_wider(n_people, n_images, seed):
    found = variance_components(np.random.default_rng(seed).normal(size=(n_people, n_images)))
    width = found.width(n_people, n_images)
    assert found.width(n_people + 1, n_images) <= width
    assert found.width(n_people, n_images + 1) <= width
    assert min(found.people, found.images, found.rest) >= 0


def test_one_person_tells_nothing():
    with pytest.raises(InputError, match="1 people and 5 images"):
        variance_components(np.ones((1, 5)))
