import numpy as np
import pytest

from fercore.errors import InputError, MissingError
from fercore.jobs import client
from fercore.jobs.kind import find_kind
from fercore.study import open_study
from fercore.study.observers import simulate_trials
from fercore.study.revealing import AREAS, PEOPLE, missing_sources, read_revealing


def prepare(**payload):
    return find_kind("reveal").prepare({"study": "tiny", **payload})


def test_a_run_answers_along_every_map_that_is_there_and_only_once(complete, tiny, end):
    run = complete("first", ["epochs-1", "multiclass"])
    assert end(client.submit("explain", {"study": "tiny", "methods": ["cam"]})).state == "done"
    ended = end(client.submit("reveal", {"study": "tiny"}))
    assert (ended.state, ended.done, ended.total) == ("done", 3, 3), ended.log_tail
    (first,) = read_revealing(open_study("tiny"), run).values()
    assert first.margins.shape == (len(tiny.plan), len(AREAS))
    assert np.isfinite(first.whole).all()
    logits = run.outputs("epochs-1", "experimental")
    for row, (true, false) in enumerate(zip(tiny.plan["true_label"], tiny.plan["false_label"], strict=True)):
        pair = tiny.label_set.pair(true, false)
        own = logits[row, tiny.label_set.pairs.index(pair)]
        margin = (own[0] - own[1]) * (1 if pair.first == true else -1)
        assert first.whole[row] == pytest.approx(margin, abs=1e-4)

    open_study("tiny").trial_store.add(simulate_trials(tiny, n_participants=3, seed=1))
    study = open_study("tiny")
    assert missing_sources(study, run) == (PEOPLE,)
    ended = end(client.submit("reveal", {"study": "tiny", "run": "first"}))
    assert "along the maps of people" in ended.message, ended.log_tail
    assert set(read_revealing(study, run)) == {"cam", PEOPLE}
    again = end(client.submit("reveal", {"study": "tiny", "run": "first"}))
    assert again.message == "Run 'first' had answered along all maps."


def test_what_cannot_be_uncovered_is_said_in_one_sentence(complete):
    with pytest.raises(MissingError, match="no finished run"):
        prepare()
    complete("first", ["multiclass"])
    with pytest.raises(MissingError, match="no pair classifiers"):
        prepare()
    complete("second", ["epochs-1", "multiclass"])
    with pytest.raises(InputError, match=r"no pair classifiers of regime 'multiclass'\. It has: epochs-1"):
        prepare(run="second", regime="multiclass")
    with pytest.raises(MissingError, match="has no saliency maps, and nobody has clicked"):
        prepare(run="second")
