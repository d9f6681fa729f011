import json
from dataclasses import replace

import pytest

from fercore.errors import SettingsError
from fercore.machines.runs import Run
from fercore.saliency.settings_in_force import FILE, put_in_force, settings_in_force
from fercore.settings import CamSettings, ExtremalSettings

EP = "extremal-perturbation"


@pytest.fixture
def run(tmp_path):
    return Run(tmp_path, {"regimes": ["accuracy-90", "epochs-30"]})


def test_settings_are_the_default_ones_until_others_are_put_in_force(run):
    assert settings_in_force(run, EP) == ExtremalSettings()
    chosen = replace(ExtremalSettings(), areas=(0.1,), ties="position")
    put_in_force(run, EP, chosen)
    assert settings_in_force(run, EP) == chosen
    assert settings_in_force(run, "cam") == CamSettings()
    assert settings_in_force(run, EP, "epochs-30") == ExtremalSettings()
    assert json.loads((run.folder / FILE).read_text()) == {"accuracy-90": {EP: {"areas": [0.1], "ties": "position"}}}


def test_default_settings_come_back(run):
    put_in_force(run, "cam", CamSettings(target="predicted"))
    put_in_force(run, "cam", CamSettings())
    assert settings_in_force(run, "cam") == CamSettings()
    assert json.loads((run.folder / FILE).read_text()) == {}


def test_a_setting_that_there_is_none_of_is_told(run):
    (run.folder / FILE).write_text('{"accuracy-90": {"cam": {"targets": "true"}}}')
    with pytest.raises(SettingsError, match="Did you mean 'target'"):
        settings_in_force(run, "cam")
