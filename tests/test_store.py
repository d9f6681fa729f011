import contextlib
import sqlite3

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from fercore import store
from fercore.store import Store, make_key, write_arrays, write_json, write_whole


@pytest.fixture
def kept(tmp_path):
    return Store(tmp_path / "cache")


def test_what_is_put_is_found(kept):
    maps = np.arange(12, dtype=np.float32).reshape(3, 4)
    kept.put("k", {"maps": maps})
    np.testing.assert_array_equal(kept.get("k")["maps"], maps)
    assert kept.has("k")
    assert kept.get("other") is None
    assert not kept.has("other")


def test_a_shelf_stands_behind_the_cache(tmp_path):
    write_arrays(tmp_path / "shelf" / "k.safetensors", {"maps": np.ones(3, np.float32)})
    kept = Store(tmp_path / "cache", shelves=[tmp_path / "shelf"])
    assert kept.has("k")
    np.testing.assert_array_equal(kept.get("k")["maps"], np.ones(3))
    kept.put("k", {"maps": np.zeros(3, np.float32)})
    np.testing.assert_array_equal(kept.get("k")["maps"], np.zeros(3))


def damage(folder, value, mode):
    with sqlite3.connect(folder / "cache.db") as database:
        database.execute("UPDATE Cache SET value = ?, mode = ?, filename = NULL", (value, mode))
    database.close()


@pytest.mark.parametrize("mode", [1, 2, 3, 4])
def test_a_damaged_or_planted_value_is_a_miss(tmp_path, mode):
    Store(tmp_path).put("k", {"maps": np.ones(3, np.float32)})
    pickled_call = b"cos\nsystem\n(S'touch " + bytes(tmp_path / "planted") + b"'\ntR."
    damage(tmp_path, pickled_call, mode)
    assert Store(tmp_path).get("k") is None
    assert not (tmp_path / "planted").exists()


def test_a_flipped_bit_is_a_miss(tmp_path):
    Store(tmp_path).put("k", {"maps": np.ones(3, np.float32)})
    with sqlite3.connect(tmp_path / "cache.db") as database:
        (value,) = database.execute("SELECT value FROM Cache").fetchone()
    database.close()
    damage(tmp_path, value[:-1] + bytes([value[-1] ^ 1]), 1)
    assert Store(tmp_path).get("k") is None


def test_a_file_is_written_whole_or_not_at_all(tmp_path):
    path = tmp_path / "a.txt"
    store.write_text(path, "first")
    with contextlib.suppress(RuntimeError), write_whole(path) as draft:
        draft.write_text("half")
        raise RuntimeError
    assert path.read_text() == "first"
    assert list(tmp_path.iterdir()) == [path]


def test_json_has_no_nan(tmp_path):
    with pytest.raises(ValueError, match="not JSON compliant"):
        write_json(tmp_path / "a.json", {"r": float("nan")})
    assert list(tmp_path.iterdir()) == []


def test_a_key_depends_on_every_part_and_not_on_their_order():
    assert make_key("maps", a=1, b=[2]) == make_key("maps", b=[2], a=1)
    keys = {make_key("maps", a=1), make_key("maps", a=2), make_key("map", a=1), make_key("maps", b=1)}
    assert len(keys) == 4


@given(hnp.arrays(np.float32, hnp.array_shapes(max_dims=3, max_side=4)), st.booleans())
def test_a_digest_knows_shape_type_and_values_but_not_memory_layout(array, transpose):
    same = np.asfortranarray(array) if transpose else array.copy()
    assert store.digest_array(array) == store.digest_array(same)
    assert store.digest_array(array) != store.digest_array(array.astype(np.float64))
    assert store.digest_array(array) != store.digest_array(array[None])


def test_a_garbage_database_is_an_empty_cache_that_can_be_filled_again(tmp_path):
    (tmp_path / "cache.db").write_bytes(b"not a database" * 100)
    kept = Store(tmp_path)
    assert kept.get("k") is None
    assert not kept.has("k")
    kept.put("k", {"maps": np.ones(3, np.float32)})
    np.testing.assert_array_equal(Store(tmp_path).get("k")["maps"], np.ones(3))
