import numpy as np
import pytest

from fercore.errors import InputError
from fercore.images.image_set import ImageSet
from fercore.labels import LabelSet
from fercore.machines.pair_data import images_per_epoch, training_data


def _data(images, labels=("happy", "fear"), balanced=True, seed=0):
    return training_data(images, labels, balanced=balanced, rng=np.random.default_rng(seed))


def test_the_larger_label_is_undersampled_to_the_smaller(images):
    data = _data(images)
    chosen = images.index.loc[data.rows]
    assert chosen["label"].value_counts().to_dict() == {"happy": 12, "fear": 12}
    assert (chosen["split"] == "train").all()
    assert (chosen["label"].map({"happy": 0, "fear": 1}) == data.targets).all()
    assert len(set(data.rows)) == 24


def test_all_validation_images_of_the_labels_are_used(images):
    data = _data(images)
    chosen = images.index.loc[data.validation_rows]
    assert chosen[["label", "split"]].value_counts().to_dict() == {
        ("happy", "validation"): 3,
        ("fear", "validation"): 3,
    }
    assert data.validation_targets.tolist() == [0, 0, 0, 1, 1, 1]


def test_the_seed_decides_which_images_stay(images):
    np.testing.assert_array_equal(_data(images).rows, _data(images).rows)
    assert set(_data(images, seed=1).rows) != set(_data(images).rows)


def test_unbalanced_labels_weigh_the_same_in_the_loss(images):
    data = _data(images, ("happy", "sad", "fear"), balanced=False)
    assert len(data.rows) == 12 + 9 + 15
    per_image = data.label_weights(3)[data.targets]
    assert per_image.mean() == pytest.approx(1)
    np.testing.assert_allclose(np.bincount(data.targets, per_image), [12, 12, 12], rtol=1e-6)


@pytest.mark.parametrize("split", ["train", "validation"])
def test_the_pixels_of_an_experimental_image_are_refused_under_any_name(images, split):
    index = images.index.copy()
    shown = index.loc[index["image"] == "experimental-sad-1", "digest"].item()
    index.loc[index["image"] == f"{split}-happy-1", "digest"] = shown
    with pytest.raises(InputError, match=f"'{split}-happy-1'"):
        _data(ImageSet(index, images.pixels), balanced=False)


def test_a_label_without_training_images_is_named(images):
    with pytest.raises(InputError, match="'anger'"):
        _data(images, ("happy", "anger"))


def test_an_epoch_of_affectnets_28_pairs_shows_what_the_paper_counts():
    counts = {
        "neutral": 74874, "happy": 134415, "sad": 25459, "surprise": 14090, "fear": 6378, "disgust": 3803, "anger": 24882,
        "contempt": 3750,
    }  # fmt: skip
    assert sum(counts.values()) == 287_651
    assert images_per_epoch(counts, LabelSet(tuple(counts)).pairs) == 675_512
