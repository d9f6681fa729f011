import numpy as np
import pandas as pd
import pytest
from scipy.stats import t
from statsmodels.regression.mixed_linear_model import MixedLM

from fercore.comparison.crossed import Crossed
from fercore.comparison.mixed_model import EFFECTS, mixed_model
from fercore.comparison.repeated_measures import repeated_measures


@pytest.mark.reference("anova_dice", "mixed_model.*")
def test_every_number_equals_that_of_lme4(reference):
    case = reference("anova_dice")
    result, expected = mixed_model(case.table(), "value", "condition", "method", "CAM"), case.expected["mixed_model"]
    effects = result.effects.set_index("term")
    ours = {
        "intercept": effects.loc["intercept", "estimate"],
        "gradcam_minus_cam": effects.loc["Grad-CAM", "estimate"],
        "ep_minus_cam": effects.loc["EP", "estimate"],
        "se_intercept": effects.loc["intercept", "se"],
        "se_gradcam_minus_cam": effects.loc["Grad-CAM", "se"],
        "se_ep_minus_cam": effects.loc["EP", "se"],
        "variance_condition": result.variance_subject,
        "variance_residual": result.variance_residual,
        "icc": result.icc,
        "log_likelihood_reml": result.log_likelihood,
    }
    assert set(ours) == set(expected)
    for name, value in ours.items():
        assert value == pytest.approx(expected[name], rel=1e-3), name
    assert result.converged
    assert (result.n, result.n_subjects) == (168, 56)


def test_subjects_that_lack_a_level_stay(reference):
    table = reference("anova_dice").table()
    table.loc[:5, "value"] = np.nan
    result = mixed_model(table, "value", "condition", "method", "CAM")
    assert (result.n, result.n_subjects) == (162, 56)
    assert np.isfinite(result.effects["se"]).all()


def test_t_is_that_of_repeated_measures_where_no_subject_lacks_a_level():
    values = np.random.default_rng(3).normal(size=(9, 3)) + 2 * np.random.default_rng(4).normal(size=(9, 1))
    effects = pd.concat(
        mixed_model(table_of(values), "value", "subject", "level", reference).effects.iloc[1:]
        for reference in ("l0", "l1", "l2")
    )
    anova = repeated_measures(Crossed(values, tuple("abcdefghi"), ("l0", "l1", "l2"), 0))
    assert (effects["t"] ** 2).mean() == pytest.approx(anova.F, rel=1e-6)
    assert effects["df"].tolist() == [anova.df_error] * 6
    np.testing.assert_allclose(effects["p"], 2 * t.sf(effects["t"].abs(), 16), rtol=1e-9)


def test_it_fits_as_statsmodels_does_where_subjects_lack_levels():
    table = table_of(
        0.1 * np.random.default_rng(5).normal(size=(30, 3)) + np.random.default_rng(6).normal(size=(30, 1))
    )
    table = table.iloc[4:]
    found = mixed_model(table, "value", "subject", "level", "l0")
    levels = [table["level"].eq(name) for name in ("l1", "l2")]
    design = np.column_stack([np.ones(len(table)), *levels]).astype(float)
    expected = MixedLM(table["value"].to_numpy(), design, groups=table["subject"].to_numpy()).fit(method="powell")
    assert found.log_likelihood == pytest.approx(expected.llf, rel=1e-6)
    assert (found.variance_subject, found.variance_residual) == pytest.approx(
        (expected.cov_re[0, 0], expected.scale), rel=1e-4
    )
    np.testing.assert_allclose(found.effects["estimate"], expected.fe_params, rtol=1e-5)
    np.testing.assert_allclose(found.effects["se"], expected.bse_fe, rtol=1e-3)
    assert found.effects["df"].tolist() == [28, *[86 - 29 - 2] * 2]


def test_levels_that_differ_by_the_same_in_every_subject_leave_nothing_to_err():
    values = np.arange(5.0)[:, None] + np.array([0.0, 0.3, 0.7])
    assert mixed_model(table_of(values), "value", "subject", "level", "l0").effects.empty


def table_of(values):
    n, k = values.shape
    return pd.DataFrame(
        {
            "subject": np.repeat([f"s{i}" for i in range(n)], k),
            "level": np.tile([f"l{j}" for j in range(k)], n),
            "value": values.ravel(),
        }
    )


@pytest.mark.parametrize("seed", range(8))
def test_without_differences_between_subjects_the_fit_lies_at_the_boundary_without_a_warning(seed):
    values = np.random.default_rng(seed).normal(size=(8, 3))
    values -= values.mean(axis=1, keepdims=True)
    result = mixed_model(table_of(values), "value", "subject", "level", "l0")
    assert result.icc == pytest.approx(0, abs=1e-3)
    np.testing.assert_allclose(
        result.effects["estimate"].iloc[1:], values[:, 1:].mean(axis=0) - values[:, 0].mean(), rtol=1e-6
    )


@pytest.mark.parametrize("values", [np.ones((5, 3)), np.random.default_rng(0).random((1, 3)), np.empty((0, 3))])
def test_what_cannot_be_fitted_has_no_effects(values):
    result = mixed_model(table_of(values), "value", "subject", "level", "l0")
    assert list(result.effects.columns) == list(EFFECTS)
    assert result.effects.empty
    assert np.isnan(result.icc)
    assert not result.converged
