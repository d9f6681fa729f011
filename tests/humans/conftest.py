from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from fercore.humans.regions import usual_landmarks
from fercore.humans.simulation import simulate, usual_places
from fercore.humans.trial_table import read_trials
from fercore.labels import LabelSet

REFERENCE = Path(__file__).parents[1] / "reference" / "trials"
SIDE = 64


@pytest.fixture(scope="session")
def label_set() -> LabelSet:
    return LabelSet()


@pytest.fixture(scope="session")
def plan(label_set: LabelSet) -> pd.DataFrame:
    """One image per condition: 56."""
    rows = [(f"face-{k:02d}", c.true_label, c.false_label) for k, c in enumerate(label_set.conditions)]
    return pd.DataFrame(rows, columns=["image", "true_label", "false_label"])


@pytest.fixture(scope="session")
def landmarks(plan: pd.DataFrame) -> pd.DataFrame:
    return usual_landmarks(plan, SIDE)


@pytest.fixture(scope="session")
def diagnostic_maps(plan: pd.DataFrame) -> np.ndarray:
    """Eyes and mouth, weighted differently on every face."""
    rng = np.random.default_rng(0)
    base = usual_places(plan, 28).astype(float)
    x = np.linspace(-1, 1, 28)
    tilt = np.exp(rng.normal(0, 1, (len(plan), 1, 1)) * x + rng.normal(0, 1, (len(plan), 1, 1)) * x[:, None])
    return base * tilt


@pytest.fixture(scope="session")
def trials(
    diagnostic_maps: np.ndarray, plan: pd.DataFrame, landmarks: pd.DataFrame, label_set: LabelSet
) -> pd.DataFrame:
    """Six simulated observers on the plan; the fifth skips a block, the sixth guesses."""
    return simulate(diagnostic_maps, plan, landmarks, label_set, SIDE, n_participants=6, seed=3)


@pytest.fixture
def people_trials(trials: pd.DataFrame) -> pd.DataFrame:
    """The same trials as if people had given them."""
    return trials.drop(columns=["source", "seed", "parameters"])


@pytest.fixture(scope="session")
def reference_plan() -> pd.DataFrame:
    return pd.read_csv(REFERENCE / "input_plan.csv", dtype=str)


@pytest.fixture(scope="session")
def reference_trials(reference_plan: pd.DataFrame, label_set: LabelSet) -> pd.DataFrame:
    return read_trials(REFERENCE / "input.csv", reference_plan, label_set, 128)


def table_of(*clicks: list[list[float]], correct: bool = True, image: str = "a") -> pd.DataFrame:
    """One trial per click list, each of another participant, with the columns that maps need."""
    return pd.DataFrame(
        {
            "participant": [f"P{k}" for k in range(len(clicks))],
            "image": image,
            "correct": correct,
            "clicks": [json.dumps(trial) for trial in clicks],
        }
    )


@pytest.fixture
def clicked() -> Any:
    return table_of
