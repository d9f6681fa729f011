from dataclasses import replace

import numpy as np
import pytest

from fercore.comparison.measures import SIMILARITY, measures
from fercore.errors import MissingError, UnknownNameError
from fercore.findings.agreement import COLUMNS, agreement_key, agreement_values, map_agreement, raise_to_zero
from fercore.findings.ceiling import ceiling_key, people_ceiling
from fercore.humans.click_maps import click_map
from fercore.humans.clicks import parse_cell
from fercore.saliency.maps import PAPER_METHODS, SETTINGS, write_maps
from fercore.study import Study


@pytest.fixture
def found(full, settings):
    return map_agreement(full, full.run(), settings, n_splits=20)


def test_every_method_has_every_measure_but_the_optional_ones(found, settings):
    assert set(found.methods) == set(PAPER_METHODS)
    for by_measure in found.methods.values():
        assert set(by_measure) == set(measures())
    table = found.table(settings)
    assert tuple(table) == COLUMNS
    assert len(table) == 3 * 9


def test_values_are_those_of_peoples_own_map_and_clicks_of_the_image(full, found):
    trials = full.kept_trials[full.kept_trials["correct"].astype(bool)]
    block = full.maps(full.run(), "cam").maps
    for row in np.flatnonzero(full.n_correct > 0)[:5]:
        clicks = np.zeros((full.side, full.side))
        for cell in trials.loc[trials["image"] == full.plan["image"][row], "clicks"]:
            for x, y, _ in parse_cell(cell):
                clicks[int(y), int(x)] += 1
        for name, agreement in found.methods["cam"].items():
            measure = SIMILARITY.get(name)()
            human = clicks if measure.needs_clicks else full.attention_maps[row]
            expected = measure(human[None].astype(float), block[row][None].astype(float))[0]
            assert agreement.own[row] == pytest.approx(expected, rel=1e-5, abs=1e-6), name


def test_the_ceiling_is_that_of_the_people_who_were_right(full, settings):
    chosen = measures(settings, ["dice-top20"])
    values = people_ceiling(full, chosen, settings, n_splits=50)["dice-top20"]
    assert np.isnan(values[full.n_correct < 2]).all()
    row = int(np.argmax(full.n_correct))
    own = full.kept_trials[
        full.kept_trials["correct"].astype(bool) & (full.kept_trials["image"] == full.plan["image"][row])
    ]
    seen = np.stack([click_map(parse_cell(cell), full.side, full.radius_px).ravel() for cell in own["clicks"]])
    rng, measure, means = np.random.default_rng(9), chosen["dice-top20"], []
    for _ in range(400):
        order = rng.permutation(len(seen))
        half = len(seen) // 2
        first, second = (seen[part].mean(axis=0)[None] for part in (order[:half], order[half : 2 * half]))
        means.append(measure(first, second)[0])
    assert values[row] == pytest.approx(np.mean(means), abs=4 * np.std(means) / np.sqrt(50))


def test_saliency_that_knows_nothing_of_people_scores_about_nought(full, settings):
    """The maps of the fixture are noise."""
    for name, row in map_agreement(full, full.run(), settings, n_splits=20).table(settings).groupby("measure"):
        if SIMILARITY.get(name).higher_is_better:
            assert (row["score"].abs() < 0.2).all(), name
            assert (row["score_low"] < 0.1).all(), name
            assert (row["ceiling"] > row["floor"]).all(), name


def test_the_same_settings_give_the_same_numbers(full, settings, found):
    again = map_agreement(full, full.run(), settings, n_splits=20)
    assert found.table(settings).equals(again.table(settings))


def test_one_measure_can_be_asked_for_by_name(full, settings):
    found = map_agreement(full, full.run(), settings, names=["auc-judd"], n_splits=2)
    assert set(found.methods["cam"]) == {"auc-judd"}
    with pytest.raises(UnknownNameError, match="similarity measure called 'ccc'"):
        map_agreement(full, full.run(), settings, names=["ccc"])


