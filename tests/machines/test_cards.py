import json

import torch

from fercore.machines.cards import versions
from fercore.machines.runs import Run
from fercore.machines.train_unit import train_unit


def test_the_licence_of_the_images_stands_in_the_card_where_the_study_states_one(a_unit, study_folder):
    (study_folder / "study.json").write_text(json.dumps({"name": "study", "licence": "for research only"}))
    unit = a_unit(regimes=("epochs-1",))
    train_unit(unit, [].append)
    assert Run.open(unit.run_folder).unit_card(unit.regime, unit.name)["licence"] == "for research only"


def test_versions_name_what_numbers_depend_on():
    found = versions()
    assert found["torch"].startswith(torch.__version__.split("+")[0])
    assert {"python", "torchvision", "numpy"} <= set(found)
