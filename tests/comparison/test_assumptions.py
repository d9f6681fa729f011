import numpy as np
import pytest
from scipy.stats import levene

from fercore.comparison.assumptions import check_assumptions
from fercore.comparison.crossed import Crossed


def crossed(values):
    return Crossed(values, tuple(map(str, range(len(values)))), tuple(map(str, range(values.shape[1]))), 0)


def test_well_behaved_values_raise_no_doubt():
    rng = np.random.default_rng(1)
    result = check_assumptions(crossed(rng.normal(size=(60, 3)) + rng.normal(size=(60, 1))))
    assert min(result.shapiro_p, result.levene_p, result.mauchly_p) > 0.05
    assert result.sentence.startswith("No check speaks against")
    assert result.mixed_model_warning == ""


def test_every_doubt_is_named_with_what_follows():
    rng = np.random.default_rng(0)
    values = rng.exponential(size=(60, 3)) ** 2 * [0.1, 1, 5]
    result = check_assumptions(crossed(values))
    assert result.levene_p == pytest.approx(levene(*values.T).pvalue)
    for word in ("Friedman", "variances differ", "Greenhouse-Geisser"):
        assert word in result.sentence
    assert result.sentence[0].isupper()
    for told in (result.sentence, result.mixed_model_warning):
        assert "trust the paired contrasts over the mixed model" in told
    assert f"ε = {result.epsilon_gg:.2f}" in result.mixed_model_warning


@pytest.mark.parametrize(("values", "words"), [(np.ones((5, 3)), "do not vary"), (np.ones((2, 3)), "too few")])
def test_what_cannot_be_checked_is_said(values, words):
    result = check_assumptions(crossed(values))
    assert words in result.sentence
    assert np.isnan([result.shapiro_w, result.levene_f]).all()
