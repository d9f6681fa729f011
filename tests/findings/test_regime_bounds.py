import numpy as np
import pytest

from fercore.findings.dice_band import condition_ceiling
from fercore.findings.regime_bounds import regime_bounds
from fercore.findings.regimes import MEASURES, regime_table


def test_every_measure_has_bounds_or_a_reason(full, bare, settings):
    for study in (full, bare):
        bounds = regime_bounds(study, settings)
        assert set(bounds) == set(MEASURES)
        assert all(bound.words.endswith(".") for bound in bounds.values())
        assert not np.isfinite(bounds["two_afc"].ceiling)
    assert not np.isfinite(regime_bounds(bare, settings)["kappa"].ceiling)


def test_ceilings_are_those_of_people(full, settings):
    bounds = regime_bounds(full, settings)
    assert bounds["kappa"].ceiling == pytest.approx(regime_table(full, settings).people_kappa)
    assert bounds["dice"].ceiling == np.nanmean(condition_ceiling(full, settings)[settings.threshold])
    assert 0 < bounds["confusion_r"].ceiling < 1
    assert (bounds["score"].floor, bounds["score"].ceiling) == (0, 1)
