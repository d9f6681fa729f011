import pytest

from fercore.jobs import client
from fercore.jobs.kinds.train import train
from fercore.machines.finish_run import finish_run
from fercore.machines.plan_run import plan_units, start_run
from fercore.settings import TrainingSettings

SETTINGS = TrainingSettings(network="small", input_side=32, batch_size=8, multiclass_epochs=1)


@pytest.fixture
def end():
    """Wait for the end of a job, and give it as it ended."""

    def end(job):
        *_, last = client.follow(job.id)
        return last

    return end


@pytest.fixture
def complete(tiny):
    """Train a complete run of the tiny study."""

    def complete(name, regimes, settings=SETTINGS):
        run = start_run(tiny.folder, name, label_set=tiny.label_set, regimes=regimes, settings=settings)
        for unit in plan_units(run):
            train(unit, lambda _: None)
        return finish_run(run)

    return complete
