"""What a reader sees of everybody in the same 2AFC, and of errors on the same images, where people only voted."""

import numpy as np
import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from fercore.machines.plan_run import start_run
from fercore.machines.presets import training_settings
from fercore.store import write_arrays, write_json


def _app():
    from fercore.figures.theme import LIGHT
    from fercore.ui.loaders import load_study
    from fercore.ui.panels import consistency, participants
    from fercore.ui.state import View

    study, state = load_study("small")
    view = View(study, study.run("first"), "cam", LIGHT, state)
    participants.same_question(view)
    consistency.same_errors(view)


@pytest.fixture
def voted(study):
    """Votes, and two runs of a multiclass network with outputs that are made up."""
    rng = np.random.default_rng(1)
    images = list(study.images.index["image"])
    votes = pd.DataFrame(rng.integers(1, 9, (len(images), len(study.label_set))), columns=list(study.label_set))
    votes.insert(0, "image", images)
    votes.to_parquet(study.folder / "votes.parquet")
    for name in ("first", "second"):
        run = start_run(
            study.folder, name, label_set=study.label_set, regimes=["multiclass"], settings=training_settings("small")
        )
        for unit in run.units("multiclass"):
            path = run.unit_path("multiclass", unit, ".json")
            write_json(path, {"unit": unit, "weights_digest": name, "history": []})
        logits = rng.normal(size=(len(study.plan), len(study.label_set))).astype(np.float32)
        write_arrays(run.folder / "multiclass" / "outputs.safetensors", {"experimental": logits})
        write_json(run.folder / "run.json", run.card)
    return study


def test_votes_and_networks_of_chosen_runs_stand_side_by_side_with_a_warning(voted):
    app = AppTest.from_function(_app, default_timeout=60)
    app.query_params["runs"] = "second"
    app.run()
    assert not app.exception
    assert not app.error
    table = next(t.value for t in app.table if "answers" in t.value.columns)
    assert list(table["observer"]) == [
        "crowd voters, majority, full image", "crowd voters, one by one, full image", "multiclass, full image",
        "second: multiclass, full image",
    ]  # fmt: skip
    text = "\n".join(part.value for part in (*app.markdown, *app.caption)).replace("\\", "")
    assert "multiclass, full image: Only 12 answers: below 70" in text
    assert "Error consistency with crowd voters, beyond what accuracy explains: multiclass **" in text
    assert "multiclass, with crowd voters, one by one: Only 12 shared images" in text
