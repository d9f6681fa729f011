import pandas as pd

from fercore.images.affectnet import (
    CODES,
    EXPRESSION_CODES,
    TRAINING_COUNTS,
    VALIDATION_COUNTS,
    name_expressions,
    other_code_tallies,
)


def test_published_counts_add_up():
    assert sum(TRAINING_COUNTS.values()) == 287_651
    assert sum(VALIDATION_COUNTS.values()) == 3_999
    assert sum(n for label, n in VALIDATION_COUNTS.items() if label != "contempt") == 3_500
    assert list(TRAINING_COUNTS) == list(VALIDATION_COUNTS) == list(EXPRESSION_CODES.values())


def test_codes_that_name_no_expression_are_known_and_counted():
    codes = pd.Series([7, 8, 10, 11, 8, -1])
    assert codes.isin(CODES).tolist() == [True, True, True, False, True, False]
    assert name_expressions(codes[:3]).tolist() == ["contempt", "", ""]
    tallies = other_code_tallies(codes, pd.Series(list("abcdef")))
    assert [(tally.n, tally.examples) for tally in tallies] == [(2, ("b", "e")), (0, ()), (1, ("c",))]
