import numpy as np
import pytest

from fercore.comparison.measures import measures
from fercore.errors import MissingError
from fercore.findings.agreement import map_agreement
from fercore.findings.ceiling import people_ceiling
from fercore.findings.face_bounds import COLUMNS, face_bounds, face_values
from fercore.findings.faces import face_agreement, face_table
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


def test_the_report_has_every_face_with_the_numbers_of_the_page(full, settings):
    told = face_values(full, full.run(), map_agreement(full, full.run(), settings))
    bounds = face_bounds(full, full.run(), settings)
    assert [row["image"] for row in told] == list(full.plan["image"])
    for method, own in bounds.groupby("method"):
        np.testing.assert_allclose([row["dice"][method] for row in told], own["dice"], rtol=1e-6)
        np.testing.assert_allclose([row["floor"][method] for row in told], own["floor"], rtol=1e-6)
        np.testing.assert_array_equal([row["ceiling"] for row in told], own["ceiling"])
    np.testing.assert_array_equal([row["clicks"] for row in told], face_table(full, full.run())["clicks"])


def test_faces_need_people_or_networks_but_no_maps(bare, fill, settings):
    with pytest.raises(MissingError, match="Nobody has answered"):
        face_values(bare, None, None)
    study = fill(bare, run="one")
    first = face_values(study, study.run(), None)[0]
    assert 0 < first["network_share"] < 1
    assert (first["n_people"], first["dice"]) == (0, {})
