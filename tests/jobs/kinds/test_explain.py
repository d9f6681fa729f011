from dataclasses import replace

import numpy as np
import pytest

from fercore.errors import InputError, MissingError, SettingsError, UnknownNameError
from fercore.jobs import client
from fercore.jobs.kind import find_kind
from fercore.machines.plan_run import start_run
from fercore.saliency import explain
from fercore.settings import CamSettings, ExtremalSettings, TrainingSettings
from fercore.store import Store
from fercore.study import open_study

SETTINGS = TrainingSettings(network="small", input_side=32, batch_size=8, multiclass_epochs=1)


def prepare(**payload):
    return find_kind("explain").prepare({"study": "tiny", **payload})


def begin(tiny, name, regimes, settings=SETTINGS):
    return start_run(tiny.folder, name, label_set=tiny.label_set, regimes=regimes, settings=settings)


def test_maps_are_computed_once_and_kept_classifier_by_classifier(complete, tiny, end):
    run = complete("first", ["epochs-1"])
    (before, *_) = explain.plan_units(run, "epochs-1", "cam", CamSettings(), tiny.plan_digest)
    explain.explain_unit(before, lambda _: None)
    job = client.submit("explain", {"study": "tiny", "methods": ["grad-cam", "cam"]})
    assert job.title == "Explain first: Grad-CAM, CAM"
    ended = end(job)
    assert (ended.state, ended.done, ended.total) == ("done", 6, 6), ended.log_tail
    assert ended.done_before == 1
    study = open_study("tiny")
    for method in ("cam", "grad-cam"):
        maps = study.maps(run, method).maps
        assert maps.shape == (12, 16, 16)
        assert np.isfinite(maps).all()
    assert study.maps(run, "extremal-perturbation") is None

    again = end(client.submit("explain", {"study": "tiny", "run": "first", "methods": ["cam"]}))
    assert (again.state, again.message) == ("done", "All maps of run 'first' were there.")


def test_a_killed_job_goes_on_with_the_next_classifier_and_ends_with_the_maps_of_an_undisturbed_one(
    complete, tiny, until, kill, end, tmp_path
):
    run = complete("first", ["epochs-1"])
    method, changed = "extremal-perturbation", {"steps": 160}
    settings = ExtremalSettings(**changed)
    units = explain.plan_units(run, "epochs-1", method, settings, tiny.plan_digest)
    job = client.submit("explain", {"study": "tiny", "methods": [method], "settings": changed})
    until(lambda: tiny.maps_store.has(units[0].key))
    kill("supervisor")
    kill(job.id)
    assert client.get(job.id).state == "lost"
    kept = sum(tiny.maps_store.has(unit.key) for unit in units)
    assert 1 <= kept < len(units)
    assert open_study("tiny").maps(run, method) is None

    ended = end(client.submit("explain", {"study": "tiny", "methods": [method], "settings": changed}))
    assert (ended.state, ended.done_before) == ("done", kept), ended.log_tail
    found = open_study("tiny").maps(run, method)
    calm = explain.explain_unit(units[-1], lambda _: None, Store(tmp_path / "calm"))
    np.testing.assert_allclose(found.extras["masks"][calm["rows"]], calm["masks"], atol=2e-3)


def test_settings_of_one_method_are_in_force_once_its_maps_are_there(complete, tiny, end):
    run = complete("first", ["epochs-1"])
    usual = end(client.submit("explain", {"study": "tiny", "methods": ["cam"]}))
    assert usual.state == "done", usual.log_tail
    before = open_study("tiny").maps(run, "cam")
    changed = end(client.submit("explain", {"study": "tiny", "methods": ["cam"], "settings": {"evidence": "contrast"}}))
    assert changed.state == "done", changed.log_tail
    now = open_study("tiny").maps(run, "cam")
    assert now.settings == CamSettings(evidence="contrast")
    assert not np.array_equal(now.maps, before.maps)
    back = end(client.submit("explain", {"study": "tiny", "methods": ["cam"], "settings": {"evidence": "label"}}))
    assert back.message == "All maps of run 'first' were there."
    np.testing.assert_array_equal(open_study("tiny").maps(run, "cam").maps, before.maps)


def test_settings_are_refused_before_work_begins(complete):
    complete("first", ["epochs-1"])
    with pytest.raises(InputError, match="Settings are those of one method, and these are 2"):
        prepare(methods=["cam", "grad-cam"], settings={"target": "predicted"})
    with pytest.raises(InputError, match="--set and the preset 'fast' cannot stand together"):
        prepare(methods=["cam"], settings={"target": "predicted"}, preset="fast")
    with pytest.raises(SettingsError, match="Did you mean 'target'"):
        prepare(methods=["cam"], settings={"targets": "true"})


def test_what_cannot_be_explained_is_one_sentence(complete, tiny):
    with pytest.raises(MissingError, match="no finished run"):
        prepare()
    complete("many", ["multiclass"])
    with pytest.raises(MissingError, match="no pair classifiers"):
        prepare(run="many")
    begin(tiny, "begun", ["epochs-1"])
    with pytest.raises(InputError, match="'begun' is not complete"):
        prepare(run="begun")
    complete("first", ["epochs-1"])
    with pytest.raises(UnknownNameError, match="grad-cam"):
        prepare(run="first", methods=["gradcam"])
    assert prepare(run="first").payload["methods"] == ["cam", "grad-cam", "extremal-perturbation"]
    assert client.list_jobs() == []


def test_methods_that_are_not_defined_for_a_network_are_left_out_unless_they_are_asked_for(complete, tiny, tmp_path):
    code = "from torch import nn\n\ndef build(n):\n    return nn.Sequential(nn.Flatten(), nn.Linear(768, n))\n"
    (tmp_path / "flat.py").write_text(code)
    settings = replace(SETTINGS, network=f"{tmp_path / 'flat.py'}:build", input_side=16)
    run = complete("flat", ["epochs-1"], settings)
    assert not run.cam_layer.layer
    assert prepare(run="flat").payload["methods"] == ["extremal-perturbation"]
    with pytest.raises(
        InputError, match=r"CAM is not defined for the network '.*flat\.py:build' of run 'flat': no module"
    ):
        prepare(run="flat", methods=["cam"])
    with pytest.raises(InputError, match=r"Grad-CAM is not defined for .*Take EP"):
        prepare(run="flat", methods=["grad-cam"])
