"""What every network keeps to, of whichever family, once it is a classifier; and what saliency methods make of it."""

import copy

import numpy as np
import pytest
import torch
from torch import nn

from fercore.errors import InputError, UnknownNameError
from fercore.machines.classifier import Classifier
from fercore.machines.network import FAMILIES, build_classifier, find_family
from fercore.machines.presets import WELL_KNOWN
from fercore.saliency.maps import METHODS, NEEDS

SIDE = 64
OWN = '''
from torch import nn


class Own(nn.Module):
    """A network with two linear layers and a flattening that wants images to be contiguous in memory."""

    def __init__(self, n_outputs):
        super().__init__()
        self.layers = nn.Sequential(nn.Conv2d(3, 8, 5, 4), nn.BatchNorm2d(8), nn.ReLU(inplace=True), nn.MaxPool2d(3))
        self.hidden = nn.Linear(200, 10)
        self.last = nn.Linear(10, n_outputs)

    def forward(self, x):
        return self.last(self.hidden(self.layers(x).view(len(x), -1)).relu())


def own(n_outputs):
    return Own(n_outputs)
'''
CAM_DEFINED = {"small", "resnet18", "shufflenet_v2_x0_5", "features.pt2"}
LRP_DEFINED = {"small", "resnet18", "vgg11", "shufflenet_v2_x0_5", "squeezenet1_1"}
NO_FEATURE_MAP = {"outputs.pt2", "vit_b_16"}
NETWORKS = (
    "small", "resnet18", "vgg11", "mobilenet_v3_small", "shufflenet_v2_x0_5", "squeezenet1_1",
    pytest.param("vit_b_16", marks=pytest.mark.slow), "own.py:own", "features.pt2", "outputs.pt2",
)  # fmt: skip


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Networks of one's own: a function in a file, and two exported programs."""
    folder = tmp_path_factory.mktemp("networks")
    (folder / "own.py").write_text(OWN)
    features = nn.Sequential(nn.Conv2d(3, 6, 5, 4, bias=False), nn.BatchNorm2d(6), nn.ReLU(), nn.Dropout(0.5))
    outputs = nn.Sequential(features, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(6, 3))
    batch = ({0: torch.export.Dim("batch")},)
    for name, network in {"features": features, "outputs": outputs}.items():
        program = torch.export.export(network, (torch.randn(2, 3, SIDE, SIDE),), dynamic_shapes=batch)
        torch.export.save(program, folder / f"{name}.pt2")
    return folder


@pytest.fixture(scope="module", params=NETWORKS)
def written(request):
    return request.param


@pytest.fixture(scope="module")
def name(written, folder):
    return str(folder / written) if "." in written else written


@pytest.fixture(scope="module")
def classifier(name):
    return build_classifier(name, 3, seed=0, input_side=SIDE).eval()


@pytest.fixture(scope="module")
def x():
    return torch.randn(3, 3, SIDE, SIDE, generator=torch.Generator().manual_seed(0))


def test_every_family_is_tried():
    networks = [getattr(network, "values", [network])[0] for network in NETWORKS]
    tried = {type(find_family(network)).__module__.rpartition(".")[2] for network in networks}
    assert tried | {"timm"} == set(FAMILIES)  # timm is an extra, see test_timm


def test_it_is_a_classifier_with_one_output_per_label(classifier, x):
    assert isinstance(classifier, Classifier)
    with torch.no_grad():
        logits = classifier(x)
    assert logits.shape == (3, 3)
    assert classifier.n_outputs == 3


def test_its_cam_layer_is_what_it_should_be(written, classifier, x):
    found = classifier.cam_layer
    assert bool(found.layer) == (written not in NO_FEATURE_MAP), found
    assert bool(found.head) == (written in CAM_DEFINED), found
    assert bool(found.why_not) != bool(found.head)
    if found.head:
        with torch.no_grad():
            features, weights, logits = classifier.evidence(x)
        assert features.shape[1:] == found.size
        torch.testing.assert_close(features.mean(dim=(2, 3)) @ weights.T + classifier.head.bias, logits)
    else:
        with pytest.raises(InputError, match="not defined for this network"):
            classifier.evidence(x)


def test_images_of_a_batch_do_not_matter_to_each_other(classifier, x):
    with torch.no_grad():
        torch.testing.assert_close(classifier(x)[1:], classifier(x[1:]), rtol=1e-4, atol=1e-5)


def test_the_seed_decides_the_weights(written, name):
    first, again, other = (build_classifier(name, 3, seed, SIDE).state_dict() for seed in (0, 0, 1))
    assert all(torch.equal(first[key], again[key]) for key in first)
    fixed = written == "outputs.pt2"  # its weights are the file's
    assert all(torch.equal(first[key], other[key]) for key in first) == fixed


def test_every_weight_learns_and_the_mode_is_switched(name, classifier, x):
    learner = copy.deepcopy(classifier).train()
    learner(x).square().sum().backward()
    assert all(parameter.grad is not None for parameter in learner.parameters())
    means = {key: value for key, value in classifier.state_dict().items() if key.endswith("running_mean")}
    assert all(not torch.equal(learner.state_dict()[key], value) for key, value in means.items())
    after = copy.deepcopy(learner.eval()).state_dict()
    with torch.no_grad():
        torch.testing.assert_close(learner(x), learner(x))
    assert all(torch.equal(learner.state_dict()[key], after[key]) for key in means)


@pytest.mark.parametrize("method", METHODS.names())
def test_saliency_methods_map_it_or_say_why_not_and_leave_it_as_it_was(written, classifier, x, method, quick_settings):
    before = {key: value.clone() for key, value in classifier.state_dict().items()}
    hooks = [len(module._forward_hooks) for module in classifier.modules()]

    def maps():
        return METHODS.get(method)(classifier, x, torch.tensor([0, 1, 2]), quick_settings(method), report=[].append)[
            "maps"
        ]

    if method == "cam" and written not in CAM_DEFINED:
        with pytest.raises(InputError, match=r"and not for this one: .*\. Take "):
            maps()
    elif NEEDS.get(method) == "layer" and written in NO_FEATURE_MAP:
        with pytest.raises(InputError, match=r"has none: .*\. Take Extremal Perturbation"):
            maps()
    elif method == "lrp" and written not in LRP_DEFINED:
        with pytest.raises(
            InputError, match=r"LRP (has no rule for|needs a network that).*\. Take Integrated Gradients"
        ):
            maps()
    else:
        found = maps()
        assert len(found) == 3
        assert np.isfinite(found).all()
        if method in NEEDS and method != "guided-grad-cam":
            assert found.shape[1:] == classifier.cam_layer.size[1:]
    assert not classifier.training
    assert all(torch.equal(before[key], value) for key, value in classifier.state_dict().items())
    assert [len(module._forward_hooks) for module in classifier.modules()] == hooks


@pytest.mark.parametrize("network", WELL_KNOWN)
def test_well_known_networks_need_nothing_else(network):
    assert type(find_family(network)).__module__.rpartition(".")[2] in ("small", "torchvision")


def test_an_unknown_network_is_named_with_the_nearest():
    with pytest.raises(UnknownNameError, match=r"'resnet'. Did you mean 'resnet"):
        build_classifier("resnet", 2, seed=0)
    with pytest.raises(UnknownNameError, match="Did you mean 'small'"):
        build_classifier("smal", 2, seed=0)
