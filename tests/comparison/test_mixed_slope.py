import numpy as np
import pandas as pd
import pytest
from statsmodels.regression.mixed_linear_model import MixedLM

from fercore.comparison.mixed_slope import mixed_slope


def trials(slope, seed=0, n_people=8, n_images=12):
    rng = np.random.default_rng(seed)
    person, image = (part.ravel() for part in np.meshgrid(range(n_people), range(n_images), indexing="ij"))
    x = rng.normal(size=n_people)[person] + rng.normal(size=len(person))
    own = rng.normal(size=n_people)[person] + 0.7 * rng.normal(size=n_images)[image]
    return slope * x + own + rng.normal(size=len(person)), x, person, image


def test_it_fits_as_statsmodels_does():
    y, x, person, image = trials(0.5)
    found = mixed_slope(y, x, person, image)
    z = pd.DataFrame({"y": (y - y.mean()) / y.std(), "x": (x - x.mean()) / x.std(), "person": person, "image": image})
    parts = {"person": "0 + C(person)", "image": "0 + C(image)"}
    expected = MixedLM.from_formula("y ~ x", z, groups=np.ones(len(z)), vc_formula=parts, re_formula="0").fit()
    assert found.slope == pytest.approx(expected.params["x"], abs=1e-3)
    assert found.variance_residual == pytest.approx(expected.scale, abs=2e-3)
    assert (found.variance_image, found.variance_participant) == pytest.approx(tuple(expected.vcomp), abs=5e-3)


def test_the_standard_error_is_that_of_generalised_least_squares():
    y, x, person, image = trials(0.5)
    found = mixed_slope(y, x, person, image)
    same = [own[:, None] == own for own in (person, image)]
    covariance = found.variance_participant * same[0] + found.variance_image * same[1]
    covariance = covariance + found.variance_residual * np.eye(len(y))
    design = np.column_stack([np.ones_like(x), (x - x.mean()) / x.std()])
    of_effects = np.linalg.inv(design.T @ np.linalg.solve(covariance, design))
    assert found.se == pytest.approx(np.sqrt(of_effects[1, 1]), rel=1e-6)


def test_slow_people_alone_make_no_slope():
    rng = np.random.default_rng(1)
    person, image = (part.ravel() for part in np.meshgrid(range(20), range(30), indexing="ij"))
    pace = rng.normal(size=20)[person]
    y, x = 3 * pace + rng.normal(size=600), 3 * pace + rng.normal(size=600)
    assert np.corrcoef(y, x)[0, 1] > 0.7
    found = mixed_slope(y, x, person, image)
    assert found.ci.low < 0 < found.ci.high
    assert found.variance_participant > found.variance_residual


def test_scale_and_sign_of_the_measures_make_no_other_difference():
    y, x, person, image = trials(0.4, seed=2)
    one, other = mixed_slope(y, x, person, image), mixed_slope(10 * y + 3, -x / 7, person, image)
    assert other.slope == pytest.approx(-one.slope, abs=1e-5)
    assert other.p == pytest.approx(one.p, rel=1e-3)


@pytest.mark.parametrize("what", ["one person", "constant", "nothing"])
def test_where_there_is_no_slope_it_is_not_a_number(what):
    y, x, person, image = trials(0.4)
    if what == "one person":
        y, x, person, image = (part[person == 0] for part in (y, x, person, image))
    elif what == "constant":
        x = np.ones_like(x)
    else:
        y = np.full_like(y, np.nan)
    assert np.isnan(mixed_slope(y, x, person, image).slope)
