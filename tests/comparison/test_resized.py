import numpy as np
import pytest

from fercore.comparison.precision import variance_components
from fercore.comparison.reliability import correlate_rows
from fercore.comparison.resized import corrected, draw_sized, resized_components
from fercore.errors import InputError


def crossed(rng, people, images, rest, shape):
    return (
        rng.normal(0, people**0.5, (shape[0], 1))
        + rng.normal(0, images**0.5, (1, shape[1]))
        + rng.normal(0, rest**0.5, shape)
    )


def mean_of(values):
    return lambda people, images: (
        np.einsum("bp,bi,pi->b", people, images, values) / (people.sum(axis=1) * images.sum(axis=1))
    )


def test_of_a_mean_it_gives_what_the_method_of_moments_gives():
    rng = np.random.default_rng(0)
    values = crossed(rng, 0.5, 1.0, 4.0, (16, 40))
    found = resized_components(mean_of(values), 16, np.zeros(40), rng, n_resamples=4000)
    expected = variance_components(values)
    for p, i in ((16, 40), (64, 40), (16, 200), (8, 20)):
        assert found.width(p, i) == pytest.approx(expected.width(p, i), rel=0.1)


def test_of_a_correlation_over_conditions_it_gives_about_the_spread_over_larger_studies():
    level = np.random.default_rng(99).normal(size=(2, 20))
    level[1] += level[0]

    def study(rng, n_people, per_condition):
        condition = np.repeat(np.arange(20), per_condition)
        images = level[:, condition] + 0.5 * rng.normal(size=(2, len(condition)))
        noise = rng.normal(size=(2, n_people, 1)) + 1.5 * rng.normal(size=(2, n_people, len(condition)))
        return images[:, None] + noise, condition

    def relation(values, condition):
        member = np.eye(20)[condition]
        return lambda people, images: correlate_rows(
            *(((people @ own) * images) @ member / (images @ member) for own in values)
        )

    rng = np.random.default_rng(4)
    spread = [float(relation(*study(rng, 24, 4))(np.ones((1, 24)), np.ones((1, 80)))[0]) for _ in range(300)]
    found = []
    for _ in range(6):
        values, condition = study(rng, 12, 4)
        own = resized_components(relation(values, condition), 12, condition, rng, n_resamples=200)
        found.append(own.standard_error(24, 80))
    assert np.std(spread) * 0.8 < np.mean(found) < np.std(spread) * 1.4


def test_what_hangs_on_images_alone_gets_no_narrower_with_people():
    values = np.broadcast_to(np.random.default_rng(1).normal(size=60), (10, 60))
    found = resized_components(mean_of(values), 10, np.zeros(60), np.random.default_rng(2), n_resamples=1000)
    assert found.width(1000, 60) == pytest.approx(found.width(10, 60), rel=0.1)
    assert found.width(10, 60) == pytest.approx(2 * 1.96 * values[0].std() / 60**0.5, rel=0.1)


def test_a_statistic_that_cannot_be_had_has_no_width():
    found = resized_components(lambda p, _: np.full(len(p), np.nan), 5, np.zeros(9), np.random.default_rng(0))
    assert np.isnan(found.width(10, 10))


def test_every_group_keeps_its_share_and_at_least_one_image():
    groups = np.repeat([0, 1, 2], [8, 4, 1])
    draws = draw_sized(groups, 0.5, np.random.default_rng(0), 20)
    for group, size in enumerate((4, 2, 1)):
        assert (draws[:, groups == group].sum(axis=1) == size).all()


def test_parts_are_never_below_nought():
    parts = corrected(np.array([0.1, 0.0, 36.0]), 10, 100, 1)
    assert (parts.people, parts.images) == (0, 0)
    assert parts.rest == pytest.approx(36 * 10 / 9 * 100 / 99)


def test_few_images_in_each_group_vary_as_much_as_many():
    rng = np.random.default_rng(3)
    groups = np.repeat(np.arange(150), 2)
    values = np.broadcast_to(rng.normal(size=300), (10, 300))
    found = resized_components(mean_of(values), 10, groups, rng, n_resamples=2000)
    assert found.width(10, 300) == pytest.approx(2 * 1.96 / 300**0.5, rel=0.12)


def test_one_person_does_not_tell_how_people_vary():
    with pytest.raises(InputError, match="1 people and 9 images"):
        resized_components(lambda p, _: p[:, 0], 1, np.zeros(9), np.random.default_rng(0))
