import numpy as np
import pytest

from fercore.comparison.measures import measures
from fercore.errors import MissingError
from fercore.findings.ceiling import people_ceiling
from fercore.findings.people_needed import grown_agreement, growth_key, people_needed
from fercore.study import Study


@pytest.fixture
def found(full, settings):
    return people_needed(full, settings, ("cc", "dice-top20"), 20)


def test_agreement_grows_with_people_and_correlations_go_on_by_formula(full, found):
    curve = found["cc"].curve
    measured, beyond = curve[~curve["extrapolated"]], curve[curve["extrapolated"]]
    largest = measured["n_people"].max()
    assert list(curve["n_people"]) == list(range(1, len(curve) + 1))
    assert len(curve) == round(4 * full.n_correct.mean())
    assert 2 * largest <= full.n_correct.max()
    assert found["cc"].n_images >= (full.n_correct > 1).sum() / 2
    assert measured["agreement"].is_monotonic_increasing
    assert beyond["agreement"].is_monotonic_increasing
    assert (curve["ci_low"] <= curve["agreement"]).all()
    assert (curve["agreement"] <= curve["ci_high"]).all()


def test_no_formula_tells_how_other_measures_go_on(found):
    dice = found["dice-top20"]
    assert not dice.curve["extrapolated"].any()
    assert dice.goals == ()
    assert dice.check is None
    assert dice.holds_for == found["cc"].holds_for / 2


def test_the_ceiling_is_that_of_every_other_page(full, settings, found):
    ceilings = people_ceiling(full, measures(settings, ["cc", "dice-top20"]), settings)
    for name, own in found.items():
        assert own.ceiling == pytest.approx(np.nanmean(ceilings[name]))
        assert own.ceiling_ci.low < own.ceiling < own.ceiling_ci.high


def test_goals_are_reached_where_the_curve_crosses_them(found):
    own = found["cc"]
    assert own.goals
    for goal in own.goals:
        assert goal.ceiling > own.ceiling
        if np.isfinite(goal.answers):
            at = np.interp(goal.answers, own.curve["n_people"], own.curve["agreement"])
            assert at == pytest.approx(goal.ceiling)
            assert goal.people == pytest.approx(goal.answers * own.n_people / own.answers)
            assert goal.ci.low <= goal.people <= goal.ci.high


def test_the_formula_is_checked_on_groups_of_half_the_size(full, settings, found):
    size, predicted, measured = found["cc"].check
    agreement = grown_agreement(full, measures(settings, ["cc", "dice-top20"]), settings, 20)["cc"]
    assert size == len(agreement) // 2
    assert measured == pytest.approx(np.nanmean(agreement[-1]))
    assert predicted == pytest.approx(measured, abs=0.2)


def test_agreement_by_number_is_worked_out_once(full, settings, tmp_path, monkeypatch):
    monkeypatch.setenv("FERCORE_CACHE", str(tmp_path / "cache"))
    study, known = Study(full.folder), measures(settings, ["cc"])
    key = growth_key(study, known, settings, 5)
    first = grown_agreement(study, known, settings, 5)
    np.testing.assert_array_equal(study.maps_store.get(key)["cc"], first["cc"])
    study.maps_store.put(key, {"cc": first["cc"] + 1})
    np.testing.assert_array_equal(grown_agreement(study, known, settings, 5)["cc"], first["cc"] + 1)


def test_fewer_than_two_people_are_too_few(bare, fill, settings):
    study = fill(bare, people=1)
    with pytest.raises(MissingError, match="by two people"):
        people_needed(study, settings, ("cc",))
