import pytest

from fercore.findings.answers_needed import ACCURACY, CONFUSIONS, answers_needed, people_needed_part
from fercore.findings.confusions import confusion_likeness
from fercore.findings.participants import reliability
from fercore.findings.people_needed import people_needed


@pytest.fixture
def found(full, settings):
    return answers_needed(full, settings)


def test_the_ceilings_are_those_of_confusions_and_of_reliability(full, settings, found):
    likeness = confusion_likeness(full, full.run(), "experimental", settings)
    assert found[CONFUSIONS].ceiling == pytest.approx(likeness.ceiling.mean)
    assert found[ACCURACY].ceiling == pytest.approx(reliability(full, settings)["accuracy"]["split_half"])
    for own in found.values():
        assert own.ceiling_ci.low < own.ceiling < own.ceiling_ci.high
        assert own.holds_for == own.n_people == len(full.exclusion.kept)


def test_curves_are_measured_up_to_half_of_the_people_and_go_on_by_formula(found):
    for own in found.values():
        measured, beyond = own.curve[~own.curve["extrapolated"]], own.curve[own.curve["extrapolated"]]
        assert list(measured["n_people"]) == list(range(1, own.n_people // 2 + 1))
        last = measured["agreement"].iloc[-1]
        times = beyond["n_people"] / len(measured)
        assert beyond["agreement"].to_numpy() == pytest.approx(times * last / (1 + (times - 1) * last))
        assert measured["agreement"].iloc[-1] > measured["agreement"].iloc[0]
        size, predicted, there = own.check
        assert (size, there) == (len(measured) // 2, last)
        assert predicted == pytest.approx(there, abs=0.25)


def test_one_person_needs_others(bare, fill, settings):
    assert answers_needed(fill(bare, people=1), settings) == {}
    assert answers_needed(bare, settings) == {}


def test_the_report_has_the_curves_of_the_page(full, settings):
    found = people_needed(full, settings) | answers_needed(full, settings)
    told = people_needed_part(full, full.run(), settings)
    assert list(told) == list(found)
    for name, own in found.items():
        part = told[name]
        assert [row["agreement"] for row in part["curve"]] == list(own.curve["agreement"])
        assert (part["ceiling"], part["ceiling_ci"], part["holds_for"]) == (own.ceiling, own.ceiling_ci, own.holds_for)
        assert [goal["people"] for goal in part["goals"]] == pytest.approx([g.people for g in own.goals], nan_ok=True)
    assert told["dice-50"]["check"] is None
    assert set(told["cc"]["check"]) == {"n_people", "predicted", "measured"}
