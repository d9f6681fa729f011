import hashlib

import pytest
import torch
from torch import nn

from fercore.errors import DamagedError, InputError, MissingError
from fercore.machines.network import build_classifier
from fercore.machines.networks.exported import ExportedNetwork
from fercore.machines.starting_weights import start_from

SIDE = 16


def network():
    return nn.Sequential(
        nn.Conv2d(3, 4, 3, 2), nn.BatchNorm2d(4), nn.ReLU(), nn.Dropout(0.5), nn.AdaptiveAvgPool2d(1), nn.Flatten(),
        nn.Linear(4, 2),
    )  # fmt: skip


def export(path, module, n_images=2, lower=False):
    shapes = ({0: torch.export.Dim("batch")},) if n_images > 1 else None
    program = torch.export.export(module, (torch.randn(n_images, 3, SIDE, SIDE),), dynamic_shapes=shapes)
    torch.export.save(program.run_decompositions() if lower else program, path)
    return str(path)


@pytest.mark.parametrize("mode", [True, False])
def test_it_answers_and_learns_like_the_network_it_was_made_of(tmp_path, mode):
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        original = network()
    classifier = build_classifier(export(tmp_path / "own.pt2", original.train(mode)), 2, seed=0, input_side=SIDE)
    x = torch.randn(5, 3, SIDE, SIDE, generator=torch.Generator().manual_seed(1))
    for training in (False, True, False):
        original.train(training), classifier.train(training)
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(2)
            expected = original(x)
            torch.manual_seed(2)
            found = classifier(x)
        torch.testing.assert_close(found, expected)
        expected.sum().backward(), found.sum().backward()
    for ours, theirs in zip(classifier.parameters(), original.parameters(), strict=True):
        torch.testing.assert_close(ours.grad, theirs.grad)
    buffers = [buffer for name, buffer in classifier.named_buffers() if name.endswith("running_mean")]
    torch.testing.assert_close(buffers, [original[1].running_mean])


def test_the_mode_of_a_copy_is_its_own(tmp_path):
    import copy

    first = build_classifier(export(tmp_path / "own.pt2", network()), 2, seed=0, input_side=SIDE).eval()
    second = copy.deepcopy(first).train()
    x = torch.randn(2, 3, SIDE, SIDE)
    assert torch.equal(first(x), first(x))
    assert isinstance(second.body, ExportedNetwork)
    assert second.body.training
    assert not first.body.training
    second(x)
    assert torch.equal(first.state_dict()["body.program.1.running_mean"], torch.zeros(4))


@pytest.mark.parametrize(
    ("options", "module", "words"),
    [
        ({"n_images": 1}, network(), r"does not take 2 image\(s\) of 16 px.*dynamic_shapes"),
        ({"lower": True}, network(), r"was lowered for one mode.*run_decompositions"),
        ({}, network().requires_grad_(False), "no weights that can learn"),
        ({}, nn.Sequential(network(), nn.Linear(2, 3)), r"gives outputs \(1, 3\)"),
    ],
)
def test_a_program_that_cannot_be_trained_is_refused_in_one_sentence(tmp_path, options, module, words):
    path = export(tmp_path / "own.pt2", module.eval(), **options)
    with pytest.raises(InputError, match=words):
        build_classifier(path, 2, seed=0, input_side=SIDE)


def test_a_missing_file_and_a_damaged_one_are_named(tmp_path):
    with pytest.raises(MissingError, match=r"nowhere\.pt2"):
        build_classifier(f"{tmp_path}/nowhere.pt2", 2, seed=0)
    (tmp_path / "damaged.pt2").write_bytes(b"nothing")
    with pytest.raises(DamagedError, match=r"damaged\.pt2 cannot be loaded"):
        build_classifier(f"{tmp_path}/damaged.pt2", 2, seed=0)


def test_its_weights_are_said_to_be_the_files(tmp_path):
    path = export(tmp_path / "own.pt2", network())
    digest = hashlib.sha256((tmp_path / "own.pt2").read_bytes()).hexdigest()
    words = start_from(build_classifier(path, 2, seed=0, input_side=SIDE), path, "none")
    assert words == f"those in own.pt2 (sha256 {digest[:16]})"
