import pytest
import torch

from fercore.machines.network import build_classifier
from fercore.machines.reinitialise import can_forget, forgetting, stages

SIDE = 32


@pytest.fixture
def classifier():
    return build_classifier("small", 2, seed=3, input_side=SIDE).eval()


def test_stages_go_from_the_output_down_and_hold_every_weight_once(classifier):
    found = stages(classifier)
    assert found[0] == ("head",)
    assert found[-1] == ("body.0", "body.1")  # a normalisation goes with its convolution
    names = [name for stage in found for name in stage]
    for key in classifier.state_dict():
        assert sum(key.startswith(f"{name}.") for name in names) == 1


def test_blocks_of_a_residual_network_are_stages():
    found = stages(build_classifier("resnet18", 2, seed=0, input_side=SIDE))
    assert found == [
        ("head",),
        ("body.layer4",),
        ("body.layer3",),
        ("body.layer2",),
        ("body.layer1",),
        ("body.conv1", "body.bn1"),
    ]


def test_each_step_forgets_one_more_stage_and_the_last_everything(classifier):
    before = {key: value.clone() for key, value in classifier.state_dict().items()}
    fresh = build_classifier("small", 2, seed=7, input_side=SIDE).state_dict()
    names: tuple[str, ...] = ()
    steps = stages(classifier)
    for n, forgetful in enumerate(forgetting(classifier, "small", SIDE, seed=7)):
        names += steps[n]
        for key, value in forgetful.state_dict().items():
            forgotten = any(key.startswith(f"{name}.") for name in names)
            assert torch.equal(value, fresh[key] if forgotten else before[key]), key
        assert not forgetful.training
    assert n == len(steps) - 1
    assert all(torch.equal(value, before[key]) for key, value in classifier.state_dict().items())


def test_a_stage_alone_forgets_and_the_others_remember(classifier):
    learned = {key: value.clone() for key, value in classifier.state_dict().items()}
    fresh = build_classifier("small", 2, seed=7, input_side=SIDE).state_dict()
    forgetful = forgetting(classifier, "small", SIDE, seed=7, alone=True)
    for stage, one in zip(stages(classifier), forgetful, strict=True):
        for key, value in one.state_dict().items():
            forgotten = any(key.startswith(f"{name}.") for name in stage)
            assert torch.equal(value, fresh[key] if forgotten else learned[key]), key


def test_networks_that_bring_their_weights_along_cannot_forget():
    assert can_forget("small")
    assert can_forget("resnet50")
    assert not can_forget("mine.py:network")
