import json
from pathlib import Path

import jsonschema
import numpy as np
import pytest

from fercore.errors import MissingError
from fercore.findings.export import export_study
from fercore.findings.report import to_json
from fercore.findings.trust import SEEDS, trust, trust_part
from fercore.saliency.maps import SETTINGS, write_maps
from fercore.saliency.trust import Checked, Curve, Score, write_block
from fercore.study import Study
from fercore.study.trusting import RANDOM, trust_key

SCHEMA = json.loads((Path(__file__).parents[2] / "docs" / "compare.schema.json").read_text())

ASKED = Checked(
    "Right?",
    "A note.",
    (
        Score("deletion_area", "deletion", False, "small is good"),
        Score("insertion_area", "insertion", True, "large is good"),
    ),
    (Curve("insertion", "insertion", (0.0, 0.5, 1.0), "x", "p"),),
)


def keep(study, source, level, known=None, run=None):
    """Keep what a check found about a source: areas about ``level`` for insertion and 1 - ``level`` for deletion."""
    n = len(study.plan)
    values = level + np.random.default_rng(0).normal(0, 0.01, n)
    if known is not None:
        values[known:] = np.nan
    arrays = {
        "deletion_area": 1 - values, "insertion_area": values, "insertion": values[:, None] * np.array([0, 0.5, 1])
    }  # fmt: skip
    write_block(study.maps_store, trust_key(study, study.run(run), source), arrays, {"check": ASKED})


@pytest.fixture
def checked(full, tmp_path, monkeypatch):
    """A study whose run's maps by two methods were checked, and noise, in a cache of its own."""
    blocks = {key: full.maps_store.get(key) for m in ("cam", "grad-cam") if (key := full.maps_key(full.run(), m))}
    monkeypatch.setenv("FERCORE_CACHE", str(tmp_path / "cache"))
    study = Study(full.folder)
    for key, block in blocks.items():
        study.maps_store.put(key, block)
    keep(study, "cam", 0.6)
    keep(study, "grad-cam", 0.8, known=7)
    keep(study, RANDOM, 0.3)
    return Study(full.folder)


def test_methods_are_ranked_by_each_score_the_right_way_round(checked, settings):
    found = trust(checked, checked.run(), settings)
    ranks = found.scores.set_index(["score", "source"])["rank"]
    for score in ("deletion_area", "insertion_area"):
        assert dict(ranks[score]) == {"cam": 2, "grad-cam": 1, RANDOM: 3}
    assert (found.scores["n_ranked"] == 3).all()


def test_every_score_is_a_mean_over_images_with_its_interval_and_n(checked, settings):
    found = trust(checked, checked.run(), settings).scores.set_index(["score", "source"])
    row = found.loc["insertion_area", "grad-cam"]
    assert row["n"] == 7
    assert row["value"] == pytest.approx(0.8, abs=0.02)
    assert row["ci_low"] < row["value"] < row["ci_high"]
    assert found.loc[("insertion_area", "cam"), "n"] == len(checked.plan)


def test_gains_over_the_centre_are_of_the_same_images_and_the_right_way_round(checked, settings):
    without = trust(checked, checked.run(), settings).scores
    assert without["gain"].isna().all()
    centre = "center-gaussian"
    maps = np.random.default_rng(1).random((len(checked.plan), 8, 8)).astype(np.float32)
    key = checked.maps_key(checked.run(), centre)
    write_maps(checked.maps_store, key, {"maps": maps}, centre, SETTINGS[centre]())
    keep(checked, centre, 0.65)
    found = trust(checked, checked.run(), settings).scores.set_index(["score", "source"])
    for score in ("deletion_area", "insertion_area"):
        gain = found.loc[(score, "grad-cam"), ["gain", "gain_low", "gain_high"]].astype(float)
        np.testing.assert_allclose(gain, 0.15, atol=1e-5)  # the noise is the same in every source
        assert found.loc[(score, "cam"), "gain_high"] < 0
        assert found.loc[(score, centre), "gain"] == 0


def test_curves_have_a_point_per_place(checked, settings):
    curves = trust(checked, checked.run(), settings).curves
    own = curves[curves["source"] == "cam"]
    assert list(own["x"]) == [0.0, 0.5, 1.0]
    assert list(own["value"]) == sorted(own["value"])
    assert own["value"].iloc[0] == 0


def test_agreement_holds_every_two_sources_and_people(checked, settings):
    agreement = trust(checked, checked.run(), settings).agreement
    assert {(row["a"], row["b"]) for row in agreement.to_dict("records")} == {
        (a, b) for a in ("cam", "grad-cam", "people") for b in ("cam", "grad-cam", "people") if a != b
    }


def test_every_source_is_compared_with_all_methods_but_itself(checked, settings):
    found = trust(checked, checked.run(), settings)
    others = found.scores[found.scores["score"] == "other_methods"].set_index("source")["value"]
    pairs = found.agreement.set_index(["a", "b"])["value"]
    assert set(others.index) == {"cam", "grad-cam", "people"}
    assert others["cam"] == pytest.approx(pairs["cam", "grad-cam"], abs=1e-6)
    assert others["people"] == pytest.approx(pairs[[("people", "cam"), ("people", "grad-cam")]].mean(), abs=0.02)


def test_other_seeds_are_one_more_check(bare, fill, settings):
    study = fill(fill(bare, run="only", maps=("cam",)), run="other", seed=3)
    keep(study, "cam", 0.6, run="only")
    key = study.maps_key(study.run("other"), "cam")
    assert SEEDS not in trust(study, study.run("only"), settings).checks
    study.maps_store.put(key, study.maps_store.get(study.maps_key(study.run("only"), "cam")))  # the very same maps
    found = trust(study, study.run("only"), settings)
    assert SEEDS in found.checks
    assert found.scores.set_index("score").loc["other_seeds", "value"] == pytest.approx(1, abs=1e-5)


def test_one_seed_gives_one_result(checked, settings):
    first, again = (trust(checked, checked.run(), settings) for _ in range(2))
    assert first.scores.equals(again.scores)
    assert first.curves.equals(again.curves)


def test_the_report_and_the_export_hold_it(checked, settings, tmp_path):
    part = to_json(trust_part(checked, checked.run(), settings))
    jsonschema.validate(part, {"$ref": "#/$defs/trust", "$defs": SCHEMA["$defs"]})
    assert part["sources"]["grad-cam"]["insertion_area"]["rank"] == 1
    assert part["scores"]["deletion_area"]["higher_is_better"] is False
    assert len(part["agreement"]) == 3
    names = export_study(checked, checked.run(), settings, tmp_path / "all.zip")
    assert {"trust_scores.csv", "trust_curves.csv", "map_agreement.csv"} <= set(names)


def test_what_was_not_checked_is_said_in_one_sentence(bare, fill, settings):
    study = fill(bare, run="only", maps=("cam",))
    with pytest.raises(MissingError, match="python -m fercore trust bare --run only"):
        trust(study, study.run("only"), settings)
    with pytest.raises(MissingError, match="no run whose maps"):
        trust_part(study, None, settings)
