import math

import pytest

from fercore import notation


@pytest.mark.parametrize(
    ("value", "text"),
    [(0.842, ".842"), (-0.56, "−.560"), (1.0, "1.000"), (0.0, ".000"), (-0.0001, ".000"), (None, "–"), (math.nan, "–")],
)
def test_a_share_has_three_digits_and_no_leading_zero(value, text):
    assert notation.share(value) == text


def test_a_number_that_rounds_up_to_one_is_written_as_one():
    assert notation.share(0.9996) == "1.000"


def test_an_estimate_shows_its_uncertainty_and_n():
    assert notation.estimate(0.842, (0.825, 0.859), 22) == ".842 [.825,\N{NO-BREAK SPACE}.859], n = 22"


@pytest.mark.parametrize(("p", "text"), [(0.0004, "p < .001"), (0.037, "p = .037"), (None, "p –")])
def test_tiny_probabilities_are_bounded(p, text):
    assert notation.probability(p) == text


def test_an_f_test_names_its_degrees_of_freedom():
    assert notation.f_test(85.45, (2, 165), 1e-20) == "F(2, 165) = 85.45, p < .001"


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(41, "41 s"), (161, "2 min 41 s"), (120, "2 min"), (11100, "3 h 5 min"), (59.7, "1 min"), (None, "–"), (-1, "–")],
)
def test_durations_have_at_most_two_units(seconds, text):
    assert notation.duration(seconds) == text


@pytest.mark.parametrize(("ns", "text"), [([280, 277, 279], "277 to 280 images"), ([1, 1], "1 image")])
def test_several_counts_are_a_span(ns, text):
    assert notation.counts(ns, "image") == text


@pytest.mark.parametrize(("n", "text"), [(1, "1 person"), (22, "22 people"), (3080, "3,080 people")])
def test_counts_carry_their_noun(n, text):
    assert notation.count(n, "person", "people") == text
