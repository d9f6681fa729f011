import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fercore.errors import DamagedError, InputError
from fercore.images.selection import choose_experimental, order_plan, set_apart
from fercore.labels import EXPRESSIONS, LabelSet


def _index(sizes, n_copies=0):
    """{label: (n_train, n_validation)}; the first images of each label have copies of equal content in training."""
    rows = []
    for label, (n_train, n_validation) in sizes.items():
        for split, n in (("train", n_train), ("validation", n_validation)):
            rows += [(f"{label}-{split}-{i:03}", label, split, f"{label}{split}{i}", "made") for i in range(n)]
        first = rows[-1]
        rows += [(f"{label}-copy-{i}", label, "train", first[3], "made") for i in range(n_copies)]
    return pd.DataFrame(rows, columns=["image", "label", "split", "digest", "source"], dtype=str)


sizes = st.integers(2, 5).flatmap(
    lambda n: st.fixed_dictionaries(
        {label: st.tuples(st.integers(2, 40), st.integers(2, 12)) for label in EXPRESSIONS[:n]}
    )
)


@settings(max_examples=40, deadline=None)
@given(sizes, st.integers(1, 30), st.integers(0, 3), st.integers(0, 2**32 - 1))
def test_every_label_gives_as_many_images_and_every_false_label_gets_as_many(sizes, per_label, n_copies, seed):
    index, label_set = _index(sizes, n_copies), LabelSet(tuple(sizes))
    selection = choose_experimental(index, label_set, per_label, seed)
    plan = selection.plan

    assert plan["image"].is_unique
    assert (plan["true_label"] != plan["false_label"]).all()
    labels = index.set_index("image")["label"]
    assert labels[plan["image"]].tolist() == plan["true_label"].tolist()

    n_most = min(train // 2 + validation // 2 for train, validation in sizes.values())
    n = selection.per_label
    assert set(plan["true_label"].value_counts()) == {n}
    assert n <= min(per_label, n_most)
    assert n == per_label or n > n_most - (len(label_set) - 1)
    if n < per_label and n >= len(label_set) - 1:
        assert n % (len(label_set) - 1) == 0
    assert (n == per_label) or any("instead of" in note for note in selection.notes)
    conditions = plan.groupby(["true_label", "false_label"]).size()
    counts = [conditions.get((c.true_label, c.false_label), 0) for c in label_set.conditions]
    assert max(counts) - min(counts) <= 1

    apart, copies = set_apart(index, plan)
    shown = set(apart.loc[apart["split"] == "experimental", "digest"])
    assert len(shown) == len(plan)
    assert not shown & set(apart.loc[apart["split"] != "experimental", "digest"])
    assert len(apart) + len(copies) == len(index)
    for label, (n_train, n_validation) in sizes.items():
        left = apart[apart["label"] == label].groupby("split")["digest"].nunique()
        assert left["train"] >= (n_train + 1) // 2
        assert left["validation"] >= (n_validation + 1) // 2


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 2**32 - 1), st.randoms(use_true_random=False))
def test_the_choice_depends_on_the_seed_and_not_on_the_order_of_rows(seed, random):
    index, label_set = _index({"happy": (9, 5), "sad": (8, 6), "fear": (9, 9)}), LabelSet(("happy", "sad", "fear"))
    rows = list(index.index)
    random.shuffle(rows)
    plan = choose_experimental(index, label_set, 4, seed).plan
    pd.testing.assert_frame_equal(plan, choose_experimental(index.loc[rows], label_set, 4, seed).plan)


def test_another_seed_chooses_other_images():
    index, label_set = _index({"happy": (99, 50), "sad": (80, 60)}), LabelSet(("happy", "sad"))
    a, b = (set(choose_experimental(index, label_set, 20, seed).plan["image"]) for seed in (0, 1))
    assert a != b


def test_the_design_of_the_paper():
    index = _index(dict.fromkeys(EXPRESSIONS, (100, 80)))
    selection = choose_experimental(index, LabelSet(), 35, 0)
    assert len(selection.plan) == 280
    assert set(selection.plan.groupby(["true_label", "false_label"]).size()) == {5}
    assert selection.notes == ()
    assert selection.plan["image"].str.contains("-validation-").all()


def test_training_images_fill_up_what_validation_cannot_give():
    index = _index({"happy": (40, 10), "sad": (40, 60)})
    plan = choose_experimental(index, LabelSet(("happy", "sad")), 12, 0).plan
    drawn = plan.assign(train=plan["image"].str.contains("-train-")).groupby("true_label")["train"].sum()
    assert drawn.to_dict() == {"happy": 7, "sad": 0}


def test_a_content_with_two_labels_is_never_experimental():
    index = _index({"happy": (2, 8), "sad": (2, 8)})
    index.loc[index["image"].isin(["happy-validation-000", "sad-validation-000"]), "digest"] = "both"
    for seed in range(20):
        chosen = set(choose_experimental(index, LabelSet(("happy", "sad")), 3, seed).plan["image"])
        assert not chosen & {"happy-validation-000", "sad-validation-000"}


def test_uneven_conditions_are_said():
    index = _index(dict.fromkeys(("happy", "sad", "fear"), (40, 40)))
    assert choose_experimental(index, LabelSet(("happy", "sad", "fear")), 5, 0).notes == (
        "5 images per label do not divide evenly among 2 false labels: conditions have 2 or 3.",
    )


def test_a_label_that_can_give_nothing_is_named():
    index = _index({"happy": (9, 9), "sad": (1, 1)})
    with pytest.raises(InputError, match=r"'sad' has 2 image\(s\)"):
        choose_experimental(index, LabelSet(("happy", "sad")), 5, 0)
    with pytest.raises(InputError, match="at least 1"):
        choose_experimental(index, LabelSet(("happy", "sad")), 0, 0)


def test_copies_of_experimental_images_leave_the_other_splits():
    index = _index({"happy": (2, 2), "sad": (2, 2)}, n_copies=2)
    plan = pd.DataFrame({"image": ["happy-copy-0"], "true_label": ["happy"], "false_label": ["sad"]})
    apart, copies = set_apart(index, plan)
    assert copies == ["happy-validation-001", "happy-copy-1"]
    assert apart.loc[apart["image"] == "happy-copy-0", "split"].tolist() == ["experimental"]
    assert apart.index.tolist() == [row for row in index.index if index["image"][row] not in copies]


def test_an_experimental_image_that_is_not_there_is_noticed():
    index = _index({"happy": (2, 2), "sad": (2, 2)})
    plan = pd.DataFrame({"image": ["nobody"], "true_label": ["happy"], "false_label": ["sad"]})
    with pytest.raises(DamagedError):
        set_apart(index, plan)


def test_a_plan_is_ordered_as_the_label_set_is():
    rows = [("b", "sad", "happy"), ("d", "happy", "fear"), ("a", "sad", "happy"), ("c", "happy", "sad")]
    plan = pd.DataFrame(rows, columns=["image", "true_label", "false_label"])
    ordered = order_plan(plan, LabelSet(("sad", "happy", "fear")))
    assert ordered["image"].tolist() == ["a", "b", "c", "d"]
    assert np.array_equal(ordered.index, range(4))
