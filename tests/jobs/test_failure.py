import errno

import numpy as np
import pytest
import torch
from safetensors import SafetensorError

from fercore.errors import UnknownNameError
from fercore.jobs.failure import failure_sentence


def test_an_error_for_the_user_is_passed_on():
    error = UnknownNameError("network", "resnet51", ["resnet50", "small"])
    assert failure_sentence(error) == "There is no network called 'resnet51'. Did you mean 'resnet50'?"


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT])
def test_a_full_disk_is_named(number):
    assert "disk is full" in failure_sentence(OSError(number, "no room"))


def test_a_full_disk_is_named_without_an_error_number():
    error = SafetensorError("Error while serializing: I/O error: No space left on device (os error 28)")
    assert "disk is full" in failure_sentence(error)


def test_exhausted_memory_is_named():
    with pytest.raises(MemoryError) as numpy_error:
        np.zeros((2**55,), np.uint8)
    with pytest.raises(RuntimeError) as torch_error:
        torch.zeros((2**60,), dtype=torch.uint8)
    for error in (numpy_error.value, torch_error.value, MemoryError(), torch.OutOfMemoryError("CUDA out of memory.")):
        assert failure_sentence(error).startswith("Memory ran out.")


def test_anything_else_points_to_the_log():
    assert "(KeyError: 'happy')" in failure_sentence(KeyError("happy"))
    assert "(ValueError)" in failure_sentence(ValueError())
