import dataclasses
from pathlib import Path

import pytest

from fercore.saliency import method_settings
from fercore.saliency.method_settings import BLUR, FURTHER
from fercore.settings import DesignSettings, ExtremalSettings


@pytest.mark.parametrize("method", FURTHER)
def test_every_setting_says_what_it_is(method):
    source = Path(method_settings.__file__).read_text()
    for field in dataclasses.fields(FURTHER[method]):
        (owner, *_) = (c for c in FURTHER[method].__mro__ if field.name in vars(c).get("__annotations__", {}))
        body = source.split(f"class {owner.__name__}")[1].split("\n@dataclass")[0]
        after = body.split(f"    {field.name}:")[1].splitlines()[1].strip()
        assert after.startswith('"""'), f"{method}: {field.name} has no docstring"


def test_what_covers_is_what_people_saw():
    assert DesignSettings().blur_fraction == BLUR == ExtremalSettings().reveal_blur_fraction
