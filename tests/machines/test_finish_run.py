import json

import numpy as np
import pandas as pd
import pytest
import torch

from fercore.errors import DamagedError, InputError, MissingError, UnknownNameError
from fercore.machines.finish_run import finish_run
from fercore.machines.inputs import to_input
from fercore.machines.network import load_classifier
from fercore.machines.plan_run import plan_units
from fercore.machines.runs import Run
from fercore.machines.train_unit import train_unit


def _silent(report):
    pass


def _train(run):
    for unit in plan_units(run):
        train_unit(unit, _silent)
    return finish_run(run)


def test_a_complete_run_answers_on_experimental_and_validation_images(new_run, images, study_folder, label_set, device):
    run = _train(new_run(regimes=("epochs-1", "multiclass"), changes={"weights_precision": "float16"}))
    assert run.complete
    assert run.outputs("epochs-1", "experimental").shape == (6, 3, 2)
    assert run.outputs("epochs-1", "validation").shape == (9, 3, 2)
    assert run.outputs("multiclass", "experimental").shape == (6, 3)
    assert run.outputs("multiclass", "validation").dtype == np.float32

    plan = pd.read_csv(study_folder / "plan.csv")
    x = to_input(images.pixels[images.positions(list(plan["image"]))], run.input_side)
    for column, unit in enumerate(run.units("epochs-1")):
        with torch.no_grad():
            answers = load_classifier(run, "epochs-1", unit, device)(x).numpy()
        np.testing.assert_allclose(run.outputs("epochs-1", "experimental")[:, column], answers, rtol=1e-4, atol=1e-5)


def test_the_card_says_all_that_made_the_run(new_run, images):
    run = _train(new_run(seed=5))
    card = json.loads((run.folder / "run.json").read_text())
    assert card == run.card
    assert card["seed"] == 5
    assert card["images_digest"] == images.digest
    assert card["training"]["network"] == "small"
    assert card["device"]["reason"]
    assert card["versions"]["torch"].startswith(torch.__version__.split("+")[0])
    assert card["n_epochs"]["epochs-2"] == {"happy-sad": 2, "happy-fear": 2, "sad-fear": 2}
    assert card["weights_digests"]["epochs-2"] == run.weights_digest("epochs-2")
    assert sorted(path.name for path in (run.folder / "epochs-2").iterdir()) == sorted(
        [
            "outputs.safetensors",
            *(f"{unit}{end}" for unit in run.units("epochs-2") for end in (".json", ".safetensors")),
        ]
    )


def test_a_run_is_not_complete_before_all_is_trained(new_run):
    run = new_run()
    units = plan_units(run)
    train_unit(units[0], _silent)
    with pytest.raises(MissingError, match="2 of 3"):
        finish_run(run)
    assert not run.complete
    assert [run.state("epochs-2", unit) for unit in run.units("epochs-2")] == ["done", "waiting", "waiting"]
    with pytest.raises(MissingError, match="no outputs"):
        run.outputs("epochs-2", "experimental")


def test_finishing_twice_changes_nothing(new_run):
    run = _train(new_run())
    before = (run.folder / "run.json").read_bytes()
    finish_run(run)
    assert (run.folder / "run.json").read_bytes() == before


def test_pairs_that_are_not_trained_have_no_outputs(new_run, label_set):
    run = _train(new_run(pairs=[label_set.pair("fear", "sad")]))
    known = np.isfinite(run.outputs("epochs-2", "experimental")).all(axis=(0, 2))
    assert known.tolist() == [False, False, True]


def test_damaged_outputs_are_not_read(new_run):
    run = _train(new_run())
    (run.folder / "epochs-2" / "outputs.safetensors").write_bytes(b"12345678")
    with pytest.raises(DamagedError, match="outputs"):
        run.outputs("epochs-2", "experimental")


def test_a_planned_image_that_is_trained_on_is_refused(new_run, study_folder):
    plan = pd.read_csv(study_folder / "plan.csv")
    plan.loc[0, "image"] = "train-happy-0"
    plan.to_csv(study_folder / "plan.csv", index=False)
    with pytest.raises(InputError, match="train-happy-0"):
        _train(new_run())


def test_the_name_of_a_run_is_used_once(new_run):
    new_run("mine")
    with pytest.raises(InputError, match="'mine'"):
        new_run("mine")


def test_a_run_that_cannot_be_trained_leaves_nothing(new_run, study_folder):
    with pytest.raises(UnknownNameError):
        new_run("mine", regimes=("epochs-1", "fast"))
    with pytest.raises(InputError, match="regime"):
        new_run("mine", regimes=())
    index = pd.read_parquet(study_folder / "images.parquet")
    index[(index["label"] != "sad") | (index["split"] != "train")].to_parquet(study_folder / "images.parquet")
    np.save(study_folder / "images.npy", np.load(study_folder / "images.npy")[: len(index) - 9])
    with pytest.raises(InputError, match="'sad'"):
        new_run("mine")
    assert not (study_folder / "runs").exists()


def test_a_folder_without_a_run_and_a_damaged_card_are_named(tmp_path):
    with pytest.raises(MissingError, match=r"training\.json"):
        Run.open(tmp_path)
    (tmp_path / "training.json").write_text("{")
    with pytest.raises(DamagedError, match="cannot be read"):
        Run.open(tmp_path)
