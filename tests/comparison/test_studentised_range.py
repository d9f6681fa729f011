import numpy as np
import pytest
from scipy.stats import studentized_range

from fercore.comparison.studentised_range import critical, survival

CASES = [(2, 1), (3, 2), (3, 165), (8, 160), (20, 12), (3, 5000)]


@pytest.mark.parametrize(("k", "df"), CASES)
def test_chances_equal_those_of_scipy(k: int, df: int) -> None:
    q = np.array([0, 1e-3, 0.3, 1, 2.5, 5, 30])
    np.testing.assert_allclose(survival(q, k, df), studentized_range.sf(q, k, df), rtol=0, atol=1e-10)


@pytest.mark.parametrize(("k", "df"), CASES)
def test_the_critical_range_is_exceeded_as_often_as_the_level_says(k: int, df: int) -> None:
    q = critical(0.95, k, df)
    assert survival(q, k, df) == pytest.approx(0.05, abs=1e-12)
    assert q == pytest.approx(studentized_range.ppf(0.95, k, df), rel=1e-8)


def test_a_missing_range_has_no_chance_and_others_keep_theirs() -> None:
    chances = survival(np.array([[3.0, np.nan]]), 3, 165)
    assert chances.shape == (1, 2)
    assert np.isnan(chances).tolist() == [[False, True]]
