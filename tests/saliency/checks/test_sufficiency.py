import numpy as np

from fercore.saliency.checks.sufficiency import Sufficiency
from fercore.saliency.trust import TrustSettings


def test_the_square_that_decides_suffices_and_noise_does_not(subject, square, noise):
    settings = TrustSettings(areas=(0.01, 0.0625, 0.2))  # the square is 6.25 % of the image
    found = Sufficiency()(subject(square, settings=settings))
    assert found["same_decision_at"][0].tolist() == [0, 1, 1]  # half of it dark is decided the other way
    np.testing.assert_allclose(found["kept_ratio_at"][:, 1:], 1, atol=1e-6)
    blind = Sufficiency()(subject(noise, settings=settings))
    assert (blind["kept_ratio"] < found["kept_ratio"]).all()


def test_the_smallest_sufficient_area_is_the_first_step_that_holds_the_square(subject, square, noise):
    settings = TrustSettings(n_steps=100)
    found = Sufficiency()(subject(square, settings=settings))["smallest_area"]
    np.testing.assert_allclose(found, 0.07)  # of 6.25 %
    assert (Sufficiency()(subject(noise, settings=settings))["smallest_area"] > 0.5).all()


def test_the_same_wrong_decision_is_the_same_decision(subject, square, sight):
    sight.true[:], sight.false[:] = 1, 0
    found = Sufficiency()(subject(square, settings=TrustSettings(areas=(0.1,))))
    assert (found["same_decision"] == 1).all()
    assert np.isnan(found["smallest_area"]).all()
    assert np.isnan(found["kept_ratio"]).all()  # a share of what was never there


def test_scores_say_which_areas_they_are_the_mean_of():
    first, *_ = Sufficiency().scores(TrustSettings(areas=(0.025, 0.1)))
    assert "2.5, 10 %" in first.note
