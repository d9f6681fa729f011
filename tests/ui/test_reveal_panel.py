"""What a reader sees of a network that is shown what maps uncover."""

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from fercore.jobs.job import Order
from fercore.jobs.table import JobTable
from fercore.machines.plan_run import start_run
from fercore.machines.presets import training_settings
from fercore.machines.runs import Run
from fercore.saliency.maps import SETTINGS, write_maps
from fercore.store import write_json
from fercore.study import Study
from fercore.study.observers import simulate_trials
from fercore.study.revealing import AREAS, PEOPLE, revealing_key


def _app():
    from fercore.figures.theme import LIGHT
    from fercore.ui.loaders import load_study
    from fercore.ui.panels import reveal
    from fercore.ui.state import View

    study, state = load_study("small")
    view = View(study, study.run("first"), "cam", LIGHT, state)
    reveal.reveal(view)


@pytest.fixture
def explained(study):
    """A complete run with maps by CAM, made up; nobody has taken part."""
    run = start_run(
        study.folder, "first", label_set=study.label_set, regimes=["accuracy-90"], settings=training_settings("small")
    )
    for unit in run.units("accuracy-90"):
        write_json(run.unit_path("accuracy-90", unit, ".json"), {"unit": unit, "weights_digest": unit, "history": []})
    write_json(run.folder / "run.json", run.card)
    run = Run.open(run.folder)
    maps = np.random.default_rng(0).random((len(study.plan), study.side, study.side)).astype(np.float32)
    write_maps(study.maps_store, study.maps_key(run, "cam"), {"maps": maps}, "cam", SETTINGS["cam"]())
    return study


def answer(study, source):
    n = len(study.plan)
    rng = np.random.default_rng(len(source))
    margins = (rng.random((n, 1)) < np.linspace(0.4, 1, len(AREAS))) - 0.5
    ends = np.ones(n, np.float32)
    block = {"margins": margins.astype(np.float32), "blurred": -ends, "whole": ends}
    study.maps_store.put(revealing_key(study, study.run("first"), source), block)


def shown(app):
    assert not app.exception
    assert not app.error
    return "\n".join(str(part.value) for part in (*app.header, *app.markdown, *app.caption, *app.info))


def opened():
    return AppTest.from_function(_app, default_timeout=60).run()


def test_a_run_that_has_not_been_asked_offers_it(explained):
    app = opened()
    assert "has not answered images uncovered along CAM yet" in shown(app)
    assert not app.button(key="reveal").disabled
    assert not app.get("plotly_chart")


def test_while_it_is_being_asked_it_cannot_be_asked_twice(explained):
    JobTable().add("reveal", Order("small", "Reveal to first", "revealing of first", {"run": "first"}))
    app = opened()
    assert "It is being asked" in shown(app)
    assert app.button(key="reveal").disabled


def test_without_people_the_network_is_held_against_itself(explained):
    answer(explained, "cam")
    app = opened()
    text = shown(app)
    assert "Of the paper's methods, **CAM** makes the network 95 % as accurate as on whole images first" in text
    assert "participate" not in text
    assert not app.button
    table, *settings = app.table
    assert [list(one.value.columns) for one in settings] == [["setting", "value"]] * len(settings) != []
    assert list(table.value.columns) == [
        "network along",
        "reaches 95 % of its own at",
        "mean accuracy, 0 to 60 %",
        "images",
    ]
    assert app.get("plotly_chart")


def test_people_stand_beside_it_and_are_called_simulated(explained):
    explained.trial_store.add(simulate_trials(explained, n_participants=4, seed=2))
    study = Study(explained.folder)
    answer(study, "cam")
    answer(study, PEOPLE)
    app = opened()
    text = shown(app)
    assert "Simulated people reached" in text
    assert "People choose themselves when to stop" in text
    assert "`python -m fercore participate small`" in text
    assert "agreement with them is circular" in text
    table, *settings = app.table
    assert [list(one.value.columns) for one in settings] == [["setting", "value"]] * len(settings) != []
    assert list(table.value["network along"]) == ["CAM", "simulated people's maps"]
    assert any(column.startswith("reaches simulated people's") for column in table.value.columns)


def test_what_is_never_reached_is_said_in_words(explained):
    n = len(explained.plan)
    wrong = {
        "margins": -np.ones((n, len(AREAS)), np.float32),
        "blurred": -np.ones(n, np.float32),
        "whole": np.ones(n, np.float32),
    }
    explained.maps_store.put(revealing_key(explained, explained.run("first"), "cam"), wrong)
    app = opened()
    assert "is nowhere 95 % as accurate as on whole images, up to 60 % of the image" in shown(app)
    assert list(app.table[0].value["reaches 95 % of its own at"]) == ["over\N{NO-BREAK SPACE}60 %"]


def test_people_without_an_answer_along_their_maps_are_offered(explained):
    explained.trial_store.add(simulate_trials(explained, n_participants=4, seed=2))
    answer(Study(explained.folder), "cam")
    assert "along simulated people's maps yet" in shown(opened())
