import json
from pathlib import Path

import jsonschema
import numpy as np
import pytest

from fercore.errors import MissingError
from fercore.findings.report import compare
from fercore.findings.responses import responses

SCHEMA = json.loads((Path(__file__).parents[2] / "docs" / "compare.schema.json").read_text())


def test_kappa_of_two_people_is_that_by_hand(answers, settings):
    pairing = next(
        pair for pair in responses(answers, settings).pairs if (pair.a, pair.b) == ("subject-01", "subject-02")
    )
    # 1111100110 and 1111010100: 7 and 6 of 10 right; alike on images 0-3, 6, 7, 9: 7 of 10
    expected = 0.7 * 0.6 + 0.3 * 0.4
    assert pairing.found.observed == pytest.approx(0.7)
    assert pairing.found.kappa == pytest.approx((0.7 - expected) / (1 - expected))
    # clear: 11111 and 11110 (observed .8, expected .8); noisy: 00110 and 10100 (observed .6, expected .4 x .4 + .6 x .6)
    assert pairing.by_seeing["clear"].kappa == pytest.approx(0)
    assert pairing.by_seeing["noisy"].kappa == pytest.approx((0.6 - 0.52) / (1 - 0.52))
    assert pairing.kappa_mean == pytest.approx((0 + 0.08 / 0.48) / 2)


def test_an_observer_is_compared_with_all_other_people(answers, settings):
    found = responses(answers, settings)
    with_first, with_second = (
        next(p for p in found.pairs if {p.a, p.b} == {person, "resnet50"}).kappa_mean
        for person in ("subject-01", "subject-02")
    )
    assert found.with_people("resnet50") == pytest.approx((with_first + with_second) / 2)
    assert found.near_people["resnet50"].ci.low < found.with_people("resnet50") < found.near_people["resnet50"].ci.high
    between = next(p for p in found.pairs if "resnet50" not in (p.a, p.b)).kappa_mean
    assert found.with_people("subject-01") == found.with_people("subject-02") == pytest.approx(between)
    assert found.among_people.kappa == pytest.approx(between)
    assert found.among_people.ci == found.near_people["subject-01"].ci


def test_accuracy_is_given_of_everybody_of_people_and_by_condition_of_seeing(answers, settings):
    found = responses(answers, settings)
    assert [observer.name for observer in found.observers] == ["subject-01", "subject-02", "resnet50"]
    assert [observer.accuracy for observer in found.observers] == [0.7, 0.6, 0.6]
    assert found.people_accuracy == pytest.approx(0.65)
    assert found.observers[0].by_seeing == {"clear": 1.0, "noisy": 0.4}
    assert found.people_counts.sum() == 20
    assert np.trace(found.people_counts) == 13


def test_the_report_fits_the_schema_and_is_null_in_all_other_parts(answers, settings):
    report = compare(answers, None, settings)
    jsonschema.validate(report, SCHEMA)
    part = report["responses"]
    assert set(part["observers"]) == {"subject-01", "subject-02", "resnet50"}
    assert part["people"]["n"] == 2
    assert len(part["error_consistency"]) == 3
    people = next(row for row in part["error_consistency"] if "resnet50" not in (row["a"], row["b"]))
    assert people["n_pairs"] == 1
    assert people["kappa_max"] == pytest.approx((0.9 - 0.54) / (1 - 0.54))  # 7 and 6 of 10 right
    assert people["warning"].startswith("Only 10 shared images")
    assert report["rigorous"]["error_consistency"] is not None
    assert report["rigorous"]["confusion"] is not None
    assert part["observers"]["resnet50"]["time_s"] is None
    assert report["human"] is report["votes"] is report["machine"] is report["attention"] is None


def test_other_studies_have_no_such_answers(full, settings):
    with pytest.raises(MissingError, match="no answers among all labels"):
        responses(full, settings)
