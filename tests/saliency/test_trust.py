import numpy as np
import pytest

from fercore.saliency.trust import (
    Checked,
    Curve,
    Score,
    TrustBlock,
    TrustSettings,
    put_together,
    read_block,
    write_block,
)
from fercore.settings import to_mapping
from fercore.store import Store

ASKED = Checked(
    "Right?",
    "A note.",
    (Score("area", "the area", True, "what it is"),),
    (Curve("curve", "c", (0.0, 0.5, 1.0), "x", "y"),),
)


def block(rows, value):
    n = len(rows)
    arrays = {"area": np.full(n, value), "curve": np.full((n, 3), value)}
    return TrustBlock({"check": ASKED}, arrays), np.array(rows)


def test_a_block_says_by_itself_what_it_holds(tmp_path):
    store = Store(tmp_path)
    write_block(store, "key", block([0, 1], 0.25)[0].arrays, {"check": ASKED})
    found = read_block(store, "key")
    assert found.checks == {"check": ASKED}
    assert set(found.arrays) == {"area", "curve"}
    assert found.arrays["area"].dtype == np.float32
    assert found.arrays["curve"].dtype == np.float16
    assert (found.arrays["curve"] == 0.25).all()
    assert read_block(store, "another") is None


def test_parts_are_put_where_the_plan_has_their_images():
    whole = put_together([block([3, 0], 1.0), block([1], 2.0)], 5)
    np.testing.assert_array_equal(whole.arrays["area"], [1, 2, np.nan, 1, np.nan])
    np.testing.assert_array_equal(whole.arrays["curve"][:, 2], [1, 2, np.nan, 1, np.nan])


def test_a_check_that_one_classifier_could_not_be_asked_is_nan_for_its_images():
    with_check, rows = block([0, 1], 1.0)
    whole = put_together([(with_check, rows), (TrustBlock({}, {}), np.array([2]))], 3)
    assert list(np.isnan(whole.arrays["area"])) == [False, False, True]


def test_settings_are_plain_values():
    assert to_mapping(TrustSettings())["areas"] == [0.025, 0.05, 0.1, 0.2]


@pytest.mark.parametrize("field", ["n_steps", "top_percent", "truth_percent", "tolerance_fraction"])
def test_settings_are_positive(field):
    assert getattr(TrustSettings(), field) > 0
