import json
from dataclasses import replace
from pathlib import Path

import jsonschema
import numpy as np
import pytest

from fercore.errors import MissingError
from fercore.findings.report import to_json
from fercore.findings.reveal_curves import (
    ACCURACY_AT_PEOPLE,
    AREA_OF_OWN,
    AREA_OF_PEOPLE,
    FROM_BLURRED,
    MEAN_ACCURACY,
    QUANTITIES,
    reveal_curves,
    reveal_part,
)
from fercore.study import Study
from fercore.study.revealing import (
    AREAS,
    PEOPLE,
    missing_sources,
    read_revealing,
    revealed_sources,
    revealing_key,
    sources,
)

SCHEMA = json.loads((Path(__file__).parents[2] / "docs" / "compare.schema.json").read_text())


def keep(study, run, source, needed, flat=()):
    """Keep answers that are right from each image's needed area on, and on the whole image; wrong on the blurred one."""
    margins = np.where(np.array(AREAS) >= needed[:, None], 1.0, -1.0).astype(np.float32)
    margins[list(flat)] = np.nan
    ends = np.ones(len(needed), np.float32)
    block = {"margins": margins, "blurred": -ends, "whole": ends}
    study.maps_store.put(revealing_key(study, run, source), block)


@pytest.fixture
def needed(full):
    """Areas from which on images are recognised along CAM: 5 % for the first half, 20 % for the others."""
    n = len(full.plan)
    return np.where(np.arange(n) < n // 2, 0.05, 0.2)


@pytest.fixture
def revealed(full, needed, tmp_path, monkeypatch):
    """A study whose run has answered along two methods' maps, in a cache of its own."""
    blocks = {key: full.maps_store.get(key) for m in ("cam", "grad-cam") if (key := full.maps_key(full.run(), m))}
    monkeypatch.setenv("FERCORE_CACHE", str(tmp_path / "cache"))
    study = Study(full.folder)
    for key, block in blocks.items():
        study.maps_store.put(key, block)
    keep(study, study.run(), "cam", needed)
    keep(study, study.run(), "grad-cam", np.full(len(needed), 0.9), flat=(0, 3))
    return Study(full.folder)


def value(found, source, quantity):
    table = found.crossings
    return table[(table["source"] == source) & (table["quantity"] == quantity)].iloc[0]


def test_whose_maps_are_there_and_whose_have_been_used(revealed):
    run = revealed.run()
    assert sources(revealed, run) == ("cam", "grad-cam", PEOPLE)
    assert revealed_sources(revealed, run) == ("cam", "grad-cam") == tuple(read_revealing(revealed, run))
    assert missing_sources(revealed, run) == (PEOPLE,)


def test_a_curve_is_the_share_of_images_that_are_recognised(revealed, needed, settings):
    found = reveal_curves(revealed, revealed.run(), settings)
    own = found.curves[found.curves["source"] == "cam"]
    assert tuple(own["area"]) == FROM_BLURRED
    assert list(own["accuracy"]) == [float((needed <= area).mean()) for area in FROM_BLURRED]
    assert (own["ci_low"] <= own["accuracy"]).all()
    assert (own["accuracy"] <= own["ci_high"]).all()
    assert own["accuracy"].is_monotonic_increasing
    assert found.blurred[0] == 0
    assert found.whole[0] == 1


def test_crossing_points_are_interpolated_between_areas(revealed, settings):
    found = reveal_curves(revealed, revealed.run(), settings)
    people = found.people
    assert 0.5 < people.accuracy < 1
    at = value(found, "cam", AREA_OF_PEOPLE)
    assert at["value"] == pytest.approx(0.15 + 0.05 * (people.accuracy - 0.5) / 0.5)  # .5 at 15 %, 1 at 20 %
    assert at["ci_low"] < at["value"] < at["ci_high"]
    assert value(found, "cam", AREA_OF_OWN)["value"] == pytest.approx(0.15 + 0.05 * 0.45 / 0.5)
    curve = found.curves[found.curves["source"] == "cam"]
    expected = np.interp(people.area, curve["area"], curve["accuracy"])
    assert value(found, "cam", ACCURACY_AT_PEOPLE)["value"] == pytest.approx(expected)
    area_under = np.trapezoid(curve["accuracy"], curve["area"]) / AREAS[-1]
    assert value(found, "cam", MEAN_ACCURACY)["value"] == pytest.approx(area_under)


def test_what_is_not_reached_is_infinite_and_null_in_the_report(revealed, settings):
    found = reveal_curves(revealed, revealed.run(), settings)
    assert np.isinf(value(found, "grad-cam", AREA_OF_PEOPLE)["value"])
    part = to_json(reveal_part(revealed, revealed.run(), settings))
    assert part["sources"]["grad-cam"][AREA_OF_PEOPLE] == {"value": None, "ci": [None, None]}
    assert len(part["sources"]["cam"]["accuracy"]) == len(part["areas"]) == len(AREAS)
    jsonschema.validate(part, {"$ref": "#/$defs/reveal", "$defs": SCHEMA["$defs"]})


def test_images_with_a_flat_map_are_left_out_for_that_method(revealed, settings):
    found = reveal_curves(revealed, revealed.run(), settings)
    n = len(revealed.plan)
    assert found.n_images == n
    assert set(found.curves.groupby("source")["n"].unique().map(tuple).items()) == {
        ("cam", (n,)),
        ("grad-cam", (n - 2,)),
    }


def test_one_seed_gives_one_result(revealed, settings):
    first, again = (reveal_curves(revealed, revealed.run(), settings) for _ in range(2))
    assert first.crossings.equals(again.crossings)
    assert first.curves.equals(again.curves)


def test_without_people_curves_have_what_does_not_need_them(bare, fill, settings):
    study = fill(bare, run="only", maps=("cam",))
    run = study.run("only")
    keep(study, run, "cam", np.full(len(study.plan), 0.05))
    found = reveal_curves(study, run, settings)
    assert found.people is None
    assert set(found.crossings["quantity"]) == {AREA_OF_OWN, MEAN_ACCURACY}
    part = to_json(reveal_part(study, run, settings))
    assert set(QUANTITIES) < set(part["sources"]["cam"])
    assert part["sources"]["cam"][AREA_OF_PEOPLE] is None
    jsonschema.validate(part, {"$ref": "#/$defs/reveal", "$defs": SCHEMA["$defs"]})


def test_what_was_not_computed_is_said_in_one_sentence(bare, fill, settings):
    study = fill(bare, run="only", maps=("cam",))
    with pytest.raises(MissingError, match="has not been shown what maps uncover"):
        reveal_curves(study, study.run("only"), settings)
    with pytest.raises(MissingError, match="no run that could be shown"):
        reveal_part(study, None, settings)


def test_another_blur_is_another_question(revealed):
    run = revealed.run()
    before = {source: revealing_key(revealed, run, source) for source in sources(revealed, run)}
    assert len(set(before.values())) == 3
    revealed.card = replace(revealed.card, design=replace(revealed.card.design, blur_fraction=0.1))
    assert all(revealing_key(revealed, run, source) != key for source, key in before.items())
