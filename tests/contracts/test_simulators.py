"""What every human simulator keeps to: add one, and it is held to this."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from fercore import tables
from fercore.humans.regions import usual_landmarks
from fercore.humans.simulation import SIMULATORS, simulate, usual_places
from fercore.humans.trial_table import check_trials, csv_text, read_trials, write_trials
from fercore.labels import LabelSet

SIDE = 96
LABEL_SETS = {"eight labels": LabelSet(), "three labels": LabelSet(("calm", "glad", "sore"))}


def plan_of(label_set: LabelSet) -> pd.DataFrame:
    rows = [(f"face-{k}", c.true_label, c.false_label) for k, c in enumerate(label_set.conditions)]
    return pd.DataFrame(rows, columns=list(tables.PLAN))


@pytest.fixture(params=LABEL_SETS)
def label_set(request: pytest.FixtureRequest) -> LabelSet:
    return LABEL_SETS[request.param]


@pytest.fixture(params=SIMULATORS)
def simulator(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def run(simulator: str, label_set: LabelSet, *, seed: int = 0, n: int = 5, landmarks: bool = True) -> pd.DataFrame:
    plan = plan_of(label_set)
    marks = usual_landmarks(plan, SIDE) if landmarks else None
    maps = usual_places(plan)
    return simulate(maps, plan, marks, label_set, SIDE, n_participants=n, seed=seed, simulator=simulator)


def test_the_table_passes_the_checks_of_an_import(simulator: str, label_set: LabelSet, tmp_path: Path) -> None:
    trials = run(simulator, label_set)
    assert list(trials.columns) == [*tables.TRIALS, *tables.PROVENANCE]
    pd.testing.assert_frame_equal(check_trials(trials, plan_of(label_set), label_set, SIDE), trials)
    write_trials(trials, tmp_path / "trials.parquet")
    again = read_trials(tmp_path / "trials.parquet", plan_of(label_set), label_set, SIDE)
    pd.testing.assert_frame_equal(again, trials)


def test_every_row_says_that_it_is_simulated(simulator: str, label_set: LabelSet) -> None:
    trials = run(simulator, label_set, seed=7)
    assert set(trials["source"]) == {"simulated"}
    assert set(trials["seed"]) == {7}
    assert len(set(trials["parameters"])) == 1
    assert trials["participant"].str.startswith("sim-").all()


def test_the_same_seed_gives_the_same_bytes(simulator: str, label_set: LabelSet) -> None:
    first = csv_text(run(simulator, label_set, seed=3))
    assert csv_text(run(simulator, label_set, seed=3)) == first
    assert csv_text(run(simulator, label_set, seed=4)) != first


def test_no_global_seed_is_used_or_changed(simulator: str, label_set: LabelSet) -> None:
    before = np.random.get_state()[1].copy()  # noqa: NPY002
    run(simulator, label_set)
    np.testing.assert_array_equal(np.random.get_state()[1], before)  # noqa: NPY002


@pytest.mark.parametrize("n", [1, 2, 3])
def test_any_number_of_observers_can_be_asked_for(simulator: str, label_set: LabelSet, n: int) -> None:
    assert run(simulator, label_set, n=n)["participant"].nunique() == n


def test_faces_without_landmarks_are_looked_at_in_the_usual_places(simulator: str, label_set: LabelSet) -> None:
    pd.testing.assert_frame_equal(run(simulator, label_set, landmarks=False), run(simulator, label_set))
