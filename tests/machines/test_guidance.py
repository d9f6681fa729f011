from dataclasses import replace

import numpy as np
import pytest

from fercore.errors import DamagedError, InputError
from fercore.machines.guidance import GUIDANCE_FILE, read_guidance, require_guidance, write_guidance
from fercore.machines.regime import OTHERS, OWN


def test_what_is_written_is_read(guidance, tmp_path):
    write_guidance(tmp_path, guidance)
    again = read_guidance(tmp_path)
    for name, value in vars(guidance).items():
        np.testing.assert_array_equal(getattr(again, name), value)
        assert getattr(again, name).dtype == value.dtype


def test_a_damaged_file_is_named(guidance, tmp_path):
    write_guidance(tmp_path, guidance)
    (tmp_path / GUIDANCE_FILE).write_bytes(b"nothing")
    with pytest.raises(DamagedError, match=r"people\.safetensors"):
        read_guidance(tmp_path)


def test_masks_are_what_was_packed(guidance, uncovered):
    np.testing.assert_array_equal(guidance.masks(np.array([3, 0])), uncovered[[3, 0]])


def test_a_classifiers_own_images_and_the_others_share_none(guidance):
    own, others = (set(guidance.images_of((0, 1), which)) for which in (OWN, OTHERS))
    assert not own & others
    for row in own:
        assert {guidance.true_labels[row], guidance.false_labels[row]} == {0, 1}
    for row in others:
        assert guidance.true_labels[row] in (0, 1)
        assert guidance.false_labels[row] == 2
    assert own | others == set(np.flatnonzero(np.isin(guidance.true_labels, (0, 1))))


def test_a_study_without_correct_trials_is_refused(guidance):
    assert require_guidance(guidance, "finetuned") is guidance
    for nothing in (None, replace(guidance, correct=np.zeros(12, bool))):
        with pytest.raises(InputError, match="'finetuned' learns from people"):
            require_guidance(nothing, "finetuned")
