import numpy as np
import pytest

from fercore.errors import MissingError
from fercore.findings.dice_band import CURVE, condition_ceiling, condition_ceiling_key, dice_band, dice_band_part
from fercore.study import Study


@pytest.fixture
def found(full, settings):
    return dice_band(full, full.run(), settings)


def test_dice_of_every_method_lies_in_its_interval_and_has_floor_and_ceiling(found):
    bands = found.at(50)
    assert set(bands) == set(found.sweep.methods)
    for number, (method, band) in enumerate(bands.items()):
        assert method == found.sweep.methods[number]
        assert band.mean == pytest.approx(np.nanmean(found.sweep.dice[50, number]))
        assert band.ci.low <= band.mean <= band.ci.high
        assert band.score == pytest.approx((band.mean - band.floor) / (band.ceiling - band.floor))
        assert band.ceiling == pytest.approx(found.mean_ceiling[50])


def test_maps_of_noise_reach_the_floor_only(found):
    for band in found.at(50).values():
        assert band.mean == pytest.approx(band.floor, abs=0.05)
        assert band.ceiling > band.floor


def test_intervals_are_drawn_around_the_curves(found):
    for number, method in enumerate(found.sweep.methods):
        at, low, high = found.drawn_intervals[method].T
        assert list(at) == list(CURVE)
        mean, known = found.sweep.mean_dice[CURVE, number], np.isfinite(low)
        assert ((low <= mean + 1e-9) & (mean <= high + 1e-9))[known].all()


def test_the_ceiling_is_worked_out_once(full, settings, tmp_path, monkeypatch):
    monkeypatch.setenv("FERCORE_CACHE", str(tmp_path / "cache"))
    study = Study(full.folder)
    first = condition_ceiling(study, settings)
    study.maps_store.put(condition_ceiling_key(study, settings), {"dice": first / 2})
    np.testing.assert_array_equal(condition_ceiling(study, settings), first / 2)


def test_one_person_has_no_ceiling(bare, fill, settings):
    study = fill(bare, people=1, run="one", maps=("cam",))
    assert np.isnan(condition_ceiling(study, settings)).all()
    band = dice_band(study, study.run(), settings).at(50)["cam"]
    assert np.isfinite(band.floor)
    assert np.isnan(band.score)


def test_without_maps_there_is_nothing_between(bare, fill, settings):
    study = fill(bare, people=3, run="one")
    with pytest.raises(MissingError, match="fercore explain"):
        dice_band(study, study.run(), settings)
    with pytest.raises(MissingError, match="no finished run"):
        dice_band_part(study, None, settings)


def test_the_report_has_the_bands_at_the_threshold(full, found, settings):
    told = dice_band_part(full, full.run(), settings)
    for method, band in found.at(settings.threshold).items():
        own = told["methods"][method]
        assert (own["mean"], own["score"], own["score_ci"]) == (band.mean, band.score, band.score_ci)
        assert own["n_conditions"] == band.n_images
        assert np.nanmean(own["floor_by_condition"]) == pytest.approx(band.floor)
        assert np.nanmean(told["ceiling_by_condition"]) == pytest.approx(band.ceiling)
