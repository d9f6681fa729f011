import shutil
from collections import namedtuple

import pytest

from fercore.errors import InputError, JobError, MissingError, SettingsError, UnknownNameError
from fercore.jobs import client
from fercore.jobs.kind import find_kind
from fercore.jobs.kinds.train import _threads, train
from fercore.machines.finish_run import finish_run
from fercore.machines.plan_run import plan_units, start_run
from fercore.settings import TrainingSettings, from_mapping
from fercore.study import open_study


def prepare(**payload):
    return find_kind("train").prepare({"study": "tiny", **payload})


def digests(run):
    return {regime: run.weights_digest(regime) for regime in run.regimes}


def test_a_run_is_trained_and_complete(tiny, small, end):
    job = client.submit("train", {**small, "pairs": ["sad-happy"], "seed": 3, "run": "first"})
    assert job.title == "Train first: accuracy-90, multiclass (2 classifiers)"
    ended = end(job)
    assert (ended.state, ended.done, ended.total) == ("done", 2, 2), ended.log_tail
    run = open_study("tiny").run("first")
    assert run.complete
    assert run.card["seed"] == 3
    assert run.training.max_epochs == run.training.multiclass_epochs == 3
    assert run.outputs("accuracy-90", "experimental").shape == (12, 3, 2)
    assert len(run.history("multiclass", "multiclass")) == 3
    assert {unit["state"] for group in ended.detail.values() for unit in group.values()} == {"done"}
    with pytest.raises(InputError, match="complete runs are never changed"):
        prepare(resume="first")


def test_a_killed_run_is_taken_up_and_ends_with_the_weights_of_an_undisturbed_one(tiny, small, until, kill, end):
    long = {**small, "regimes": ("epochs-60",), "epochs": None, "pairs": ["happy-fear"]}
    calm = find_kind("train").prepare({**long, "run": "calm"}).payload
    settings = from_mapping(TrainingSettings, calm["training"])
    pairs = [tiny.label_set.parse_pair(pair) for pair in calm["pairs"]]
    options = {"label_set": tiny.label_set, "regimes": calm["regimes"], "settings": settings, "pairs": pairs}
    options["threads"] = _threads(calm, settings)
    (unit,) = plan_units(start_run(tiny.folder, "calm", **options))
    train(unit, lambda _: None)  # the run is finished later: a complete one would be taken over

    job = client.submit("train", {**long, "run": "killed"})
    folder = tiny.folder / "runs" / "killed"
    until(lambda: list(folder.glob("*/*.partial.safetensors")))
    kill("supervisor")
    kill(job.id)
    lost = client.get(job.id)
    assert (lost.state, lost.resumable) == ("lost", True)
    assert not open_study("tiny").run("killed").complete
    with pytest.raises(InputError, match="--resume killed"):
        prepare(run="killed")
    n_epochs = len(open_study("tiny").run("killed").history("epochs-60", "happy-fear"))
    assert 1 <= n_epochs < 60

    again = client.submit("train", {"study": "tiny", "resume": "killed"})
    assert again.payload == {**calm, "run": "killed", "resume": True}
    with pytest.raises(JobError, match=f"Job {again.id}"):
        client.resume(job.id)
    ended = end(again)
    assert ended.state == "done", ended.log_tail
    assert digests(open_study("tiny").run("killed")) == digests(finish_run(tiny.run("calm")))
    assert client.resume(job.id).state == "queued"
    assert end(job).message == "Run 'killed' was complete."


def test_what_is_not_said_is_filled_in(tiny):
    order = prepare()
    assert order.payload["regimes"] == ["accuracy-90"]
    assert order.payload["pairs"] == ["happy-sad", "happy-fear", "sad-fear"]
    assert order.payload["run"] == "accuracy-90"
    assert order.payload["training"]["network"] == tiny.card.network
    assert prepare(pairs=["fear-happiness"]).payload["pairs"] == ["happy-fear"]


def test_a_free_name_is_chosen(tiny, small, count):
    count(steps=200, pause_s=0.1)
    assert client.submit("train", small).payload["run"] == "accuracy-90-multiclass"
    assert client.submit("train", small).payload["run"] == "accuracy-90-multiclass-2"
    (tiny.folder / "runs" / "accuracy-90").mkdir(parents=True)
    assert prepare().payload["run"] == "accuracy-90-2"


@pytest.mark.parametrize(
    ("payload", "error", "words"),
    [
        ({"regimes": ["acuracy-90"]}, UnknownNameError, "accuracy-90"),
        ({"regimes": ["accuracy-900"]}, InputError, "from 1 to 100"),
        ({"regimes": ["epochs-5"], "epochs": 7}, InputError, "says already"),
        ({"epochs": 0}, InputError, "at least one"),
        ({"pairs": ["happy-angry"]}, UnknownNameError, "angry|anger"),
        ({"pairs": []}, InputError, "No pair was named"),
        ({"network": "resnet51"}, UnknownNameError, "resnet50"),
        ({"settings": {"batchsize": 3}}, SettingsError, "batch_size"),
        ({"run": "../first"}, InputError, "cannot name a run"),
        ({"resume": "nothing"}, MissingError, "no run 'nothing'"),
        ({"study": "nothing"}, MissingError, "no study 'nothing'"),
    ],
)
def test_what_cannot_be_trained_is_one_sentence_and_leaves_nothing(tiny, payload, error, words):
    with pytest.raises(error, match=words):
        client.submit("train", {"study": "tiny", **payload})
    assert client.list_jobs() == []
    assert not (tiny.folder / "runs").exists()


def test_labels_without_training_images_are_named(tiny):
    index = tiny.images.index.copy()
    index.loc[(index["label"] == "fear") & (index["split"] == "train"), "split"] = "validation"
    index.to_parquet(tiny.folder / "images.parquet")
    with pytest.raises(InputError, match="no training image of 'fear'"):
        prepare()
    assert prepare(pairs=["happy-sad"]).payload["pairs"] == ["happy-sad"]


def test_a_full_disk_is_seen_before(tiny, monkeypatch):
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage(10**9, 10**9, 10**6))
    with pytest.raises(JobError, match=r"needs about .* GB, and 0.0 GB are free"):
        prepare()


def test_few_classifiers_share_the_cores_and_many_have_one_each(tiny, small, monkeypatch):
    monkeypatch.setattr("fercore.jobs.kinds.train.usable_cores", lambda: 8)
    monkeypatch.setattr("fercore.jobs.kinds.train.n_fitting", lambda _: 8)
    settings = from_mapping(TrainingSettings, prepare().payload["training"])
    asked = {"executor": "local", "regimes": ["accuracy-90"], "pairs": ["happy-fear"]}
    assert _threads(asked, settings) == 8
    assert _threads({**asked, "regimes": ["accuracy-90", "multiclass"]}, settings) == 4
    assert _threads({**asked, "pairs": ["happy-fear"] * 28}, settings) == 1
    assert _threads({**asked, "executor": "ray"}, settings) == 1
