import os
import sys
from pathlib import Path

import psutil
import pytest

from fercore.errors import FercoreError, JobError
from fercore.jobs.executor import EXECUTORS
from fercore.jobs.executors.local import run_local


@pytest.fixture
def functions(monkeypatch):
    monkeypatch.syspath_prepend(str(Path(__file__).parents[1]))
    import counting

    yield counting
    sys.modules.pop("counting")


def run(function, units, **more):
    news, results = [], {}
    run_local(
        function,
        units,
        on_progress=lambda index, report: news.append((index, report)),
        on_result=results.__setitem__,
        **more,
    )
    return news, results


def test_every_unit_is_worked_on_once_with_one_thread(functions, monkeypatch):
    monkeypatch.delenv("OMP_NUM_THREADS", raising=False)
    before = set(psutil.Process().children())  # of other tests in this process
    news, results = run(functions.square, [1, 2, 3, 4, 5], n_workers=2)
    assert results == {0: 1, 1: 4, 2: 9, 3: 16, 4: 25}
    assert sorted((index, report["unit"]) for index, report in news) == list(enumerate("12345"))
    assert {report["message"] for _, report in news} == {"1"}
    assert "OMP_NUM_THREADS" not in os.environ
    left = set(psutil.Process().children()) - before
    assert all("resource_tracker" in " ".join(child.cmdline()) for child in left)


def test_nothing_to_do_is_done(functions):
    assert run(functions.square, []) == ([], {})


def test_the_first_failure_stops_the_rest(functions):
    results = {}
    with pytest.raises(FercoreError, match="Three is not allowed"):
        run_local(
            functions.fail_at_three, [1, 2, 3, 4, 5], on_progress=print, on_result=results.__setitem__, n_workers=2
        )
    assert set(results.values()) <= {1, 2}


def test_an_exception_that_cannot_travel_arrives_by_name(functions):
    with pytest.raises(RuntimeError, match="AwkwardError: salt and pepper"):
        run(functions.raise_awkward, [1], n_workers=1)


def test_a_killed_process_is_named(functions):
    with pytest.raises(JobError, match=r"was killed \(exit status -9\)"):
        run(functions.die, [1, 2], n_workers=1)


def test_it_is_the_executor_called_local():
    assert EXECUTORS.get("local") is run_local
