import importlib.util
import subprocess
import sys

import pytest
import torch
from safetensors.torch import save_file

from fercore.errors import MissingError, UnknownNameError
from fercore.machines.network import build_classifier
from fercore.machines.starting_weights import start_from

WITHOUT_TIMM = """
import sys
sys.modules["timm"] = None  # as if it were not installed
from fercore.errors import MissingError
from fercore.machines.network import build_classifier
build_classifier("resnet18", 2, 0, 64)
try:
    build_classifier("timm:resnet18", 2, 0, 64)
except MissingError as error:
    print(error)
"""

with_timm = pytest.mark.skipif(
    importlib.util.find_spec("timm") is None, reason="timm is an extra: pip install -r requirements-timm.txt"
)


def test_without_timm_its_models_say_how_to_install_it_and_all_else_works():
    out = subprocess.run([sys.executable, "-c", WITHOUT_TIMM], capture_output=True, text=True, check=True).stdout
    assert "'timm:resnet18' is a model of timm, which is not installed" in out
    assert "pip install -r requirements-timm.txt" in out


def test_timm_is_not_loaded_for_other_networks():
    script = (
        "import sys; from fercore.machines.network import build_classifier; build_classifier('resnet18', 2, 0, 64);"
        "from fercore.machines.train_unit import train_unit; assert 'timm' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", script], check=True)


@with_timm
@pytest.mark.parametrize(
    ("name", "layer"),
    [
        ("timm:resnet10t", "layer4, 512 x 2 x 2"),
        (
            "timm:vit_tiny_patch16_224",
            "none: the last output with positions is 17 x 192 (body.norm), not a map K x h x h",
        ),
    ],
)
def test_models_become_classifiers(name, layer):
    classifier = build_classifier(name, 3, seed=0, input_side=64)
    assert classifier.cam_layer.words == layer
    assert classifier.train()(torch.randn(2, 3, 64, 64)).shape == (2, 3)


@with_timm
def test_an_unknown_model_is_named():
    with pytest.raises(UnknownNameError, match="Did you mean 'resnet50'"):
        build_classifier("timm:resnet550", 2, seed=0)


@with_timm
def test_pretrained_weights_come_from_the_local_hub_cache(tmp_path, monkeypatch):
    import huggingface_hub
    import timm

    monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_CACHE", str(tmp_path))
    classifier = build_classifier("timm:resnet10t", 2, seed=0, input_side=64)
    with pytest.raises(MissingError, match="local cache of the Hugging Face hub has none"):
        start_from(classifier, "timm:resnet10t", "imagenet")
    given = timm.create_model("resnet10t", num_classes=7).state_dict()
    repository = timm.get_pretrained_cfg("resnet10t").hf_hub_id
    folder = tmp_path / f"models--{repository.replace('/', '--')}"
    (folder / "snapshots" / "abc").mkdir(parents=True)
    (folder / "refs").mkdir()
    (folder / "refs" / "main").write_text("abc")
    save_file(given, folder / "snapshots" / "abc" / "model.safetensors")
    assert start_from(classifier, "timm:resnet10t", "imagenet").startswith("imagenet (model.safetensors, sha256 ")
    assert torch.equal(classifier.body.layer4[0].conv2.weight, given["layer4.0.conv2.weight"])
