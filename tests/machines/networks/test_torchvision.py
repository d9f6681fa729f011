import pytest
import torch
import torchvision

from fercore.errors import InputError, UnknownNameError
from fercore.machines.network import build_classifier


def test_resnet50_has_the_names_and_bitwise_the_first_weights_of_torchvisions():
    """Stored runs are read by these names, and a seed must go on meaning the same network."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(5)
        theirs = torchvision.models.resnet50(num_classes=3).state_dict()
    ours = build_classifier("resnet50", 3, seed=5, input_side=64).state_dict()
    head = [f"head.{name.removeprefix('fc.')}" if name.startswith("fc.") else f"body.{name}" for name in theirs]
    assert list(ours) == head
    assert all(torch.equal(value, theirs[name]) for value, name in zip(ours.values(), theirs, strict=True))


@pytest.mark.parametrize(
    ("name", "layer", "head_name"),
    [
        ("resnet18", "layer4, 512 x 2 x 2", "fc"),
        ("densenet121", "features, 1024 x 2 x 2", "classifier"),
        ("swin_t", "permute, 768 x 2 x 2", "head"),
        ("googlenet", "inception5b, 1024 x 2 x 2", "fc"),
        ("efficientnet_b0", "features, 1280 x 2 x 2", "classifier.1"),
    ],
)
def test_cam_is_defined_where_an_average_and_a_linear_head_end_the_network(name, layer, head_name):
    classifier = build_classifier(name, 2, seed=0, input_side=64)
    assert (classifier.cam_layer.words, classifier.head_name) == (layer, head_name)
    assert classifier.train()(torch.randn(2, 3, 64, 64)).shape == (2, 2)


def test_a_network_that_cannot_be_made_for_a_side_says_so():
    with pytest.raises(InputError, match="for images of 50 px"):
        build_classifier("vit_b_32", 2, seed=0, input_side=50)
    with pytest.raises(InputError, match="cannot take images of 32 px"):
        build_classifier("alexnet", 2, seed=0, input_side=32)


def test_models_for_other_tasks_are_no_networks():
    with pytest.raises(UnknownNameError, match="no network called 'fcn_resnet50'"):
        build_classifier("fcn_resnet50", 2, seed=0)
