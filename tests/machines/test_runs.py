import subprocess
import sys

import pytest

from fercore.errors import MissingError
from fercore.machines.plan_run import plan_units
from fercore.machines.runs import Run
from fercore.machines.train_unit import train_unit

READERS = """
import sys
from fercore.machines import plan_run, presets, runs
from fercore.machines.regime import regime_names
from fercore.machines.votes import VOTING_RULES
regime_names()
for rule in VOTING_RULES:
    VOTING_RULES.get(rule)
assert "torch" not in sys.modules
"""


def test_runs_are_read_planned_and_counted_without_torch():
    subprocess.run([sys.executable, "-c", READERS], check=True)


def test_a_new_run_waits_and_knows_what_it_will_train(new_run, label_set):
    run = new_run(regimes=("multiclass", "accuracy-80"), pairs=label_set.pairs[:2])
    assert (run.name, run.complete, run.pair_regime) == ("first", False, "accuracy-80")
    assert run.units("accuracy-80") == ("happy-sad", "happy-fear")
    assert run.units("multiclass") == ("multiclass",)
    assert {run.state("accuracy-80", unit) for unit in run.units("accuracy-80")} == {"waiting"}
    assert run.history("accuracy-80", "happy-sad").empty
    assert (run.input_side, run.label_set) == (16, label_set)


def test_what_a_run_does_not_have_is_named(new_run):
    run = new_run()
    with pytest.raises(MissingError, match="epochs-9"):
        run.units("epochs-9")
    with pytest.raises(MissingError, match="'happy-sad'"):
        run.unit_card("epochs-2", "happy-sad")


def test_a_run_of_all_labels_alone_has_no_pair_regime(new_run):
    assert new_run(regimes=("multiclass",)).pair_regime is None


def test_the_digest_of_the_weights_changes_with_every_finished_classifier(new_run):
    run = new_run()
    reports, digests = [], [run.weights_digest("epochs-2")]
    for unit in plan_units(run):
        train_unit(unit, reports.append)
        digests.append(run.weights_digest("epochs-2"))
    assert len(set(digests)) == 4
    assert Run.open(run.folder).weights_digest("epochs-2") == digests[-1]
