import numpy as np
import pytest
import torch

from fercore.errors import DamagedError
from fercore.machines.checkpoints import read_partial, read_weights, write_partial, write_weights
from fercore.machines.network import build_classifier
from fercore.machines.training import make_optimizer
from fercore.settings import TrainingSettings

SETTINGS = TrainingSettings(learning_rate=1e-3)
HISTORY = [{"epoch": 1, "loss": 0.5, "train_accuracy": 0.5, "validation_accuracy": None, "seconds": 1.0}]


def _trained(device, seed=0):
    classifier = build_classifier("small", 2, seed)
    device.place(classifier)
    optimizer = make_optimizer(classifier, SETTINGS)
    classifier(torch.rand(4, 3, 16, 16, generator=torch.Generator().manual_seed(0))).square().sum().backward()
    optimizer.step()
    return classifier, optimizer


def test_weights_come_back_bitwise_and_under_their_digest(tmp_path, device):
    state = _trained(device)[0].state_dict()
    digest = write_weights(tmp_path / "a.safetensors", state, "float32")
    back = read_weights(tmp_path / "a.safetensors", digest)
    assert back.keys() == state.keys()
    for name, value in state.items():
        torch.testing.assert_close(back[name], value, atol=0, rtol=0)


def test_half_precision_halves_the_file_and_keeps_whole_numbers(tmp_path, device):
    state = _trained(device)[0].state_dict()
    write_weights(tmp_path / "whole.safetensors", state, "float32")
    write_weights(tmp_path / "half.safetensors", state, "float16")
    sizes = [(tmp_path / name).stat().st_size for name in ("half.safetensors", "whole.safetensors")]
    assert sizes[0] < 0.55 * sizes[1]
    back = read_weights(tmp_path / "half.safetensors")
    assert back["head.weight"].dtype == torch.float32
    assert back["body.1.num_batches_tracked"].item() == 1


def test_what_is_being_written_appears_whole_or_not_at_all(tmp_path, device):
    classifier, optimizer = _trained(device)
    path = tmp_path / "unit.partial.safetensors"
    write_partial(path, classifier, optimizer, HISTORY)
    before = path.read_bytes()
    with pytest.raises(ValueError, match="not JSON compliant"):
        write_partial(path, classifier, optimizer, [{"loss": float("nan")}])
    assert path.read_bytes() == before
    assert [file.name for file in tmp_path.iterdir()] == [path.name]


def test_a_partial_brings_weights_moments_and_history_back(tmp_path, device):
    classifier, optimizer = _trained(device)
    path = tmp_path / "unit.partial.safetensors"
    write_partial(path, classifier, optimizer, HISTORY)
    other, its_optimizer = _trained(device, seed=1)
    assert read_partial(path, other, its_optimizer) == HISTORY
    for name, value in classifier.state_dict().items():
        torch.testing.assert_close(other.state_dict()[name], value, atol=0, rtol=0)
    ours, theirs = optimizer.state_dict()["state"], its_optimizer.state_dict()["state"]
    for number, values in ours.items():
        for name, value in values.items():
            torch.testing.assert_close(theirs[number][name], value, atol=0, rtol=0)
            assert theirs[number][name].stride() == value.stride()


@pytest.mark.parametrize("content", [None, b"", b"no safetensors", b"\x08\x00\x00\x00\x00\x00\x00\x00{}      "])
def test_no_partial_or_a_damaged_one_changes_nothing(tmp_path, device, content):
    path = tmp_path / "unit.partial.safetensors"
    if content is not None:
        path.write_bytes(content)
    classifier, optimizer = _trained(device)
    before = classifier.head.weight.detach().numpy().copy()
    assert read_partial(path, classifier, optimizer) == []
    np.testing.assert_array_equal(classifier.head.weight.detach().numpy(), before)


@pytest.mark.parametrize("content", [None, b"", b"no safetensors"])
def test_weights_that_cannot_be_read_are_named(tmp_path, content):
    path = tmp_path / "a.safetensors"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(DamagedError, match=r"a\.safetensors"):
        read_weights(path)
