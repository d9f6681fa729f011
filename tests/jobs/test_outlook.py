import pytest

from fercore.jobs.executors.local import usable_cores
from fercore.jobs.outlook import judged_by_runs, measured_speed
from fercore.machines.plan_run import start_run
from fercore.machines.presets import training_settings
from fercore.machines.runs import RUN_FILE
from fercore.store import write_json

DEVICE = {"kind": "cpu", "threads": 1, "reason": "No GPU was found; 1 CPU thread."}


@pytest.fixture
def finished(tiny):
    """A run of three classifiers, as if each had taken 1 s for the first epoch and .5 s for the next two of 32 images."""
    run = start_run(
        tiny.folder, "first", label_set=tiny.label_set, regimes=["accuracy-90"], settings=training_settings("small")
    )
    for unit in run.units("accuracy-90"):
        history = [{"epoch": number, "seconds": seconds} for number, seconds in ((1, 1.0), (2, 0.5), (3, 0.5))]
        card = {"history": history, "n_images": 32, "seconds": 2.0, "weights_digest": unit}
        write_json(run.unit_path("accuracy-90", unit, ".json"), card)
    write_json(run.folder / RUN_FILE, {**run.card, "device": DEVICE})
    return tiny


def test_speed_and_length_are_judged_by_the_newest_finished_run(finished):
    at_once = min(usable_cores(), 3)
    speed = measured_speed("small")
    assert speed.images_per_s == pytest.approx(64 * at_once)
    assert speed.run == "run first of study tiny"
    assert judged_by_runs(finished, "small", ["accuracy-90"], None) == pytest.approx(6.0 / at_once)
    assert judged_by_runs(finished, "small", ["accuracy-90"], ["happy-sad"]) == pytest.approx(2.0)


def test_without_a_finished_run_of_the_network_and_regimes_nothing_is_estimated(finished):
    assert measured_speed("resnet50") is None
    assert judged_by_runs(finished, "small", ["accuracy-90", "multiclass"], None) is None
