import numpy as np
import pytest

from fercore.errors import InputError, MissingError
from fercore.jobs import client
from fercore.jobs.kind import find_kind
from fercore.study import open_study
from fercore.study.observers import simulate_trials
from fercore.study.seeing import read_seeing

QUICK = {
    "network": "small",
    "settings": {"input_side": 32, "batch_size": 8, "multiclass_epochs": 1, "max_epochs": 1, "guidance": {"epochs": 1}},
}


@pytest.fixture
def peopled(tiny):
    """The tiny study with people."""
    tiny.trial_store.add(simulate_trials(tiny, n_participants=3, seed=1))
    return open_study("tiny")


def test_networks_that_learn_from_people_take_part_in_their_experiment(peopled, end):
    regimes = ["finetuned", "attention-guided", "multiclass"]
    trained = end(client.submit("train", {"study": "tiny", "run": "all", "regimes": regimes, **QUICK}))
    assert trained.state == "done", trained.log_tail
    run = open_study("tiny").run("all")
    assert run.regimes == ("finetuned", "attention-guided", "multiclass", "accuracy-90")
    again = end(client.submit("train", {"study": "tiny", "run": "again", "regimes": ["accuracy-90"], **QUICK}))
    assert again.state == "done"
    assert {
        open_study("tiny").run("again").unit_card("accuracy-90", unit)["adopted_from"]
        for unit in run.units("accuracy-90")
    } == {"all"}
    assert read_seeing(peopled, run, "multiclass") is None
    took_part = end(client.submit("participate", {"study": "tiny", "run": "all"}))
    assert took_part.state == "done", took_part.log_tail
    study = open_study("tiny")
    for regime in run.regimes:
        seeing = read_seeing(study, run, regime)
        assert seeing.blurred.shape == (len(study.plan),)
        assert seeing.revealed.shape == (len(study.kept_trials),)
        assert np.isfinite(seeing.blurred).all()
        assert np.isfinite(seeing.revealed).all()
    study.trial_store.add(simulate_trials(study, n_participants=1, seed=9).assign(participant="somebody-else"))
    assert read_seeing(open_study("tiny"), run, "multiclass") is None


def test_without_people_there_is_nothing_to_learn_or_to_take_part_in(tiny):
    with pytest.raises(InputError, match="'finetuned' learns from people"):
        find_kind("train").prepare({"study": "tiny", "regimes": ["finetuned"]})
    with pytest.raises(MissingError, match="no finished run"):
        find_kind("participate").prepare({"study": "tiny"})