def test_the_part_of_the_report_is_the_table(found, settings):
    table = found.table(settings)
    part = agreement_values(table)
    table = table.set_index(["method", "measure"])
    for method, by_measure in part.items():
        for name, values in by_measure.items():
            row = table.loc[(method, name)]
            for key in ("mean", "ceiling", "floor", "group_floor", "score", "n_images"):
                assert values[key] == pytest.approx(row[key], nan_ok=True)
            for key, column in (("ci", "ci"), ("ceiling_ci", "ceiling"), ("score_ci", "score")):
                assert values[key] == pytest.approx([row[f"{column}_low"], row[f"{column}_high"]], nan_ok=True)


def test_what_is_missing_is_said(bare, fill, settings):
    with pytest.raises(MissingError, match="fercore train bare"):
        map_agreement(bare, None, settings)
    study = fill(bare, run="one")
    with pytest.raises(MissingError, match="has no trials"):
        map_agreement(study, study.run(), settings)
    study = fill(study, people=6)
    with pytest.raises(MissingError, match="fercore explain bare --run one"):
        map_agreement(study, study.run(), settings)


def test_a_method_without_maps_is_none_in_the_report(bare, fill, settings):
    study = fill(bare, people=6, run="one", maps=("grad-cam",))
    part = agreement_values(map_agreement(study, study.run(), settings, n_splits=2).table(settings))
    assert part["cam"] is part["extremal-perturbation"] is None
    assert set(part["grad-cam"]) == set(measures())


def test_negative_evidence_is_raised_and_other_maps_are_left():
    maps = np.array([[[-2.0, 0.0], [1.0, 3.0]], [[0.5, 1.0], [2.0, 4.0]]])
    raised = raise_to_zero(maps)
    np.testing.assert_array_equal(raised[0], maps[0] + 2)
    np.testing.assert_array_equal(raised[1], maps[1])


def test_ceilings_are_worked_out_once_and_anew_when_people_did_something_else(full, settings, tmp_path, monkeypatch):
    monkeypatch.setenv("FERCORE_CACHE", str(tmp_path / "cache"))
    study, known = Study(full.folder), measures(settings, ["cc"])
    key = ceiling_key(study, known, settings, 20)
    first = people_ceiling(study, known, settings, 20)
    np.testing.assert_array_equal(study.maps_store.get(key)["cc"], first["cc"])
    np.testing.assert_array_equal(people_ceiling(Study(full.folder), known, settings, 20)["cc"], first["cc"])
    assert ceiling_key(study, known, replace(settings, seed=7), 20) != key
    study.attention_trials = study.attention_trials.iloc[1:]
    assert ceiling_key(study, known, settings, 20) != key


def test_agreement_is_worked_out_once_and_anew_with_other_maps_or_people(full, settings, tmp_path, monkeypatch):
    monkeypatch.setenv("FERCORE_CACHE", str(tmp_path / "cache"))
    study, known = Study(full.folder), measures(settings, ["cc", "nss"])
    run, maps = study.run(), np.random.default_rng(0).random((len(study.plan), study.side, study.side))
    write_maps(
        study.maps_store, study.maps_key(run, "cam"), {"maps": maps.astype(np.float32)}, "cam", SETTINGS["cam"]()
    )
    first = map_agreement(study, run, settings, names=list(known), n_splits=2).methods["cam"]
    key = agreement_key(study, run, "cam", known, settings)
    again = map_agreement(Study(full.folder), run, settings, names=list(known), n_splits=2).methods["cam"]
    for name, own in first.items():
        for part, values in vars(own).items():
            np.testing.assert_array_equal(getattr(again[name], part), values)
    study.maps_store.put(key, {name: np.zeros((len(vars(own)), len(study.plan))) for name in known})
    assert (
        map_agreement(Study(full.folder), run, settings, names=list(known), n_splits=2).methods["cam"]["cc"].own == 0
    ).all()
    keys = {agreement_key(study, run, method, known, settings) for method in ("cam", "grad-cam")}
    study.attention_trials = study.attention_trials.iloc[1:]
    assert len({*keys, agreement_key(study, run, "cam", known, settings)}) == 3
