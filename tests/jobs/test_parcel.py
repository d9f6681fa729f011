import shutil

import numpy as np
import pytest

from fercore.errors import DamagedError
from fercore.jobs.kinds.train import train
from fercore.jobs.parcel import Sender
from fercore.machines.plan_run import plan_units, start_run
from fercore.machines.runs import Run
from fercore.saliency import explain
from fercore.settings import GradCamSettings, TrainingSettings


@pytest.fixture
def sent():
    """The files that were sent, in order."""
    return []


@pytest.fixture
def sender(sent):
    """Sends bytes."""

    def send(path):
        sent.append(path.name)
        return path.read_bytes()

    return Sender(send)


@pytest.fixture
def elsewhere(tiny, monkeypatch, tmp_path):
    """Work on a parcel where the study is not, in a cache of its own."""

    def work(parcel, function, report=lambda _: None, fetch=lambda content: content):
        away = tiny.folder.rename(tiny.folder.with_name("away"))
        with monkeypatch.context() as here:
            here.setenv("FERCORE_CACHE", str(tmp_path / "cache elsewhere"))
            try:
                return parcel.work(function, report, fetch)
            finally:
                away.rename(tiny.folder)

    return work


@pytest.fixture
def units(tiny):
    """Start a run of the tiny study, whose networks see smaller images than there are."""

    def units(name, input_side=12, n_epochs=2):
        settings = TrainingSettings(network="small", input_side=input_side, batch_size=8)
        options = {"label_set": tiny.label_set, "regimes": [f"epochs-{n_epochs}"], "settings": settings}
        return plan_units(start_run(tiny.folder, name, **options))

    return units


def card(unit):
    return Run.open(unit.run_folder).unit_card(unit.regime, unit.name)


def without_times(card):
    history = [{name: value for name, value in epoch.items() if name != "seconds"} for epoch in card["history"]]
    return {**card, "seconds": 0, "history": history}


@pytest.mark.parametrize("input_side", [12, 16, 20])
def test_training_elsewhere_leaves_here_what_training_here_leaves(units, sender, elsewhere, input_side):
    near, far = units("near", input_side)[0], units("far", input_side)[0]
    train(near, lambda _: None)
    told = []
    parcel = sender.pack(far)
    result, changes = elsewhere(parcel, train, told.append)
    assert (result, len(told)) == (None, 3)
    assert not list(far.run_folder.glob("*/*"))
    assert list(changes)[-1].endswith(f"{far.name}.json")
    parcel.deliver(changes)
    assert without_times(card(near)) == without_times(card(far))
    for path in near.run_folder.glob("*/*.safetensors"):
        assert (far.run_folder / path.parent.name / path.name).read_bytes() == path.read_bytes()


def test_files_that_units_share_are_sent_once_and_fetched_once(units, sender, sent, elsewhere):
    first, second, _ = (sender.pack(unit) for unit in units("far"))
    assert len(sent) == len(set(sent)) == 5  # images, index, plan, the study's card and the run's
    fetched = []

    def fetch(content):
        fetched.append(content)
        return content

    elsewhere(first, train, fetch=fetch)
    elsewhere(second, train, fetch=fetch)
    assert len(fetched) == 5


def test_people_s_trials_do_not_travel(units, sender, tiny):
    (tiny.folder / "trials.db").touch()
    assert not any("trials" in path for path in sender.pack(units("far")[0]).files)


def test_fewer_pixels_travel_of_images_that_networks_see_smaller(units, sender):
    (whole, *_), (small, *_) = units("whole", 20), units("small", 12)
    whole, small = (len(sender.pack(unit).files["images.npy"].content) for unit in (whole, small))
    assert whole > small


def test_training_that_was_begun_here_goes_on_elsewhere(units, sender, elsewhere):
    near, far = units("near", n_epochs=3)[0], units("far", n_epochs=3)[0]
    train(near, lambda _: None)

    def stop_after_two(news):
        if news["done"] == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        train(far, stop_after_two)
    partial = Run.open(far.run_folder).unit_path(far.regime, far.name, ".partial.safetensors")
    assert partial.is_file()
    told = []
    parcel = sender.pack(far)
    _, changes = elsewhere(parcel, train, told.append)
    assert [news["done"] for news in told] == [2, 3]
    parcel.deliver(changes)
    assert not partial.exists()
    assert card(far)["weights_digest"] == card(near)["weights_digest"]


def test_what_a_killed_attempt_left_elsewhere_is_gone_on_with(units, sender, elsewhere):
    parcel = sender.pack(units("far", n_epochs=3)[0])

    def stop_after_two(news):
        if news["done"] == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        elsewhere(parcel, train, stop_after_two)
    told = []
    elsewhere(parcel, train, told.append)
    assert [news["done"] for news in told] == [2, 3]


def test_maps_elsewhere_are_those_of_here(units, sender, elsewhere, tiny):
    unit = units("near")[0]
    train(unit, lambda _: None)
    run = Run.open(unit.run_folder)
    (asked, *_) = explain.plan_units(run, unit.regime, "grad-cam", GradCamSettings(), tiny.plan_digest)
    here = explain.explain_unit(asked, lambda _: None)
    there, changes = elsewhere(sender.pack(asked), explain.explain_unit)
    assert changes == {}
    np.testing.assert_array_equal(here["maps"], there["maps"])


def test_where_the_same_folder_is_seen_work_is_done_in_place(units, sender):
    unit = units("near")[0]
    assert sender.pack(unit).work(train, lambda _: None, None) == (None, {})
    assert card(unit)


def test_a_copy_of_the_folder_is_not_the_same_folder(units, sender, tiny, tmp_path):
    unit = units("near")[0]
    parcel = sender.pack(unit)
    copy = tmp_path / "copy"
    tiny.folder.rename(copy)
    shutil.copytree(copy, tiny.folder)
    _, changes = parcel.work(train, lambda _: None, lambda content: content)
    assert changes


def test_a_file_that_arrives_damaged_is_refused(units, sender, elsewhere):
    with pytest.raises(DamagedError, match="did not arrive as it was sent"):
        elsewhere(sender.pack(units("far")[0]), train, fetch=lambda content: content[:-1])


def test_a_unit_without_a_study_travels_alone(sender):
    parcel = sender.pack(3)
    assert parcel.files == {}
    assert parcel.work(lambda unit, _: unit**2, print, None) == (9, {})
