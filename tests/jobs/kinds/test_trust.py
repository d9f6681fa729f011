import numpy as np
import pytest

from fercore.errors import InputError, MissingError
from fercore.jobs import client
from fercore.jobs.kind import find_kind
from fercore.saliency.maps import SETTINGS, write_maps
from fercore.saliency.trust import CHECKS
from fercore.study import open_study
from fercore.study.observers import simulate_trials
from fercore.study.revealing import PEOPLE
from fercore.study.trusting import RANDOM, plan_trust, read_trust, trust_settings, trusted_sources, unchecked_sources


def prepare(**payload):
    return find_kind("trust").prepare({"study": "tiny", **payload})


def explain(study, run):
    """Give a run maps by CAM, made up."""
    maps = np.random.default_rng(0).random((len(study.plan), 8, 8)).astype(np.float32)
    write_maps(study.maps_store, study.maps_key(run, "cam"), {"maps": maps}, "cam", SETTINGS["cam"]())


def test_all_maps_are_checked_with_controls_noise_and_people_beside_them_and_only_once(complete, tiny, end):
    run = complete("first", ["epochs-1", "multiclass"])
    tiny.trial_store.add(simulate_trials(tiny, n_participants=3, seed=1))
    explain(tiny, run)
    ended = end(client.submit("trust", {"study": "tiny", "methods": ["cam", "edge-map"]}))
    assert (ended.state, ended.done, ended.total) == ("done", 3, 3), ended.log_tail
    study = open_study("tiny")
    assert trusted_sources(study, run) == ("cam", "edge-map")
    assert unchecked_sources(study, run) == ("center-gaussian", PEOPLE, RANDOM)
    ended = end(client.submit("trust", {"study": "tiny", "run": "first"}))
    assert "by center-gaussian, people, noise" in ended.message, ended.log_tail
    found = read_trust(study, run)
    assert tuple(found) == ("cam", "center-gaussian", "edge-map", PEOPLE, RANDOM)
    asked = {"deletion-insertion", "empty-image", "randomisation", "sufficiency"}  # CAM has neither choice nor sum
    assert asked < set(CHECKS)
    assert set(found["cam"].checks) == asked
    assert set(found[PEOPLE].checks) == set(found[RANDOM].checks) == asked - {"empty-image", "randomisation"}
    assert np.isfinite(found["cam"].arrays["deletion_area"]).all()
    np.testing.assert_allclose(found["edge-map"].arrays["randomised_spearman"], 1)
    again = end(client.submit("trust", {"study": "tiny", "run": "first"}))
    assert again.message == "The maps of run 'first' had been checked."
    changed = end(client.submit("trust", {"study": "tiny", "methods": ["random"], "settings": {"n_steps": 4}}))
    assert changed.state == "done", changed.log_tail
    assert trusted_sources(study, run) == (RANDOM,)
    assert read_trust(study, run)[RANDOM].arrays["insertion"].shape == (12, 5)
    assert trust_settings(run).n_steps == 4
    back = end(client.submit("trust", {"study": "tiny", "run": "first", "settings": {"n_steps": 50}}))
    assert back.message == "The maps of run 'first' had been checked."


def test_a_job_goes_on_where_it_was_stopped(complete, tiny, end):
    from fercore.saliency.examine import examine_unit

    run = complete("first", ["epochs-1"])
    explain(tiny, run)
    study = open_study("tiny")
    first, *_ = plan_trust(study, run, "epochs-1", ["cam"])
    examine_unit(first, lambda _: None)
    told = []
    examine_unit(first, told.append)
    assert [note["message"] for note in told] == [f"{first.name}: all maps checked"]
    ended = end(client.submit("trust", {"study": "tiny", "methods": ["cam"]}))
    assert ended.state == "done"
    assert set(read_trust(study, run)) == {"cam"}


def test_what_cannot_be_checked_is_said_in_one_sentence(complete, tiny):
    with pytest.raises(MissingError, match="no finished run"):
        prepare()
    complete("first", ["multiclass"])
    with pytest.raises(MissingError, match="no pair classifiers"):
        prepare()
    second = complete("second", ["epochs-1", "multiclass"])
    with pytest.raises(InputError, match=r"no pair classifiers of regime 'multiclass'\. It has: epochs-1"):
        prepare(run="second", regime="multiclass")
    with pytest.raises(MissingError, match="has no saliency maps, and nobody has clicked"):
        prepare(run="second")
    explain(tiny, second)
    with pytest.raises(InputError, match=r"no maps by 'rise' of run 'second'\. There are: cam, center-gaussian"):
        prepare(run="second", methods=["rise"])
