import sys

import pytest
import torch
from torch import nn

from fercore.errors import InputError, MissingError, UnknownNameError
from fercore.machines.network import build_classifier
from fercore.machines.starting_weights import start_from

CODE = """
from torch import nn

def outputs(n_outputs):
    return nn.Sequential(nn.Conv2d(3, 4, 3, 2), nn.ReLU(), nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(4, n_outputs))

def features(n_outputs):
    return nn.Sequential(nn.Conv2d(3, 4, 3, 2), nn.ReLU())

def scaled(n_outputs):
    return nn.Sequential(outputs(n_outputs), nn.Softplus())

def one_too_many(n_outputs):
    return outputs(n_outputs + 1)

def in_two(n_outputs):
    class Two(nn.Module):
        def forward(self, x):
            return x, x
    return Two()

def nothing(n_outputs):
    return None

def broken(n_outputs):
    raise ValueError("no such file of weights")
"""


@pytest.fixture
def module(tmp_path, monkeypatch):
    """A module of one's own that can be imported by name, and as a file."""
    (tmp_path / "my_networks.py").write_text(CODE)
    monkeypatch.syspath_prepend(tmp_path)
    yield str(tmp_path / "my_networks.py")
    sys.modules.pop("my_networks", None)


@pytest.mark.parametrize(("function", "head_name", "layer"), [("outputs", "4", "1"), ("features", None, "features")])
def test_a_function_of_ones_own_gives_outputs_or_features(module, function, head_name, layer):
    for place in ("my_networks", module):
        classifier = build_classifier(f"{place}:{function}", 3, seed=0, input_side=16)
        assert classifier.cam_layer.words == f"{layer}, 4 x 7 x 7"
        assert classifier.head_name == head_name
        assert isinstance(classifier.head, nn.Linear)
        assert classifier.head.out_features == 3


def test_a_network_without_a_linear_end_is_taken_whole(module):
    classifier = build_classifier("my_networks:scaled", 2, seed=0, input_side=16)
    assert isinstance(classifier.head, nn.Identity)
    assert (classifier.cam_layer.layer, classifier.cam_layer.head) == ("body.0.1", "")
    assert (classifier(torch.randn(2, 3, 16, 16)) > 0).all()


@pytest.mark.parametrize(
    ("function", "error", "words"),
    [
        ("one_too_many", InputError, r"gives outputs \(1, 3\) for one image.*\(1, 2\), one per label"),
        ("in_two", InputError, "gives a tuple for one image"),
        ("nothing", InputError, "returns a NoneType"),
        ("broken", InputError, "ValueError: no such file of weights"),
        ("output", UnknownNameError, "Did you mean 'outputs'"),
    ],
)
def test_what_is_no_network_is_said_in_one_sentence(module, function, error, words):
    with pytest.raises(error, match=words):
        build_classifier(f"my_networks:{function}", 2, seed=0, input_side=16)


def test_a_module_that_is_not_there_or_broken_is_named(tmp_path):
    with pytest.raises(InputError, match=r"'nowhere_to_be_found' of a network cannot be imported.*file\.py:function"):
        build_classifier("nowhere_to_be_found:build", 2, seed=0)
    with pytest.raises(MissingError, match=r"nowhere\.py"):
        build_classifier(f"{tmp_path}/nowhere.py:build", 2, seed=0)
    (tmp_path / "broken.py").write_text("1 / 0")
    with pytest.raises(InputError, match="ZeroDivisionError"):
        build_classifier(f"{tmp_path}/broken.py:build", 2, seed=0)


def test_its_weights_are_those_the_function_made(module):
    classifier = build_classifier("my_networks:outputs", 2, seed=0, input_side=16)
    assert start_from(classifier, "my_networks:outputs", "none") == "as my_networks:outputs made them"
