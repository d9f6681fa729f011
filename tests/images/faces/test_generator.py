from collections import Counter
from dataclasses import replace

import numpy as np
import pytest

from fercore.errors import InputError
from fercore.images.faces.generator import (
    FaceSetSettings,
    FaceSettings,
    generate,
    render_face,
    sitting_at,
    sittings,
    truth_maps,
)
from fercore.labels import EXPRESSIONS

SMALL = FaceSettings(side=48)
FEW = FaceSetSettings(seed=5, n_train=9, n_validation=3, n_experimental=2, face=SMALL)


@pytest.fixture(scope="module")
def few():
    return list(generate(FEW))


def test_the_default_set_is_the_default_study():
    everyone = list(sittings(FaceSetSettings()))
    counts = Counter((sitting.split, sitting.label) for sitting in everyone)
    assert len(everyone) == 3080
    assert counts == {
        (split, label): n
        for split, n in (("train", 310), ("validation", 40), ("experimental", 35))
        for label in EXPRESSIONS
    }


def test_no_person_is_in_two_splits_and_people_sit_several_times():
    people = {}
    for sitting in sittings(FaceSetSettings()):
        people.setdefault(sitting.split, Counter())[(sitting.identity, sitting.identity_seed)] += 1
    seeds = [seed for of_split in people.values() for _, seed in of_split]
    assert len(set(seeds)) == len(seeds)
    assert all(set(of_split.values()) == {4} for of_split in people.values())


def test_every_sitting_has_its_own_seed():
    seeds = [sitting.seed for sitting in sittings(FaceSetSettings())]
    assert len(set(seeds)) == len(seeds)


def test_labels_are_shuffled_within_rounds():
    labels = [sitting.label for sitting in sittings(FaceSetSettings(n_validation=0, n_experimental=0))]
    rounds = [tuple(labels[start : start + 8]) for start in range(0, len(labels), 8)]
    assert all(sorted(one) == sorted(EXPRESSIONS) for one in rounds)
    assert len(set(rounds)) > 250


def test_one_face_alone_is_the_same_as_in_a_batch(few):
    larger = replace(FEW, n_train=50)
    for face in (few[3], few[10]):
        sitting = sitting_at(larger, face.sitting.split, face.sitting.position)
        assert sitting == face.sitting
        alone = render_face(sitting, SMALL)
        assert alone.jpeg == face.jpeg
        np.testing.assert_array_equal(alone.landmarks, face.landmarks)


def test_faces_do_not_depend_on_the_number_of_processes(few):
    assert [face.jpeg for face in generate(FEW, n_workers=2)] == [face.jpeg for face in few]


def test_another_seed_gives_other_faces(few):
    assert next(generate(replace(FEW, seed=6))).jpeg != few[0].jpeg


def test_images_are_rgb_bytes_of_the_asked_side(few):
    for face in few:
        assert face.image.shape == (48, 48, 3)
        assert face.image.dtype == np.uint8
        assert face.image.std() > 10


def test_landmarks_lie_inside_the_face_and_in_place(few):
    for face in few:
        left, right, mouth = face.landmarks
        assert left[0] < mouth[0] < right[0]
        assert mouth[1] > max(left[1], right[1])
        assert (face.landmarks > 0.1 * 48).all()
        assert (face.landmarks < 0.9 * 48).all()


def test_truth_maps_are_distributions_over_the_picture(few):
    for face in few[:2]:
        false_label = next(label for label in EXPRESSIONS if label != face.sitting.label)
        maps = truth_maps(face.sitting, false_label, SMALL)
        for image in (maps.motion, maps.appearance):
            assert image.shape == (56, 56)
            assert image.dtype == np.float32
            assert np.isfinite(image).all()
            assert (image >= 0).all()
            assert image.sum() == pytest.approx(1, abs=1e-4)


def test_the_true_label_is_no_false_label(few):
    with pytest.raises(InputError, match="is the true one"):
        truth_maps(few[0].sitting, few[0].sitting.label, SMALL)


@pytest.mark.parametrize(
    "wrong",
    [{"labels": ("bored",)}, {"labels": ()}, {"labels": ("happy", "happy")}, {"seed": -1}, {"images_per_identity": 0}],
)
def test_impossible_sets_are_refused(wrong):
    with pytest.raises(InputError):
        FaceSetSettings(**wrong)


@pytest.mark.parametrize("wrong", [{"side": 8}, {"overlap": 1.5}, {"hardness": -0.1}])
def test_impossible_pictures_are_refused(wrong):
    with pytest.raises(InputError):
        FaceSettings(**wrong)
