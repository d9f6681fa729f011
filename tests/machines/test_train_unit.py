import json
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from safetensors.numpy import load_file

from fercore.errors import DamagedError, InputError, MissingError, SettingsError
from fercore.machines.network import load_classifier
from fercore.machines.plan_run import plan_units
from fercore.machines.runs import HISTORY, Run
from fercore.machines.train_unit import train_unit


def _silent(report):
    pass


def _weights(run, unit):
    return load_file(run.unit_path(unit.regime, unit.name, ".safetensors"))


class _KilledError(Exception):
    pass


def _kill_after(n_epochs):
    def report(note):
        if note["done"] == n_epochs:
            raise _KilledError

    return report


def test_an_interrupted_training_ends_with_bitwise_the_weights_of_an_uninterrupted_one(a_unit):
    whole, broken = a_unit("whole", seed=3), a_unit("broken", seed=3)
    train_unit(whole, _silent)
    for n_epochs in (1, 2):
        with pytest.raises(_KilledError):
            train_unit(broken, _kill_after(n_epochs))
        run = Run.open(broken.run_folder)
        assert run.state(broken.regime, broken.name) == "training"
        assert run.history(broken.regime, broken.name)["epoch"].tolist() == list(range(1, n_epochs + 1))
    train_unit(broken, _silent)
    first, second = (_weights(Run.open(unit.run_folder), unit) for unit in (whole, broken))
    assert first.keys() == second.keys()
    for name, value in first.items():
        np.testing.assert_array_equal(value, second[name])


def test_a_finished_classifier_has_a_card_and_no_rest_and_is_not_trained_again(a_unit):
    unit = a_unit()
    notes = []
    train_unit(unit, notes.append)
    assert [note["done"] for note in notes] == [0, 1, 2, 3]
    assert {note["total"] for note in notes} == {3}
    assert {note["unit"] for note in notes} == {"epochs-3/happy-fear"}
    run = Run.open(unit.run_folder)
    card = run.unit_card(unit.regime, unit.name)
    assert (card["n_images"], card["n_validation_images"], card["starting_weights"]) == (24, 6, "random")
    assert card["device"]["threads"] == 1
    assert list(run.history(unit.regime, unit.name).columns) == list(HISTORY)
    assert not list(run.folder.rglob("*.partial*"))
    train_unit(unit, pytest.fail)


def test_another_seed_gives_other_weights(a_unit):
    runs = []
    for seed in (0, 1):
        unit = a_unit(f"seed-{seed}", seed=seed)
        train_unit(unit, _silent)
        runs.append(_weights(Run.open(unit.run_folder), unit)["head.weight"])
    assert not np.array_equal(*runs)


def test_a_damaged_rest_is_no_rest(a_unit):
    unit, whole = a_unit("damaged"), a_unit("whole")
    with pytest.raises(_KilledError):
        train_unit(unit, _kill_after(1))
    Run.open(unit.run_folder).unit_path(unit.regime, unit.name, ".partial.safetensors").write_bytes(b"what is left")
    train_unit(unit, _silent)
    train_unit(whole, _silent)
    weights = [_weights(Run.open(u.run_folder), u)["head.weight"] for u in (unit, whole)]
    np.testing.assert_array_equal(*weights)


def test_damaged_weights_are_not_used(a_unit, device):
    unit = a_unit()
    train_unit(unit, _silent)
    run = Run.open(unit.run_folder)
    path = run.unit_path(unit.regime, unit.name, ".safetensors")
    load_classifier(run, unit.regime, unit.name, device)
    data = bytearray(path.read_bytes())
    data[-1] ^= 1
    path.write_bytes(data)
    with pytest.raises(DamagedError, match="happy-fear"):
        load_classifier(run, unit.regime, unit.name, device)
    path.unlink()
    with pytest.raises(DamagedError, match="happy-fear"):
        load_classifier(run, unit.regime, unit.name, device)


def test_a_classifier_that_is_not_trained_is_named(a_unit, device):
    unit = a_unit()
    with pytest.raises(MissingError, match="happy-sad"):
        load_classifier(Run.open(unit.run_folder), unit.regime, "happy-sad", device)


def test_a_run_does_not_go_on_with_other_images(a_unit, study_folder):
    unit = a_unit()
    index = pd.read_parquet(study_folder / "images.parquet")
    index.loc[0, "digest"] = "changed"
    index.to_parquet(study_folder / "images.parquet")
    with pytest.raises(InputError, match="new run"):
        train_unit(unit, _silent)


def test_a_loss_that_is_no_number_ends_the_training(a_unit):
    unit = a_unit(changes={"learning_rate": 1e30})
    with pytest.raises(SettingsError, match="learning rate"):
        train_unit(unit, _silent)
    assert Run.open(unit.run_folder).state(unit.regime, unit.name) != "done"


def test_weights_can_be_kept_in_half_precision_and_answers_come_from_them(a_unit, device):
    unit = a_unit(changes={"weights_precision": "float16"})
    train_unit(unit, _silent)
    run = Run.open(unit.run_folder)
    assert _weights(run, unit)["head.weight"].dtype == np.float16
    assert load_classifier(run, unit.regime, unit.name, device).head.weight.numpy().dtype == np.float32


def test_units_are_plain_values_and_the_longest_come_first(new_run):
    run = new_run(regimes=("accuracy-90", "multiclass"), seed=4)
    units = plan_units(run)
    assert [unit.name for unit in units] == ["multiclass", "happy-sad", "happy-fear", "sad-fear"]
    assert units[0].labels == ("happy", "sad", "fear")
    assert units[3].labels == ("sad", "fear")
    assert {unit.seed for unit in units} == {4}
    assert len({unit.seed_of("weights") for unit in units}) == len(units)
    assert replace(units[1], regime="epochs-1").seed_of("weights") == units[1].seed_of("weights")
    assert json.loads((run.folder / "training.json").read_text())["pairs"] == ["happy-sad", "happy-fear", "sad-fear"]
