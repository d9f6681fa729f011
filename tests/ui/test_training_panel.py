"""What a reader sees of a training that did not end as wished."""

import pytest
from streamlit.testing.v1 import AppTest

from fercore.jobs.identity import ProcessIdentity
from fercore.jobs.job import Order
from fercore.jobs.table import JobTable
from fercore.machines.cam_layer import CamLayer
from fercore.machines.plan_run import start_run
from fercore.machines.presets import training_settings
from fercore.store import write_json

DEAD = ProcessIdentity(2**22 - 1, 1.0)


def _app():
    from fercore.figures.theme import LIGHT
    from fercore.ui.loaders import load_study
    from fercore.ui.panels import training
    from fercore.ui.state import View

    study, state = load_study("small")
    view = View(study, None, "cam", LIGHT, state)
    training.page(view)


@pytest.fixture
def unfinished(study):
    """A run that was started, and the job that trains it."""
    settings = training_settings("small")
    start_run(study.folder, "second", label_set=study.label_set, regimes=["accuracy-90"], settings=settings)
    order = Order(study.name, "Train second: accuracy-90 (3 classifiers)", "run second", {"run": "second"})
    return JobTable().add("train", order)


def _shown(app) -> str:
    return "\n".join(str(part.value) for part in (*app.markdown, *app.caption, *app.info))


def test_a_training_whose_worker_was_killed_is_lost_and_can_be_resumed(unfinished):
    JobTable().claim(unfinished.id, DEAD)
    app = AppTest.from_function(_app, default_timeout=30).run()
    assert app.table[0].value["state"].item() == "lost"
    assert "**second** is lost. The process that worked on this job is gone" in _shown(app)
    assert app.button(key="resume-second").label == "Resume"


def test_a_cancelled_training_says_so_and_can_be_resumed(unfinished):
    JobTable().request_cancel(unfinished.id)
    app = AppTest.from_function(_app, default_timeout=30).run()
    assert app.table[0].value["state"].item() == "cancelled"
    assert app.button(key="resume-second")


def test_a_failed_training_gives_its_reason(unfinished):
    table = JobTable()
    table.finish(table.claim(unfinished.id, ProcessIdentity.mine()), "failed", error="The disk is full. Make room.")
    app = AppTest.from_function(_app, default_timeout=30).run()
    assert app.table[0].value["state"].item() == "failed"
    assert "The disk is full. Make room." in _shown(app)


def test_an_unfinished_run_without_a_job_can_be_taken_up(study):
    settings = training_settings("small")
    start_run(study.folder, "second", label_set=study.label_set, regimes=["accuracy-90"], settings=settings)
    app = AppTest.from_function(_app, default_timeout=30).run()
    assert app.table[0].value["state"].item() == "unfinished, without a job"
    assert "no job works on it" in _shown(app)
    assert app.button(key="resume-second")


def test_a_study_without_runs_says_how_to_train(study):
    app = AppTest.from_function(_app, default_timeout=30).run()
    assert "Retrain" in app.info[0].value


def test_the_layer_that_maps_are_read_at_is_shown_beside_the_settings(study):
    settings = training_settings("small")
    run = start_run(study.folder, "second", label_set=study.label_set, regimes=["accuracy-90"], settings=settings)
    epoch = {"epoch": 1, "loss": 0.5, "train_accuracy": 0.9, "validation_accuracy": 0.8, "seconds": 1.0}
    layer = CamLayer("body", (96, 4, 4), "head")
    card = {"history": [epoch], "cam_layer": layer.card()}
    write_json(run.unit_path("accuracy-90", run.units("accuracy-90")[0], ".json"), card)
    app = AppTest.from_function(_app, default_timeout=30).run()
    assert not app.exception
    assert "Maps of small are read at: features, 96 x 4 x 4." in _shown(app)
