import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fercore.comparison.proportions import mcnemar, paired_difference, two_proportions


@pytest.mark.reference("proportions", "two_proportions.*")
def test_two_proportions_equal_those_of_r(reference, close):
    case = reference("proportions")
    for row, expected in zip(case.table("input_two.csv").to_numpy(), case.expected["two_proportions"], strict=True):
        result = two_proportions(*map(int, row))
        ours = {
            "difference": result.difference, "z": result.z, "p": result.p,
            "wald_low": result.wald.low, "wald_high": result.wald.high,
            "newcombe_low": result.newcombe.low, "newcombe_high": result.newcombe.high, "cohen_h": result.cohen_h,
        }  # fmt: skip
        assert ours == {name: close(value, absolute=0 if name == "p" else 1e-12) for name, value in expected.items()}


@pytest.mark.reference("proportions", "mcnemar.*")
def test_mcnemar_equals_that_of_r(reference, close):
    case = reference("proportions")
    table = case.table("input_mcnemar.csv")[["only_a_correct", "only_b_correct"]].to_numpy()
    for row, expected in zip(table, case.expected["mcnemar"], strict=True):
        result = mcnemar(*map(int, row))
        ours = {
            "n_discordant": result.n_discordant, "p_exact": result.p_exact, "chi2": result.chi2, "p_chi2": result.p,
            "chi2_corrected": result.chi2_corrected, "p_chi2_corrected": result.p_corrected,
        }  # fmt: skip
        assert ours == {
            name: close(value, absolute=0 if name.startswith("p") else 1e-12) for name, value in expected.items()
        }


counts = st.integers(1, 40).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


@given(counts, counts)
def test_turning_the_two_round_turns_the_difference_round(first, second):
    one, other = two_proportions(*first, *second), two_proportions(*second, *first)
    assert one.difference == pytest.approx(-other.difference)
    assert one.newcombe.low == pytest.approx(-other.newcombe.high)
    assert one.newcombe.low - 1e-12 <= one.difference <= one.newcombe.high + 1e-12
    assert one.p == pytest.approx(other.p, nan_ok=True)


def test_no_trials_and_no_differing_trials_have_no_test():
    assert np.isnan(two_proportions(0, 0, 3, 5).newcombe).all()
    assert np.isnan(two_proportions(5, 5, 3, 3).z)
    assert mcnemar(0, 0).p_exact == 1
    assert np.isnan(mcnemar(0, 0).chi2)


def test_the_interval_of_a_paired_difference_is_newcombes_made_wider_where_the_exact_test_asks_for_it():
    low, high = paired_difference(36, 12, 2, 0)  # Newcombe (1998), table II: .0569 to .3404 by his method 10
    assert high == pytest.approx(0.3404, abs=1e-4)
    assert low < 0.0569
    assert paired_difference(20, 9, 9, 40) == pytest.approx(tuple(-x for x in paired_difference(20, 9, 9, 40)[::-1]))
    assert np.isnan(paired_difference(0, 0, 0, 0)).all()
    low, high = paired_difference(24, 0, 0, 0)  # agreement on few trials excludes little
    assert low < -0.05
    assert high > 0.05


@given(*[st.integers(0, 60)] * 4)
def test_an_interval_that_leaves_out_no_difference_has_the_exact_test_on_its_side(both, only_a, only_b, neither):
    low, high = paired_difference(both, only_a, only_b, neither)
    if low > 0 or high < 0:
        assert mcnemar(only_a, only_b).p_exact < 0.05
