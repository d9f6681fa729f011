"""How networks are found by their names, and read again from runs."""

import pytest
import torch
from torch import nn

from fercore.errors import DamagedError
from fercore.machines.network import build_classifier, find_family, load_classifier
from fercore.machines.runs import Run
from fercore.machines.train_unit import train_unit


@pytest.mark.parametrize(
    ("name", "family"),
    [
        ("small", "Small"),
        ("resnet50", "Torchvision"),
        ("anything", "Torchvision"),
        ("timm:resnet18", "Timm"),
        ("package.module:function", "Entry"),
        ("folder/file.py:function", "Entry"),
        ("folder/file.pt2", "Exported"),
        ("C:/folder/file.pt2", "Exported"),
    ],
)
def test_the_family_follows_from_how_the_name_is_written(name, family):
    assert type(find_family(name)).__name__ == family


def test_torchs_own_generator_stays_as_it_was():
    before = torch.random.get_rng_state()
    build_classifier("small", 2, seed=0, input_side=32)
    assert torch.equal(torch.random.get_rng_state(), before)


@pytest.fixture
def trained_export(a_unit, tmp_path):
    """A unit whose network is an exported file, trained for an epoch, and that file."""
    path = tmp_path / "own.pt2"
    features = nn.Sequential(nn.Conv2d(3, 4, 3, 2), nn.BatchNorm2d(4), nn.ReLU())
    batch = ({0: torch.export.Dim("batch")},)
    torch.export.save(torch.export.export(features, (torch.randn(2, 3, 16, 16),), dynamic_shapes=batch), path)
    unit = a_unit(regimes=("epochs-1",), changes={"network": str(path)})
    train_unit(unit, [].append)
    return unit, path


def test_a_classifier_of_an_exported_network_is_trained_and_read_again(trained_export, device):
    unit, path = trained_export
    run = Run.open(unit.run_folder)
    card = run.unit_card(unit.regime, unit.name)
    assert card["starting_weights"].startswith("those in own.pt2")
    assert run.cam_layer is not None
    assert run.cam_layer.words == "features, 4 x 7 x 7"
    load_classifier(run, unit.regime, unit.name, device)
    path.write_bytes(path.read_bytes() + b" ")
    with pytest.raises(DamagedError, match="is not the file that happy-fear was trained with"):
        load_classifier(run, unit.regime, unit.name, device)


def test_a_function_that_makes_another_network_than_before_is_noticed(a_unit, tmp_path, device):
    code = "from torch import nn\n\ndef build(n_outputs):\n    return nn.Sequential(nn.Conv2d(3, {0}, 3), nn.ReLU())\n"
    path = tmp_path / "own.py"
    path.write_text(code.format(4))
    unit = a_unit(regimes=("epochs-1",), changes={"network": f"{path}:build"})
    train_unit(unit, [].append)
    run = Run.open(unit.run_folder)
    load_classifier(run, unit.regime, unit.name, device)
    path.write_text(code.format(5))
    with pytest.raises(DamagedError, match="is not the one that happy-fear was trained with"):
        load_classifier(run, unit.regime, unit.name, device)
