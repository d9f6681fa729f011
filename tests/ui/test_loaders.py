import base64

import cv2
import numpy as np
import pytest

from fercore.study.observers import simulate_trials
from fercore.ui.loaders import found, load_study, thumbnails

calls = []


def count_calls(study, word):
    calls.append(word)
    return word.upper()


@pytest.fixture(autouse=True)
def _no_calls():
    calls.clear()


def test_a_finding_is_computed_once_per_state_and_arguments(study):
    assert [found(count_calls, study, "now", "a") for _ in range(3)] == ["A"] * 3
    assert calls == ["a"]
    found(count_calls, study, "now", "b")
    found(count_calls, study, "later", "a")
    assert calls == ["a", "b", "a"]


def test_a_study_is_loaded_anew_when_its_trials_change(study):
    before, state = load_study("small")
    assert load_study("small") == (before, state)
    assert before.trials.empty
    study.trial_store.add(simulate_trials(study, n_participants=2, seed=3))
    after, later = load_study("small")
    assert later != state
    assert len(after.trials) > 0


def test_thumbnails_are_small_jpegs_of_all_experimental_images(study):
    small = thumbnails(study)
    assert list(small) == list(study.plan["image"])
    head, data = next(iter(small.values())).split(",")
    assert head == "data:image/jpeg;base64"
    picture = cv2.imdecode(np.frombuffer(base64.b64decode(data), np.uint8), cv2.IMREAD_COLOR)
    assert picture.shape == (64, 64, 3)
