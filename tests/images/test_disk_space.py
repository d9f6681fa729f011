import shutil
from types import SimpleNamespace

import pytest

from fercore.errors import InputError
from fercore.images.disk_space import require_space

N = 287_651


@pytest.fixture
def free(monkeypatch):
    return lambda n_bytes: monkeypatch.setattr(shutil, "disk_usage", lambda _path: SimpleNamespace(free=n_bytes))


def test_what_will_be_written_is_said_and_a_smaller_side_proposed_when_it_is_much(free, tmp_path):
    free(120e9)
    said = require_space(tmp_path, N, 224, 3, 16)
    assert said == "287,651 images at 224 px: 43.3 GB; 120.0 GB free. At --side 112 it would be 10.8 GB."
    assert require_space(tmp_path, N, 48, 1, 16) == "287,651 images at 48 px in gray: 0.7 GB; 120.0 GB free."


def test_a_smaller_side_is_proposed_on_a_small_disk_too(free, tmp_path):
    free(4e6)
    assert require_space(tmp_path, 1000, 32, 3, 16).endswith("4.0 MB free. At --side 16 it would be 0.8 MB.")
    assert require_space(tmp_path, 1000, 32, 3, 17).endswith("4.0 MB free.")


def test_what_is_there_already_needs_no_room(free, tmp_path):
    free(20e9)
    with pytest.raises(InputError, match=r"43.3 GB, but the disk .* only 20.0 GB free.*--side of at most 152"):
        require_space(tmp_path, N, 224, 3, 16)
    assert "43.3 GB, 30.0 GB of it from before; 20.0 GB free" in require_space(tmp_path, N, 224, 3, 16, int(30e9))


def test_no_side_is_proposed_where_none_fits(free, tmp_path):
    free(1e6)
    with pytest.raises(InputError, match=r"only 1.0 MB free\. Free space\.$"):
        require_space(tmp_path, N, 224, 3, 16)
