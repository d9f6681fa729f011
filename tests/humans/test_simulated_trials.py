from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest

from fercore import tables
from fercore.humans.simulated_trials import Looks, tabulate

PLAN = pd.DataFrame([("a", "fear", "sad"), ("b", "sad", "fear")], columns=list(tables.PLAN))


@pytest.fixture
def looks() -> list[Looks]:
    """Two people look at two images: the first clicks twice, the second once, on the very edge."""
    person, x, y = np.array([0, 1, 0]), np.array([0.25, 0.99999, 0.5]), np.array([0.5, 0.0, 0.123456])
    one = Looks(person, x, y, np.array([0.5, 0.7, 0.9004]), np.array([1.25, 2.0]), np.array([True, False]))
    return [one, one]


def test_positions_are_px_and_times_whole_ms(looks: list[Looks]) -> None:
    trials = tabulate(looks, PLAN, 100, 1, {}, seed=4, parameters="p")
    first, _, second, _ = (row for row in trials.itertuples())
    assert json.loads(first.clicks) == [[25.0, 50.0, 500], [50.0, 12.3, 900]]
    assert json.loads(second.clicks) == [[99.9, 0.0, 700]]  # inside the image, whatever the rounding
    assert (first.n_clicks, first.first_click_ms, first.decision_ms, first.decision_time_s) == (2, 500, 1250, 0.75)
    assert list(trials["participant"]) == ["sim-01", "sim-01", "sim-02", "sim-02"]


def test_a_wrong_response_is_the_false_label(looks: list[Looks]) -> None:
    trials = tabulate(looks, PLAN, 100, 1, {}, seed=4, parameters="p")
    wrong = trials[~trials["correct"]]
    assert list(wrong["response"]) == list(wrong["false_label"])
    assert list(wrong["participant"]) == ["sim-02", "sim-02"]


def test_a_skipped_block_has_no_trials(looks: list[Looks]) -> None:
    trials = tabulate(looks, PLAN, 100, 2, {1: 2}, seed=4, parameters="p")
    assert list(trials["block"]) == [1, 2, 1]
    assert list(trials.columns) == [*tables.TRIALS, *tables.PROVENANCE]
