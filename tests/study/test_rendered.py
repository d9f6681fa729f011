import cv2
import numpy as np
import pandas as pd
import pytest

from fercore.images.faces.generator import FaceSetSettings, FaceSettings
from fercore.labels import LabelSet
from fercore.store import digest_array
from fercore.study import Study
from fercore.study.observers import diagnostic_maps
from fercore.study.rendered import choose_false_labels, write_rendered_study
from fercore.study.shipped import lay_out


def test_false_labels_come_equally_often():
    labels = LabelSet()
    shown = pd.DataFrame({"image": [f"i{i:03d}" for i in range(280)], "label": [*labels] * 35})
    plan = choose_false_labels(shown, labels, seed=4)
    assert (plan.groupby(["true_label", "false_label"]).size() == 5).all()
    assert plan.groupby(["true_label", "false_label"]).ngroups == 56
    truth = dict(zip(shown["image"], shown["label"], strict=True))
    assert all(truth[image] == label for image, label in zip(plan["image"], plan["true_label"], strict=True))
    assert plan.equals(choose_false_labels(shown.sample(frac=1, random_state=1).sort_values("image"), labels, seed=4))


@pytest.mark.slow
def test_a_rendered_study_is_laid_out_like_any_other(tmp_path):
    settings = FaceSetSettings(
        seed=1, labels=("happy", "anger"), n_train=4, n_validation=2, n_experimental=4, face=FaceSettings(side=48)
    )
    shipped = tmp_path / "shipped"
    shipped.mkdir()
    write_rendered_study(shipped, settings, "1", 1, lambda *_: None)
    lay_out(shipped, tmp_path / "default")
    study = Study(tmp_path / "default")
    assert study.card.version == "1"
    assert list(study.images.index["split"].value_counts().loc[["train", "validation", "experimental"]]) == [4, 2, 4]
    assert [digest_array(np.asarray(image)) for image in study.images.pixels] == list(study.images.index["digest"])
    assert list(study.landmarks["image"]) == list(study.plan["image"])
    np.testing.assert_allclose(diagnostic_maps(study).sum(axis=(1, 2)), 1, rtol=1e-3)
    assert set(study.plan["true_label"]) == {"happy", "anger"}
    assert cv2.getNumThreads() >= 1
