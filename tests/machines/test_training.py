import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from fercore.machines.lesson import even_batches
from fercore.machines.plan_run import plan_units
from fercore.machines.regime import find_regime
from fercore.machines.train_unit import prepare
from fercore.machines.training import evaluate, is_finished, train
from fercore.settings import TrainingSettings


def _history(*accuracies):
    return [{"epoch": number, "train_accuracy": a} for number, a in enumerate(accuracies, start=1)]


def test_training_stops_at_the_accuracy_or_at_the_cap():
    regime = find_regime("accuracy-90", TrainingSettings(max_epochs=3))
    assert not is_finished(regime, [])
    assert not is_finished(regime, _history(0.5, 0.89))
    assert is_finished(regime, _history(0.5, 0.9))
    assert is_finished(regime, _history(0.5, 0.6, 0.7))


def test_epochs_go_on_whatever_the_accuracy():
    regime = find_regime("epochs-2", TrainingSettings())
    assert not is_finished(regime, _history(1.0))
    assert is_finished(regime, _history(1.0, 1.0))


@given(st.integers(0, 200), st.integers(1, 40))
def test_batches_hold_every_image_once_and_are_even(n, largest):
    batches = list(even_batches(np.arange(n), largest))
    np.testing.assert_array_equal(np.concatenate([np.empty(0), *batches]), np.arange(n))
    sizes = {len(batch) for batch in batches}
    assert max(sizes, default=0) <= largest
    assert max(sizes, default=0) - min(sizes, default=0) <= 1
    assert len(batches) == -(-n // largest)


def test_a_network_learns_to_tell_light_from_dark(a_unit, images, device):
    unit = a_unit(regimes=("accuracy-95",), changes={"max_epochs": 30, "learning_rate": 5e-3})
    training, _ = prepare(unit, images, device)
    history, lengths = [], []
    train(training, history, unit.seed_of, after_epoch=lambda so_far: lengths.append(len(so_far)))
    assert lengths == list(range(1, len(history) + 1))
    assert history[-1]["train_accuracy"] >= 0.95
    assert len(history) < 30
    assert history[-1]["loss"] < history[0]["loss"]
    answers = evaluate(training.classifier, training.pixels, training.data.validation_rows, device).argmax(axis=1)
    assert history[-1]["validation_accuracy"] == pytest.approx((answers == training.data.validation_targets).mean())


def test_random_numbers_of_others_neither_change_nor_are_changed(a_unit, images, device):
    unit = a_unit()
    torch.manual_seed(1)
    state = torch.random.get_rng_state()
    first, _ = prepare(unit, images, device)
    assert torch.equal(state, torch.random.get_rng_state())
    torch.manual_seed(2)
    second, _ = prepare(unit, images, device)
    for a, b in zip(first.classifier.parameters(), second.classifier.parameters(), strict=True):
        torch.testing.assert_close(a, b, atol=0, rtol=0)


def test_labels_weigh_only_where_nothing_is_undersampled(new_run, a_unit, images, device):
    multiclass = plan_units(new_run("all", ("multiclass",)))[0]
    assert prepare(multiclass, images, device)[0].label_weights().shape == (3,)
    assert prepare(a_unit("pairs"), images, device)[0].label_weights() is None
