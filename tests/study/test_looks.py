import json

import cv2
import numpy as np
import pandas as pd
import pytest

from fercore.errors import InputError, MissingError
from fercore.findings.report import compare
from fercore.humans.bubbleview import COLUMNS
from fercore.humans.click_maps import click_map
from fercore.settings import ComparisonSettings
from fercore.study import Study
from fercore.study.looks import import_looks
from fercore.study.observers import simulate_trials
from fercore.study.state import state_of


def clicks_on(*rows):
    return pd.DataFrame(rows, columns=list(COLUMNS)).astype({"x": float, "y": float})


def test_attention_maps_are_shares_of_those_who_looked(tiny):
    first, second = tiny.plan["image"][:2]
    before = state_of(tiny)
    clicks = clicks_on((f"{first}.png", "A", 4, 4), (first, "B", 4, 4), (first, "B", 12, 12), (second, "A", 8, 8))
    report = import_looks(tiny, clicks, images=None)
    assert (report.n_images, report.n_looks, report.n_clicks) == (2, 3, 4)
    study = Study(tiny.folder)
    here, there = (click_map([place], study.side, study.radius_px) for place in ((4, 4), (12, 12)))
    assert np.array_equal(study.attention_maps[0], (here + (here | there).astype(np.float32)) / 2)
    assert study.n_correct.tolist() == [2, 1, *[0] * (len(study.plan) - 2)]
    assert study.badge == "clicks without answers, photographs"
    assert state_of(study) != before


def test_clicks_follow_the_middle_square_of_the_images_they_were_made_on(tiny, tmp_path):
    image = tiny.plan["image"].iloc[0]
    (tmp_path / "targets").mkdir()
    cv2.imwrite(str(tmp_path / "targets" / f"{image}.png"), np.zeros((20, 40, 3), np.uint8))
    name = f"{image}.png"
    clicks = clicks_on((name, "A", 20, 10), (name, "A", 10, 0), (name, "A", 9.9, 5), (name, "B", 45, 5))
    report = import_looks(tiny, clicks, images=tmp_path / "targets")
    looks = Study(tiny.folder).looks.set_index("participant")["clicks"].map(json.loads)
    assert looks["A"] == [[8, 8, 0], [0, 0, 0]]  # the square begins at x = 10 and is 20 px wide; 16 px are stored
    assert looks["B"] == []
    assert report.n_outside == 2


def test_images_that_are_not_in_the_experiment_are_left_out_and_counted(tiny):
    clicks = clicks_on((tiny.plan["image"].iloc[0], "A", 1, 1), ("stranger.png", "A", 1, 1))
    report = import_looks(tiny, clicks, images=None)
    assert (report.n_images, report.n_other_images) == (1, 1)


def test_what_does_not_fit_is_one_sentence_and_writes_nothing(tiny, tmp_path):
    image = tiny.plan["image"].iloc[0]
    with pytest.raises(InputError, match=r"None of the 1 images in the file, such as 'x\.png'"):
        import_looks(tiny, clicks_on(("x.png", "A", 1, 1)), images=None)
    with pytest.raises(InputError, match=r"lies at \(300, 1\), outside the stored image of 16 px"):
        import_looks(tiny, clicks_on((image, "A", 300, 1)), images=None)
    with pytest.raises(InputError, match="is not in"):
        import_looks(tiny, clicks_on((image, "A", 1, 1)), images=tmp_path / "faces" / "train" / "sad")
    assert Study(tiny.folder).looks is None
    with pytest.raises(MissingError, match="no attention maps"):
        _ = Study(tiny.folder).attention_maps


def test_looks_are_replaced_only_when_asked(tiny):
    image = tiny.plan["image"].iloc[0]
    import_looks(tiny, clicks_on((image, "A", 1, 1)), images=None)
    study = Study(tiny.folder)
    with pytest.raises(InputError, match="--replace"):
        import_looks(study, clicks_on((image, "B", 1, 1)), images=None)
    import_looks(study, clicks_on((image, "B", 1, 1)), images=None, replace=True)
    assert list(Study(tiny.folder).looks["participant"]) == ["B"]


def test_a_study_with_trials_takes_no_looks(tiny):
    tiny.trial_store.add(simulate_trials(tiny, n_participants=2))
    with pytest.raises(InputError, match="has trials"):
        import_looks(Study(tiny.folder), clicks_on((tiny.plan["image"].iloc[0], "A", 1, 1)), images=None)


def test_the_report_has_no_people_where_they_gave_no_answers(tiny):
    import_looks(tiny, clicks_on((tiny.plan["image"].iloc[0], "A", 1, 1)), images=None)
    report = compare(Study(tiny.folder), None, ComparisonSettings(n_bootstrap=20))
    assert report["human"] is report["participants"] is report["responses"] is None
