import numpy as np
import pytest

from fercore.comparison.confusion import correlate_confusions, even_errors, normalise_rows
from fercore.errors import MissingError
from fercore.findings.confusion_agreement import confusion_part
from fercore.findings.confusions import PEOPLE, VOTERS, confusion_likeness
from fercore.findings.responses import responses


def test_everybody_is_held_against_people_by_every_coefficient_of_the_report(full, settings):
    found = confusion_likeness(full, full.run(), "experimental", settings)
    assert found.reference == PEOPLE
    assert {VOTERS, "accuracy-90, simple vote", "multiclass"} <= set(found.others)
    part = confusion_part(full, full.run(), settings)
    for name, key in (("accuracy-90, simple vote", "accuracy-90 simple"), ("multiclass", "multiclass")):
        like, expected = found.others[name], part[key]
        assert (like.all_cells.r, like.errors.r) == pytest.approx((expected["r_64"], expected["r_56"]), nan_ok=True)
        assert like.relabelled.p == pytest.approx(expected["mantel_p"], nan_ok=True)
        assert found.ceiling.mean == pytest.approx(expected["ceiling"], nan_ok=True)
        assert found.even_errors_r == pytest.approx(expected["even_error_r_64"])


def test_even_errors_are_as_alike_at_any_accuracy(full, settings):
    found = confusion_likeness(full, full.run(), "experimental", settings)
    people = found.observers[PEOPLE].matrix
    for accuracy in (0.4, 0.9):
        even = correlate_confusions(people, even_errors(accuracy, len(people))).all_cells.r
        assert found.even_errors_r == pytest.approx(even)


def test_one_of_the_people_is_held_against_the_others(answers, settings):
    found = confusion_likeness(answers, None, "experimental", settings)
    assert found.networks == ("resnet50",)
    assert found.first_network == "resnet50"
    first, second = responses(answers, settings).people
    assert found.observers[first.name].other_people == pytest.approx(normalise_rows(second.counts), nan_ok=True)
    assert np.isnan(found.even_errors_r)  # two labels leave errors no room to be uneven


def test_without_answers_it_says_how_to_get_some(bare, settings):
    with pytest.raises(MissingError, match="Import trials"):
        confusion_likeness(bare, None, "experimental", settings)
