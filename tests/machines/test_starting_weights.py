import hashlib

import pytest
import torch
import torchvision
from safetensors.torch import save_file

from fercore.errors import DamagedError, InputError, MissingError
from fercore.machines.network import build_classifier
from fercore.machines.starting_weights import start_from


@pytest.fixture(scope="module")
def imagenet_like():
    """A state dictionary with the names and shapes of torchvision's ImageNet weights."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(7)
        return torchvision.models.resnet50().state_dict()


@pytest.fixture
def classifier():
    return build_classifier("resnet50", 2, seed=0)


def test_a_local_file_with_torchvisions_names_fills_the_body_and_leaves_the_head(tmp_path, imagenet_like, classifier):
    path = tmp_path / "resnet50.safetensors"
    save_file(imagenet_like, path)
    head = classifier.head.weight.clone()
    words = start_from(classifier, "resnet50", str(path))
    assert torch.equal(classifier.body.layer4[2].conv3.weight, imagenet_like["layer4.2.conv3.weight"])
    assert torch.equal(classifier.head.weight, head)
    assert "resnet50.safetensors" in words
    assert hashlib.sha256(path.read_bytes()).hexdigest()[:16] in words


def test_fercores_own_names_work_as_well(tmp_path, classifier):
    given = build_classifier("resnet50", 8, seed=3).state_dict()
    save_file(given, tmp_path / "multiclass.safetensors")
    start_from(classifier, "resnet50", str(tmp_path / "multiclass.safetensors"))
    assert torch.equal(classifier.body.conv1.weight, given["body.conv1.weight"])


def test_imagenet_weights_are_taken_from_torchvisions_cache(tmp_path, monkeypatch, imagenet_like, classifier):
    monkeypatch.setattr(torch.hub, "_hub_dir", str(tmp_path))
    (tmp_path / "checkpoints").mkdir()
    name = torchvision.models.ResNet50_Weights.DEFAULT.url.rsplit("/", 1)[-1]
    with pytest.raises(MissingError, match="Download"):
        start_from(classifier, "resnet50", "imagenet")
    torch.save(imagenet_like, tmp_path / "checkpoints" / name)
    with pytest.raises(DamagedError, match="SHA-256"):
        start_from(classifier, "resnet50", "imagenet")


@pytest.mark.parametrize("network", ["densenet121", "mobilenet_v3_small", "squeezenet1_1", "googlenet"])
def test_imagenet_weights_fill_all_but_the_head_of_any_network(tmp_path, monkeypatch, network):
    monkeypatch.setattr(torch.hub, "_hub_dir", str(tmp_path))
    options = {"init_weights": True} if network == "googlenet" else {}
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(7)
        given = torchvision.models.get_model(network, **options).state_dict()
    torch.save(given, tmp_path / "weights.pth")
    digest = hashlib.sha256((tmp_path / "weights.pth").read_bytes()).hexdigest()
    url = f"https://nowhere/{network}-{digest[:8]}.pth"
    monkeypatch.setattr(torchvision.models.WeightsEnum, "url", property(lambda _: url))
    (tmp_path / "checkpoints").mkdir()
    (tmp_path / "weights.pth").rename(tmp_path / "checkpoints" / f"{network}-{digest[:8]}.pth")
    classifier = build_classifier(network, 2, seed=0, input_side=64)
    before = {name: value.clone() for name, value in classifier.head.state_dict().items()}
    if network == "squeezenet1_1":  # ends in a convolution, whose outputs are ImageNet's classes
        with pytest.raises(InputError, match="size mismatch"):
            start_from(classifier, network, "imagenet")
        return
    assert start_from(classifier, network, "imagenet").startswith(f"imagenet ({network}-{digest[:8]}.pth, sha256 ")
    body = classifier.body.state_dict()
    assert body
    assert all(torch.equal(value, given[name]) for name, value in body.items())
    assert all(torch.equal(value, before[name]) for name, value in classifier.head.state_dict().items())


def test_no_weights_are_said_to_be_random(classifier):
    assert start_from(classifier, "resnet50", "none") == "random"


def test_weights_of_another_network_and_missing_ones_are_named(tmp_path, classifier):
    path = tmp_path / "small.safetensors"
    save_file(build_classifier("small", 2, seed=0).state_dict(), path)
    with pytest.raises(InputError, match=r"small\.safetensors"):
        start_from(classifier, "resnet50", str(path))
    with pytest.raises(MissingError, match=r"nowhere\.safetensors"):
        start_from(classifier, "resnet50", str(tmp_path / "nowhere.safetensors"))
    with pytest.raises(InputError, match="'small'"):
        start_from(build_classifier("small", 2, seed=0), "small", "imagenet")
