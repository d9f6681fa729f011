import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from statsmodels.stats.anova import AnovaRM

from fercore.comparison.crossed import Crossed, cross
from fercore.comparison.repeated_measures import repeated_measures


def crossed(values):
    values = np.asarray(values, float)
    names = tuple(f"s{i}" for i in range(len(values))), tuple(f"l{j}" for j in range(values.shape[1]))
    return Crossed(values, *names, 0)


@pytest.mark.reference("anova_dice", "repeated_measures.*")
def test_every_number_equals_that_of_r(reference, close):
    case = reference("anova_dice")
    result = repeated_measures(cross(case.table(), "value", "condition", "method"))
    expected = case.expected["repeated_measures"]
    ours = {
        "F": result.F, "df1": result.df_levels, "df2": result.df_error, "p": result.p, "ss_method": result.ss_levels,
        "ss_error": result.ss_error, "eta_squared_partial": result.eta_squared_partial,
        "eta_squared_generalized": result.eta_squared_generalized, "epsilon_gg": result.epsilon_gg, "p_gg": result.p_gg,
    }  # fmt: skip
    assert set(ours) == set(expected)
    for name, value in ours.items():
        assert value == close(expected[name], absolute=0 if name.startswith("p") else 1e-12), name


@settings(deadline=None, max_examples=25)
@given(st.integers(0, 2**32 - 1), st.integers(3, 12), st.integers(2, 5))
def test_f_equals_that_of_statsmodels_and_epsilon_lies_within_its_bounds(seed, n, k):
    values = np.random.default_rng(seed).normal(size=(n, k))
    result = repeated_measures(crossed(values))
    rows = [(i, j, values[i, j]) for i in range(n) for j in range(k)]
    table = pd.DataFrame(rows, columns=["subject", "level", "value"])
    theirs = AnovaRM(table, "value", "subject", within=["level"]).fit().anova_table.iloc[0]
    assert pytest.approx(theirs["F Value"]) == result.F
    assert result.p == pytest.approx(theirs["Pr > F"])
    assert 1 / (k - 1) - 1e-9 <= result.epsilon_gg <= 1 + 1e-9
    assert result.p_gg >= result.p - 1e-12 or result.F < 1.5
    assert result.eta_squared_generalized <= result.eta_squared_partial


@settings(deadline=None, max_examples=25)
@given(st.integers(0, 2**32 - 1))
def test_what_subjects_bring_along_makes_no_difference(seed):
    rng = np.random.default_rng(seed)
    values = rng.normal(size=(9, 3))
    shifted = repeated_measures(crossed(values + 5 * rng.normal(size=(9, 1))))
    plain = repeated_measures(crossed(values))
    assert pytest.approx(plain.F) == shifted.F
    assert shifted.epsilon_gg == pytest.approx(plain.epsilon_gg)


def test_two_levels_are_a_paired_t_test_and_always_spherical():
    result = repeated_measures(crossed(np.random.default_rng(0).normal(size=(10, 2))))
    assert result.epsilon_gg == pytest.approx(1)
    assert result.p_gg == pytest.approx(result.p)
    assert result.mauchly_w == 1
    assert np.isnan(result.mauchly_p)


def test_mauchly_rejects_at_its_level_where_sphericity_holds():
    rng = np.random.default_rng(7)
    p = [repeated_measures(crossed(rng.normal(size=(30, 4)) + rng.normal(size=(30, 1)))).mauchly_p for _ in range(300)]
    assert 0.02 < np.mean(np.array(p) < 0.05) < 0.09


@pytest.mark.parametrize("shape", [(0, 3), (1, 3), (5, 1)])
def test_too_few_subjects_or_levels_have_no_f(shape):
    result = repeated_measures(crossed(np.ones(shape)))
    assert np.isnan([result.F, result.p, result.p_gg]).all()


def test_values_that_do_not_vary_have_no_f():
    result = repeated_measures(crossed(np.ones((5, 3))))
    assert np.isnan([result.F, result.p, result.epsilon_gg]).all()
