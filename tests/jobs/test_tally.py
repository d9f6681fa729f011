import pytest

from fercore.jobs.tally import Tally


@pytest.fixture
def told():
    return []


@pytest.fixture
def progress(told):
    def progress(done, total, message, detail=None):
        told.append((done, total, message, detail))

    return progress


def news(unit, done, total=150.0):
    return {"unit": unit, "done": float(done), "total": float(total), "message": f"epoch {done}"}


def test_what_was_finished_before_is_told_first(progress, told):
    Tally(["a", "b", "c"], {"b"}, progress)
    done, total, message, detail = told[0]
    assert (done, total, message) == (1, 3, "1 of 3 were finished before")
    assert [unit["state"] for unit in detail["units"].values()] == ["waiting", "done", "waiting"]


def test_a_unit_under_way_counts_by_its_share(progress, told):
    tally = Tally(["a", "b"], (), progress)
    tally.report(news("a", 30))
    done, _, message, detail = told[-1]
    assert done == pytest.approx(0.2)
    assert message == "a: epoch 30"
    assert detail["units"]["a"] == {"state": "running", "share": 0.2, "message": "epoch 30"}


def test_units_that_end_early_tell_how_long_the_others_will_take(progress, told):
    tally = Tally(["a", "b", "c"], (), progress)
    tally.report(news("a", 10))
    tally.finish("a")
    tally.report(news("b", 5))
    assert told[-1][0] == pytest.approx(1.5)
    tally.report(news("b", 40))
    assert told[-1][0] < 2
    tally.finish("b")
    tally.finish("c")
    assert told[-1][:3] == (3, 3, "c: done")
