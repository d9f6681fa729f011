"""Outputs and maps computed again from the shipped weights are the shipped ones."""

import numpy as np
import pytest
import torch

from fercore.machines.device import choose_device
from fercore.machines.inputs import shared_input, to_input
from fercore.machines.network import load_classifier
from fercore.machines.seeing import images_asked, margins
from fercore.saliency.explain import explain_unit, plan_units
from fercore.saliency.maps import PAPER_METHODS, SETTINGS
from fercore.store import Store
from fercore.study.guidance import guidance_of
from fercore.study.seeing import read_seeing
from fercore.study.study import BLOCKS, SHIPPED


@pytest.fixture(scope="module")
def run(default):
    return default.run("default")


def test_outputs_of_all_classifiers(default, run):
    shown = to_input(
        np.asarray(default.images.pixels[default.images.positions(list(default.plan["image"]))]), run.input_side
    )
    shipped = run.outputs("accuracy-90", "experimental")
    for column, unit in enumerate(run.units("accuracy-90")):
        with torch.no_grad():
            ours = load_classifier(run, "accuracy-90", unit, choose_device())(shown).numpy()
        np.testing.assert_allclose(ours, shipped[:, column], atol=2e-3)
    with torch.no_grad():
        ours = load_classifier(run, "multiclass", "multiclass", choose_device())(shown).numpy()
    np.testing.assert_allclose(ours, run.outputs("multiclass", "experimental"), atol=2e-3)


@pytest.mark.slow
@pytest.mark.parametrize("method", PAPER_METHODS)
def test_maps_of_one_pair(default, run, method, tmp_path):
    units = plan_units(run, "accuracy-90", method, SETTINGS[method](), default.plan_digest)
    unit = next(unit for unit in units if unit.name == "surprise-fear")
    ours = explain_unit(unit, lambda _: None, Store(tmp_path))
    block = Store(tmp_path / "none", shelves=[SHIPPED / BLOCKS]).get(default.maps_key(run, method))
    shipped = block["maps"][ours["rows"]].astype(float)
    assert len(shipped) == 10
    if method == "extremal-perturbation":  # 800 steps of descent: another processor ends nearby, not at the same place
        r = [np.corrcoef(a.ravel(), b.ravel())[0, 1] for a, b in zip(ours["maps"], shipped, strict=True)]
        assert np.median(r) > 0.95
    else:
        np.testing.assert_allclose(ours["maps"], shipped, atol=5e-3 * np.abs(shipped).max())


def test_answers_with_what_people_saw(default, run):
    study, device = default, choose_device()
    shipped = read_seeing(study, run, "accuracy-90")
    guidance = guidance_of(study, run.input_side)
    name = "sad-anger"
    labels = tuple(study.label_set.index(label) for label in study.label_set.parse_pair(name))
    trials = np.flatnonzero(np.isin(guidance.trials, images_asked(guidance, labels)))[:40]
    classifier = load_classifier(run, "accuracy-90", name, device)
    pixels = shared_input(study.images, run.input_side)
    found = margins(classifier, labels, pixels, guidance, device, trials=trials)
    np.testing.assert_allclose(found, shipped.revealed[trials], atol=2e-3)
