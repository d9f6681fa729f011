import dataclasses
from pathlib import Path

import pytest

from fercore.saliency import method_settings
from fercore.saliency.method_settings import BLUR, FURTHER
from fercore.settings import DesignSettings, ExtremalSettings


@pytest.mark.parametrize("method", FURTHER)
def test_every_setting_says_what_it_is(method):
    source = Path(method_settings.__file__).read_text()
    body = source.split(f"class {FURTHER[method].__name__}")[1].split("\n@dataclass")[0]
    for field in dataclasses.fields(FURTHER[method]):
        if field.name != "target":
            after = body.split(f"    {field.name}:")[1].splitlines()[1].strip()
            assert after.startswith('"""'), f"{method}: {field.name} has no docstring"


def test_what_covers_is_what_people_saw():
    assert DesignSettings().blur_fraction == BLUR == ExtremalSettings().reveal_blur_fraction
