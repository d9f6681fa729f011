import sys
from pathlib import Path

import pytest

from fercore.jobs.tally import Tally, work_on

NAMES = [("accuracy-90", "a-b"), ("accuracy-90", "a-c"), ("accuracy-90", "b-c")]


@pytest.fixture
def told():
    return []


@pytest.fixture
def progress(told):
    def progress(done, total, message, detail=None):
        told.append((done, total, message, detail))

    return progress


def news(done, total=150.0):
    return {"unit": "?", "done": float(done), "total": float(total), "message": f"epoch {done}"}


def test_what_was_finished_before_is_told_first(progress, told):
    Tally(NAMES, {1}, progress)
    done, total, message, detail = told[0]
    assert (done, total, message) == (1, 3, "1 of 3 were finished before")
    assert [unit["state"] for unit in detail["accuracy-90"].values()] == ["waiting", "done", "waiting"]


def test_a_unit_under_way_counts_by_its_share(progress, told):
    tally = Tally(NAMES, (), progress)
    tally.report(0, news(30))
    done, _, message, detail = told[-1]
    assert done == pytest.approx(0.2)
    assert message == "a-b: epoch 30"
    assert detail["accuracy-90"]["a-b"] == {"state": "running", "share": 0.2, "message": "epoch 30"}


def test_units_that_end_early_tell_how_long_the_others_of_their_group_take(progress, told):
    tally = Tally([*NAMES, ("multiclass", "multiclass")], (), progress)
    tally.report(0, news(10))
    tally.finish(0)
    tally.report(1, news(5))
    assert told[-1][0] == pytest.approx(1.5)
    tally.report(1, news(40))
    assert told[-1][0] < 2
    tally.report(3, news(10, 40))
    tally.finish(1)
    tally.finish(2)
    assert told[-1][:3] == (3.25, 4, "accuracy-90 b-c is done")


def test_only_what_is_left_is_worked_on(progress, told, monkeypatch):
    monkeypatch.syspath_prepend(str(Path(__file__).parent))
    import counting

    names = [("squares", str(number)) for number in range(4)]
    work_on(counting.square, range(4), names, finished={0, 2}, progress=progress, n_workers=2)
    assert told[0][0] == 2
    assert told[-1][:2] == (4, 4)
    assert {message for _, _, message, _ in told if "done" in message} == {"squares 1 is done", "squares 3 is done"}
    sys.modules.pop("counting")
