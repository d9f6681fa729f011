import numpy as np
import pytest

from fercore import tables
from fercore.errors import DamagedError, MissingError
from fercore.study import Study
from fercore.study.observers import diagnostic_maps, simulate_trials
from fercore.study.state import state_of


def test_a_study_without_people_and_networks_says_so(tiny):
    assert tiny.trials.empty
    assert not tiny.simulated
    assert tiny.run_names == ()
    with pytest.raises(MissingError, match="no trials"):
        _ = tiny.attention_maps
    with pytest.raises(MissingError, match="no finished run"):
        tiny.run()
    with pytest.raises(MissingError, match="no run 'mine'"):
        tiny.run("mine")


def test_simulated_trials_are_marked_in_every_row(tiny):
    trials = simulate_trials(tiny, n_participants=4, seed=3)
    assert (trials["source"] == "simulated").all()
    assert set(tables.TRIALS) <= set(trials.columns)
    tiny.trial_store.add(trials)
    study = Study(tiny.folder)
    assert study.simulated
    assert study.badge == "simulated people, photographs"
    assert study.attention_maps.shape == (12, 16, 16)
    assert 0 <= study.attention_maps.min() <= study.attention_maps.max() <= 1


def test_without_ground_truth_diagnostic_maps_are_the_usual_places(tiny):
    maps = diagnostic_maps(tiny)
    np.testing.assert_allclose(maps.sum(axis=(1, 2)), 1, rtol=1e-5)
    assert (maps == maps[0]).all()


def test_the_state_changes_with_the_trials(tiny):
    before = state_of(tiny)
    assert state_of(Study(tiny.folder)) == before
    tiny.trial_store.add(simulate_trials(tiny, n_participants=2, seed=3))
    assert state_of(Study(tiny.folder)) != before


def test_the_plan_digest_depends_on_conditions(tiny):
    before = tiny.plan_digest
    plan = tiny.plan.copy()
    plan["false_label"] = plan["false_label"].to_numpy()[::-1]
    plan.to_csv(tiny.folder / "plan.csv", index=False)
    assert Study(tiny.folder).plan_digest != before


def test_a_damaged_card_is_one_sentence(tiny):
    (tiny.folder / "study.json").write_text("{")
    with pytest.raises(DamagedError, match="is not a study's card"):
        Study(tiny.folder)
