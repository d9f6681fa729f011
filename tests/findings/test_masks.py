import numpy as np
import pytest

from fercore.errors import MissingError
from fercore.findings.masks import METHOD, masks_part
from fercore.saliency.maps import write_maps
from fercore.settings import ExtremalSettings
from fercore.study import Study


@pytest.fixture
def masked(full, tmp_path, monkeypatch):
    """A study whose masks cover a tenth more than asked for, and keep half of p."""
    monkeypatch.setenv("FERCORE_CACHE", str(tmp_path / "cache"))
    study, run, settings = Study(full.folder), full.run(), ExtremalSettings()
    n, areas = len(study.plan), np.array(settings.areas, np.float32)
    arrays = {
        "maps": np.random.default_rng(0).random((n, 8, 8)).astype(np.float32),
        "covered": np.tile(1.1 * areas, (n, 1)),
        "covered_with_border": np.tile(areas, (n, 1)),
        "kept_probability": np.full((n, len(areas)), 0.4, np.float32),
        "whole_probability": np.full(n, 0.8, np.float32),
    }
    arrays["covered"][0] = np.nan
    write_maps(study.maps_store, study.maps_key(run, METHOD), arrays, METHOD, settings)
    return study


def test_every_area_has_what_masks_cover_and_keep(masked, settings):
    part = masks_part(masked, masked.run(), settings)
    assert [row["area"] for row in part] == [0.025, 0.05, 0.1, 0.2]
    for row in part:
        assert row["covered"]["value"] == pytest.approx(1.1 * row["area"], rel=1e-5)
        assert row["covered"]["n"] == len(masked.plan) - 1
        assert row["kept_ratio"]["value"] == pytest.approx(0.5)
        assert row["sufficient"]["value"] == 0
        assert row["covered_with_border"]["ci"] == pytest.approx([row["area"]] * 2)


def test_without_a_run_there_are_none(masked, settings):
    with pytest.raises(MissingError, match="has no masks"):
        masks_part(masked, None, settings)
