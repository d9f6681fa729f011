import dataclasses
import hashlib
import json
from pathlib import Path

import pytest

from fercore import settings
from fercore.errors import SettingsError
from fercore.settings import (
    LATER,
    AugmentationSettings,
    ComparisonSettings,
    DesignSettings,
    ExtremalSettings,
    TrainingSettings,
    digest,
    from_mapping,
    key_mapping,
    to_mapping,
)

ALL = [c for c in vars(settings).values() if dataclasses.is_dataclass(c)]


@pytest.mark.parametrize("cls", ALL)
def test_settings_survive_being_written_and_read(cls):
    assert from_mapping(cls, to_mapping(cls())) == cls()


@pytest.mark.parametrize("cls", ALL)
def test_every_setting_says_what_it_is(cls):
    source = Path(settings.__file__).read_text()
    for field in dataclasses.fields(cls):
        (owner, *_) = (c for c in cls.__mro__ if field.name in vars(c).get("__annotations__", {}))
        body = source.split(f"class {owner.__name__}")[1].split("\nclass ")[0].split("\ndef ")[0]
        after = body.split(f"    {field.name}:")[1].splitlines()[1].strip()
        assert after.startswith('"""'), f"{cls.__name__}.{field.name} has no docstring"


def test_a_digest_changes_with_any_value_and_only_then():
    assert digest(ExtremalSettings()) == digest(ExtremalSettings())
    assert digest(ExtremalSettings()) != digest(ExtremalSettings(steps=799))
    assert digest(TrainingSettings()) != digest(TrainingSettings(augmentation=AugmentationSettings(scale=0.08)))


def test_an_unknown_setting_names_the_nearest():
    with pytest.raises(SettingsError, match="Did you mean 'threshold'"):
        from_mapping(ComparisonSettings, {"treshold": 60})


def test_a_value_of_another_type_is_refused():
    with pytest.raises(SettingsError, match="must be a int"):
        from_mapping(ComparisonSettings, {"threshold": "60"})


def test_a_whole_number_is_taken_for_a_fraction():
    assert from_mapping(DesignSettings, {"blur_fraction": 1}) == DesignSettings(blur_fraction=1.0)


def test_a_later_field_stands_in_keys_only_where_it_is_not_the_default():
    @dataclasses.dataclass(frozen=True)
    class Grown:
        old: int = 1
        new: str = "as before"
        more: float = dataclasses.field(default=0.0, metadata=LATER)

    assert key_mapping(Grown()) == {"old": 1, "new": "as before"}
    assert key_mapping(Grown(old=2, more=0.5)) == {"old": 2, "new": "as before", "more": 0.5}


def test_maps_by_default_settings_keep_their_keys():
    text = json.dumps(key_mapping(ExtremalSettings()), sort_keys=True)
    assert hashlib.sha256(text.encode()).hexdigest().startswith("f93a57d4ce976418")
