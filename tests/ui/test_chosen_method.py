"""What the chosen method changes: which maps are offered, and what stands beside the paper's three."""

from dataclasses import replace

import numpy as np
import pytest

from fercore.figures.theme import LIGHT
from fercore.jobs.kinds.train import train
from fercore.machines.finish_run import finish_run
from fercore.machines.plan_run import plan_units, start_run
from fercore.saliency.maps import MAPS, SETTINGS, defined_methods
from fercore.settings import TrainingSettings
from fercore.ui.state import View

SMALL = TrainingSettings(network="small", input_side=32, batch_size=8)
FLAT = "from torch import nn\n\ndef build(n):\n    return nn.Sequential(nn.Flatten(), nn.Linear(768, n))\n"


@pytest.fixture
def trained(study):
    """Train a complete run, and keep maps of it by some methods."""

    def trained(there=(), settings=SMALL):
        run = start_run(study.folder, "one", label_set=study.label_set, regimes=["epochs-1"], settings=settings)
        for unit in plan_units(run):
            train(unit, lambda _: None)
        run = finish_run(run)
        have(run, there)
        return run

    def have(run, methods):
        for method in methods:
            maps = np.zeros((len(study.plan), 4, 4), np.float32)
            study.maps_store.put(study.maps_key(run, method), {MAPS: maps})

    trained.have = have
    return trained


@pytest.fixture
def viewed(study):
    return lambda run, method: View(study, run, method, LIGHT, "now")


def test_the_chosen_method_is_offered_beside_the_papers(trained, viewed):
    run = trained(["cam", "grad-cam"])
    assert viewed(run, "rise").missing_maps == ("extremal-perturbation", "rise")
    trained.have(run, ["extremal-perturbation"])
    assert viewed(run, "cam").missing_maps == ()
    assert viewed(run, "rise").missing_maps == ("rise",)
    trained.have(run, ["rise"])
    assert viewed(run, "rise").missing_maps == ()


def test_what_is_not_defined_is_not_offered(trained, viewed, tmp_path):
    (tmp_path / "flat.py").write_text(FLAT)
    run = trained(settings=replace(SMALL, network=f"{tmp_path / 'flat.py'}:build", input_side=16))
    assert viewed(run, "layer-cam").missing_maps == ("extremal-perturbation",)
    assert set(SETTINGS) - set(defined_methods(run)) == {
        "cam", "grad-cam", "grad-cam-plus-plus", "layer-cam", "hires-cam", "guided-grad-cam",
    }  # fmt: skip


def test_comparisons_need_maps_of_the_papers_methods(trained, viewed):
    run = trained(["rise"])
    assert viewed(run, "rise").has_no_maps
    trained.have(run, ["cam"])
    assert not viewed(run, "rise").has_no_maps
