import numpy as np
import pytest

from fercore.comparison.measures import measures
from fercore.errors import MissingError
from fercore.findings.ceiling import people_ceiling
from fercore.findings.face_bounds import COLUMNS, face_bounds
from fercore.findings.faces import face_agreement
from fercore.saliency.maps import SETTINGS


def test_each_image_has_the_dice_of_the_images_page_with_its_bounds(full, settings):
    found, run = face_bounds(full, full.run(), settings), full.run()
    assert tuple(found) == COLUMNS
    assert set(found["method"]) == {method for method in SETTINGS if full.has_maps(run, method)}
    dice = face_agreement(full, run, settings.threshold)
    ceiling = people_ceiling(full, measures(settings), settings)["dice-50"]
    for method, own in found.groupby("method"):
        np.testing.assert_allclose(own["dice"], dice[method])
        np.testing.assert_array_equal(own["ceiling"], ceiling)
        assert own["floor"].between(0, 1).all()


def test_what_is_missing_is_said(bare, fill, settings):
    with pytest.raises(MissingError, match="no trials"):
        face_bounds(bare, None, settings)
    study = fill(bare, people=3, run="one")
    with pytest.raises(MissingError, match="no saliency maps"):
        face_bounds(study, study.run(), settings)
