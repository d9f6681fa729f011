import pytest

from fercore.errors import UnknownNameError
from fercore.registry import Registry


@pytest.fixture
def parts(tmp_path, monkeypatch):
    package = tmp_path / "planted_parts"
    package.mkdir()
    (package / "__init__.py").write_text("from fercore.registry import Registry\nPARTS = Registry(__name__, 'part')\n")
    (package / "two_words.py").write_text(
        "from planted_parts import PARTS\n@PARTS.register\ndef work():\n    return 2\n"
    )
    (package / "broken.py").write_text("raise RuntimeError('imported')\n")
    (package / "_private.py").write_text("")
    monkeypatch.syspath_prepend(tmp_path)
    return __import__("planted_parts").PARTS


def test_names_are_listed_without_importing(parts):
    assert parts.names() == ("broken", "two-words")
    assert "two-words" in parts
    assert list(parts) == ["broken", "two-words"]


def test_a_part_is_found_under_its_modules_name(parts):
    assert parts.get("two-words")() == 2


def test_an_unknown_name_is_answered_with_the_nearest(parts):
    with pytest.raises(UnknownNameError, match=r"no part called 'two-wrods'. Did you mean 'two-words'"):
        parts.get("two-wrods")


def test_a_module_holds_one_part(parts):
    parts.get("two-words")

    def work():
        return 3

    work.__module__ = "planted_parts.two_words"
    with pytest.raises(ValueError, match="one part per module"):
        parts.register(work)


def test_an_empty_package_is_not_an_error():
    assert Registry("fercore.server", "route").kind == "route"
