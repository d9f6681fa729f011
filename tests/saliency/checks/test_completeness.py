import numpy as np

from fercore.saliency.checks.completeness import Completeness


def test_what_is_missing_is_the_distance_to_what_was_to_be_divided(square, subject):
    sums = square.sum(axis=(1, 2)).astype(np.float64)
    assert list(Completeness()(subject(square, extras={"logit": sums}))["missing_from_sum"]) == [0, 0, 0, 0]
    short = Completeness()(subject(square, extras={"logit_gained": sums * [1, 2, 1, 0]}))
    np.testing.assert_allclose(short["missing_from_sum"], [0, 25, 0, 25])


def test_maps_that_claim_no_sum_are_not_asked(square, subject):
    assert Completeness()(subject(square)) is None
    assert Completeness()(subject(square, extras={"masks": square})) is None
