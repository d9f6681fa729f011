import pytest
from hypothesis import given
from hypothesis import strategies as st

from fercore.jobs.eta import estimate_eta_s


def test_half_done_takes_as_long_again():
    assert estimate_eta_s(14, 28, elapsed_s=60) == 60


def test_what_was_there_before_counts_for_nothing():
    assert estimate_eta_s(20, 28, elapsed_s=60, done_before=16) == 120


@pytest.mark.parametrize(("done", "total", "elapsed_s"), [(0, 28, 60), (3, 0, 60), (3, 28, 0), (3, 28, -1)])
def test_nothing_is_guessed_from_nothing(done, total, elapsed_s):
    assert estimate_eta_s(done, total, elapsed_s=elapsed_s) is None


@given(st.floats(0, 1e6), st.floats(0, 1e6), st.floats(0, 1e6), st.floats(0, 1e6))
def test_it_is_never_negative(done, total, elapsed_s, before):
    eta_s = estimate_eta_s(done, total, elapsed_s=elapsed_s, done_before=before)
    assert eta_s is None or eta_s >= 0
