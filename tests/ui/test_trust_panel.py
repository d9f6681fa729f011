"""What a reader sees of checks of maps."""

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from fercore.findings.trust import SEEDS
from fercore.jobs.job import Order
from fercore.jobs.table import JobTable
from fercore.machines.plan_run import start_run
from fercore.machines.presets import training_settings
from fercore.machines.runs import Run
from fercore.saliency.maps import SETTINGS, write_maps
from fercore.saliency.trust import Checked, Curve, Score, write_block
from fercore.store import write_json
from fercore.study import Study
from fercore.study.observers import simulate_trials
from fercore.study.revealing import PEOPLE
from fercore.study.trusting import RANDOM, trust_key

ASKED = {
    "deletion-insertion": Checked(
        "Does the decision go with the map?",
        "How it is asked.",
        (Score("deletion_area", "deletion", False, "area"), Score("insertion_area", "insertion", True, "area")),
        (Curve("insertion", "insertion", (0.0, 0.5, 1.0), "share of the image", "p"),),
    ),
    "one-s-own": Checked("Something else?", "A note.", (Score("own", "own score", True, "words"),), ()),
}


def _app():
    from fercore.figures.theme import LIGHT
    from fercore.ui.loaders import load_study
    from fercore.ui.panels import trust
    from fercore.ui.state import View

    study, state = load_study("small")
    trust.trusted(View(study, study.run("first"), "cam", LIGHT, state))


@pytest.fixture
def explained(study):
    """A complete run with maps by CAM and of the controls, made up; nobody has taken part."""
    run = start_run(
        study.folder, "first", label_set=study.label_set, regimes=["accuracy-90"], settings=training_settings("small")
    )
    for unit in run.units("accuracy-90"):
        write_json(run.unit_path("accuracy-90", unit, ".json"), {"unit": unit, "weights_digest": unit, "history": []})
    write_json(run.folder / "run.json", run.card)
    run = Run.open(run.folder)
    for seed, method in enumerate(("cam", "center-gaussian")):
        maps = np.random.default_rng(seed).random((len(study.plan), study.side, study.side)).astype(np.float32)
        write_maps(study.maps_store, study.maps_key(run, method), {"maps": maps}, method, SETTINGS[method]())
    return study


def keep(study, source, level):
    n = len(study.plan)
    values = level + np.random.default_rng(0).normal(0, 0.01, n)
    arrays = {
        "deletion_area": 1 - values,
        "insertion_area": values,
        "insertion": values[:, None] * np.array([0, 0.5, 1]),
        "own": values,
    }
    write_block(study.maps_store, trust_key(study, study.run("first"), source), arrays, ASKED)


@pytest.fixture
def checked(explained):
    for source, level in (("cam", 0.6), ("center-gaussian", 0.7), (RANDOM, 0.4)):
        keep(explained, source, level)
    return explained


def shown(app):
    assert not app.exception
    assert not app.error
    return "\n".join(str(part.value) for part in (*app.header, *app.subheader, *app.markdown, *app.caption, *app.info))


def opened():
    return AppTest.from_function(_app, default_timeout=60).run()


def test_maps_that_were_not_checked_are_offered(explained):
    app = opened()
    assert "have not been checked yet: CAM, centre, random order" in shown(app)
    assert not app.button(key="check").disabled
    assert not app.get("plotly_chart")


def test_while_they_are_being_checked_they_cannot_be_checked_twice(explained):
    JobTable().add("trust", Order("small", "Check maps of first", "trust in first", {"run": "first"}))
    app = opened()
    assert "They are being checked" in shown(app)
    assert app.button(key="check").disabled


def test_methods_are_ranked_in_one_table_and_the_blind_ones_are_gray(checked):
    app = opened()
    text = shown(app)
    assert not app.button
    table = app.table[0].value
    assert list(table["maps by"]) == ["CAM", ":gray[centre]", ":gray[random order]"]
    assert list(table.columns) == ["maps by", "deletion ↓", "insertion ↑"]
    assert table["insertion ↑"].iloc[0].endswith("#2")
    assert "In insertion, **no method** does better than a Gaussian in the middle of the image" in text
    assert "comes soonest along **CAM** (.6" in text  # the centre is no method
    assert app.get("plotly_chart")
    assert "Does the decision go with the map?" in text


def test_the_reader_can_ask_for_all_scores(checked):
    app = opened()
    app.toggle(key="all-scores").set_value(True).run()
    assert not app.exception
    scores = app.dataframe[0].value
    assert list(scores["maps by"]) == ["CAM", "centre", "random order"]
    assert list(scores.columns) == ["maps by", "deletion ↓", "insertion ↑", "own score ↑"]
    assert scores["insertion ↑"].iloc[0].startswith(".6")


def test_every_check_can_be_chosen_a_further_one_too(checked):
    app = opened()
    control = app.get("button_group")[0]
    assert control.options == ["Deletion and insertion", "Other seeds", "Pairs of methods", "one-s-own"]
    text = shown(control.set_value("one-s-own").run())
    assert "Something else?" in text
    text = shown(app.get("button_group")[0].set_value("agreement").run())
    assert "Do methods agree with each other?" in text


def test_without_another_seed_it_says_how_to_get_one(checked):
    app = opened()
    text = shown(app.get("button_group")[0].set_value(SEEDS).run())
    assert "python -m fercore train small --run second --regime accuracy-90" in text


def test_simulated_people_are_called_so(checked):
    checked.trial_store.add(simulate_trials(checked, n_participants=4, seed=2))
    study = Study(checked.folder)
    keep(study, PEOPLE, 0.8)
    app = opened()
    assert "simulated people" in list(app.table[0].value["maps by"])
    assert "agreement with them is circular" in shown(app)
