import numpy as np
import pytest

from fercore.machines.adopt import adopt_units
from fercore.machines.finish_run import finish_run
from fercore.machines.plan_run import plan_units
from fercore.machines.train_unit import train_unit
from fercore.settings import GuidanceSettings
from fercore.store import write_json


def _complete(run):
    for unit in plan_units(run):
        train_unit(unit, lambda _: None)
    return finish_run(run)


@pytest.fixture
def earlier(new_run):
    return _complete(new_run("earlier", ("epochs-1", "multiclass"), seed=4))


def test_what_was_trained_in_the_same_way_is_taken_over_whole(new_run, earlier):
    run = new_run("later", ("epochs-1", "multiclass"), seed=4)
    assert len(adopt_units(run, [earlier])) == 4
    later = finish_run(run)
    for regime in earlier.regimes:
        assert later.weights_digest(regime) == earlier.weights_digest(regime)
        for split in ("experimental", "validation"):
            np.testing.assert_array_equal(later.outputs(regime, split), earlier.outputs(regime, split))
        assert {later.unit_card(regime, unit)["adopted_from"] for unit in later.units(regime)} == {"earlier"}


def test_what_is_taken_over_is_what_training_gives(new_run, earlier):
    again = _complete(new_run("again", ("epochs-1", "multiclass"), seed=4))
    assert again.weights_digest("epochs-1") == earlier.weights_digest("epochs-1")


@pytest.mark.parametrize(
    "difference",
    [{"seed": 5}, {"threads": 2}, {"changes": {"learning_rate": 0.5}}, {"regimes": ("epochs-2",)}],
    ids=["seed", "threads", "settings", "regime"],
)
def test_whatever_was_trained_otherwise_is_left_alone(new_run, earlier, difference):
    run = new_run("later", **({"regimes": ("epochs-1",), "seed": 4} | difference))
    assert adopt_units(run, [earlier]) == []


def test_an_unfinished_run_and_another_torch_give_nothing(new_run, earlier):
    unfinished = new_run("unfinished", ("epochs-1",), seed=4)
    run = new_run("later", ("epochs-1",), seed=4)
    assert adopt_units(run, [unfinished]) == []
    write_json(earlier.folder / "run.json", earlier.card | {"versions": {"torch": "1.0"}})
    assert adopt_units(run, [type(earlier).open(earlier.folder)]) == []


def test_settings_for_learning_from_people_do_not_matter_to_those_who_do_not(new_run, earlier):
    run = new_run("later", ("epochs-1",), seed=4, changes={"guidance": GuidanceSettings(epochs=9)})
    assert len(adopt_units(run, [earlier])) == 3


def test_networks_of_ones_own_are_trained_again_since_their_name_does_not_say_what_they_are(new_run, tmp_path):
    (tmp_path / "own.py").write_text("from torch import nn\n\ndef build(n):\n    return nn.Conv2d(3, 4, 3)\n")
    changes = {"network": f"{tmp_path / 'own.py'}:build"}
    earlier = _complete(new_run("earlier", ("epochs-1",), seed=4, changes=changes))
    assert adopt_units(new_run("later", ("epochs-1",), seed=4, changes=changes), [earlier]) == []
