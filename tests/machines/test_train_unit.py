import errno
import json
import os
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
import torch
from safetensors.numpy import load_file

from fercore.errors import DamagedError, InputError, MissingError, SettingsError
from fercore.machines.cam_layer import CamLayer
from fercore.machines.classifier import Classifier
from fercore.machines.network import load_classifier
from fercore.machines.plan_run import plan_units
from fercore.machines.runs import HISTORY, Run
from fercore.machines.train_unit import prepare, train_unit
from fercore.machines.training import train, train_one_epoch
from fercore.settings import GuidanceSettings, to_mapping


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
    assert card["settings"] == to_mapping(unit.settings)
    assert (card["seed"], card["images_digest"], card["licence"]) == (0, run.card["images_digest"], None)
    assert card["metrics"]["validation_accuracy"] == card["history"][-1]["validation_accuracy"]
    scores = [epoch["validation_accuracy"] for epoch in card["history"]]
    assert card["best_epoch"] == 1 + scores.index(max(scores))
    assert card["versions"]["torch"].startswith(torch.__version__.split("+")[0])
    assert CamLayer.from_card(card["cam_layer"]).head == ""  # 16 px become a single position: nothing to map
    assert notes[0]["message"].startswith("happy-fear: starting small, CAM layer ")
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


@pytest.fixture
def guided_unit(new_run, guidance):
    """The unit happy-fear of a regime that learns from people, and the one that must be finished before it."""

    def plan(regime):
        side = 32 if regime == "attention-guided" else 16  # at 16 px the network's feature map is a single position
        changes = {"max_epochs": 2, "guidance": GuidanceSettings(epochs=2), "input_side": side}
        run = new_run("guided", (regime,), changes=changes, guidance=guidance)
        units = {unit.regime: unit for unit in plan_units(run) if unit.name == "happy-fear"}
        return units[regime], units.get(units[regime].base)

    return plan


@pytest.mark.parametrize("regime", ["finetuned", "finetuned-held-out"])
def test_fine_tuning_goes_on_from_the_base_of_the_same_pair(guided_unit, regime):
    unit, base = guided_unit(regime)
    with pytest.raises(MissingError, match="no finished classifier"):
        train_unit(unit, _silent)
    train_unit(base, _silent)
    run = Run.open(unit.run_folder)
    before = {path: path.read_bytes() for path in (run.folder / base.regime).glob("*")}
    train_unit(unit, _silent)
    card = run.unit_card(regime, unit.name)
    assert card["starting_weights"].startswith("the run's accuracy-90 (sha256 ")
    assert len(card["history"]) == 2
    assert card["n_images"] == 2
    assert {path: path.read_bytes() for path in (run.folder / base.regime).glob("*")} == before
    ours, theirs = _weights(run, unit), _weights(run, base)
    assert any((ours[name] != theirs[name]).any() for name in ours)


def test_guided_training_stops_like_accuracy_90_and_can_be_taken_up(guided_unit):
    unit, base = guided_unit("attention-guided")
    assert base is None
    with pytest.raises(_KilledError):
        train_unit(unit, _kill_after(1))
    run = Run.open(unit.run_folder)
    train_unit(unit, _silent)
    assert len(run.unit_card("attention-guided", unit.name)["history"]) in (1, 2)


class _NarrowMemory(Classifier):
    """Runs out of memory when it has to learn from more than ``room`` images at once."""

    room = 3

    def forward(self, x):
        if self.training and len(x) > self.room:
            raise torch.OutOfMemoryError(f"{len(x)} images do not fit")
        return super().forward(x)


def _narrow(unit, images, device):
    training, _ = prepare(unit, images, device)
    training.classifier.__class__ = _NarrowMemory
    return training


def test_batches_are_divided_when_memory_runs_out_and_the_steps_stay(a_unit, images, device):
    unit = a_unit()
    history = []
    narrow = _narrow(unit, images, device)
    train(narrow, history, unit.seed_of, after_epoch=lambda _: None)
    assert [epoch["parts"] for epoch in history] == [4, 4, 4]  # 8 images: 4 and 2 in a part, of which 4 are too many
    assert narrow.optimizer.state_dict()["state"][0]["step"].item() == 3 * 3  # 18 images in batches of 6


def test_gradients_of_parts_add_up_to_those_of_the_batch(a_unit, images, device):
    unit = a_unit()
    whole, parted = (prepare(unit, images, device)[0] for _ in range(2))
    for training in (whole, parted):
        training.classifier.eval()  # without batch normalisation over the batch nothing else differs
        training.classifier.train = lambda: None
    losses = [train_one_epoch(whole, 1).loss, train_one_epoch(parted, 1, parts=3).loss]
    assert losses[0] == pytest.approx(losses[1], rel=1e-4)


def test_a_single_image_that_does_not_fit_ends_the_training_with_a_next_step(a_unit, images, device, monkeypatch):
    monkeypatch.setattr(_NarrowMemory, "room", 0)
    with pytest.raises(SettingsError, match="smaller input_side or network"):
        train_one_epoch(_narrow(a_unit(), images, device), 1)


def test_a_disk_that_fills_up_costs_one_epoch_and_no_bitwise_equality(a_unit, monkeypatch):
    whole, broken = a_unit("whole", seed=3), a_unit("broken", seed=3)
    train_unit(whole, _silent)
    sync, written = os.fsync, []

    def full_at_the_second_epoch(file):
        written.append(file)
        if len(written) == 2:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        sync(file)

    monkeypatch.setattr(os, "fsync", full_at_the_second_epoch)
    with pytest.raises(OSError, match="No space left"):
        train_unit(broken, _silent)
    run = Run.open(broken.run_folder)
    assert run.history(broken.regime, broken.name)["epoch"].tolist() == [1]
    assert [path.name for path in (run.folder / broken.regime).iterdir()] == ["happy-fear.partial.safetensors"]
    monkeypatch.undo()
    train_unit(broken, _silent)
    first, second = (_weights(Run.open(unit.run_folder), unit) for unit in (whole, broken))
    for name, value in first.items():
        np.testing.assert_array_equal(value, second[name])


def test_a_loss_that_is_no_number_ends_the_training_and_keeps_the_last_good_epoch(a_unit):
    unit = a_unit(changes={"learning_rate": 1e30})
    with pytest.raises(
        SettingsError, match=r"loss became nan in epoch \d, .* learning rate 1e\+30 is probably too high"
    ):
        train_unit(unit, _silent)
    run = Run.open(unit.run_folder)
    assert run.state(unit.regime, unit.name) in ("waiting", "training")
    assert np.isfinite(run.history(unit.regime, unit.name)["loss"].astype(float)).all()
