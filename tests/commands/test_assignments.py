import pytest

from fercore.commands.assignments import read_assignments
from fercore.errors import InputError


def test_values_are_written_as_in_toml_and_words_without_quotes():
    asked = ["learning_rate=3e-4", "guidance.epochs = 3", "guidance.rehearsal=2", "ties=position", "areas=[0.1, 0.2]"]
    assert read_assignments(asked, "a=1") == {
        "learning_rate": 3e-4, "guidance": {"epochs": 3, "rehearsal": 2}, "ties": "position", "areas": [0.1, 0.2],
    }  # fmt: skip
    assert read_assignments(None, "a=1") is None


def test_what_sets_nothing_is_told_with_an_example():
    with pytest.raises(InputError, match=r"'areas' sets nothing\. Write NAME=VALUE, such as a=1"):
        read_assignments(["areas"], "a=1")
    with pytest.raises(InputError, match="Set each setting once"):
        read_assignments(["guidance=1", "guidance.epochs=2"], "a=1")
