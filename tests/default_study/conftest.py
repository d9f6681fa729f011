import pytest

from fercore.study import open_study


@pytest.fixture(scope="session")
def default(tmp_path_factory):
    """The shipped default study, laid out in a folder of this session."""
    patch = pytest.MonkeyPatch()
    place = tmp_path_factory.mktemp("default")
    patch.setenv("FERCORE_STUDIES", str(place / "studies"))
    patch.setenv("FERCORE_CACHE", str(place / "cache"))
    yield open_study("default")
    patch.undo()
