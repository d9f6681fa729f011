from dataclasses import replace

import numpy as np
import pytest

from fercore.comparison.uncovering import n_uncovered
from fercore.saliency.checks.deletion_insertion import DeletionInsertion

N_SQUARE = 25


@pytest.fixture
def check():
    return DeletionInsertion()


def test_the_decision_goes_and_comes_with_a_map_of_what_decides(check, subject, square, noise):
    """On the planted square, every step until it is gone lowers p, and no step afterwards: noise is slower in both."""
    marked, blind = check(subject(square)), check(subject(noise))
    assert (marked["deletion_area"] < blind["deletion_area"]).all()
    assert (marked["insertion_area"] > blind["insertion_area"]).all()
    areas = np.linspace(0, 1, 51)
    gone = n_uncovered(areas, 400) >= N_SQUARE
    assert (np.diff(marked["insertion"][:, ~gone]) > 0).all()
    assert np.ptp(marked["insertion"][:, gone], axis=1).max() < 1e-6
    assert np.ptp(marked["deletion"][:, gone], axis=1).max() < 1e-6


def test_both_curves_run_between_the_whole_and_the_blurred_image(check, subject, noise):
    found = check(subject(noise))
    np.testing.assert_array_equal(found["deletion"][:, 0], found["insertion"][:, -1])
    np.testing.assert_array_equal(found["deletion"][:, -1], found["insertion"][:, 0])
    assert found["deletion"].shape == (4, 51)


def test_areas_are_taken_by_trapezoids(check, subject, noise):
    found = check(subject(noise))
    expected = np.trapezoid(found["deletion"], np.linspace(0, 1, 51), axis=1)
    np.testing.assert_allclose(found["deletion_area"], expected)


def test_deletion_takes_exactly_what_insertion_brings(check, subject, square):
    """What deletion leaves of a map is what insertion shows of its opposite."""
    there, opposite = subject(square), subject(-square)
    order = there.order[0].ravel().argsort()
    assert set(order[:N_SQUARE]) == set(np.flatnonzero(square[0]))
    removed = there.removed(np.array([N_SQUARE / 400]))
    kept = opposite.kept(np.array([1 - N_SQUARE / 400]))
    np.testing.assert_allclose(removed, kept)


def test_flat_maps_tell_nothing(check, subject, square):
    maps = square.copy()
    maps[1] = 0
    maps[2] = np.nan
    found = check(subject(maps))
    for values in found.values():
        assert list(np.isnan(values.reshape(4, -1)).all(axis=1)) == [False, True, True, False]


def test_a_saturated_classifier_has_finite_areas(subject, square, sight):
    class Saturated(type(sight.classifier)):
        def forward(self, x):
            return 1e6 * super().forward(x)

    made = subject(square)
    found = DeletionInsertion()(replace(made, sight=replace(sight, classifier=Saturated())))
    assert np.isfinite(found["deletion_area"]).all()
    assert set(np.unique(found["insertion"])) <= {0.0, 1.0}
