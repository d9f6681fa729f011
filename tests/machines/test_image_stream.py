import numpy as np
import pytest
import torch

from fercore.machines.device import Device
from fercore.machines.image_stream import MAPPED, RESIDENT, STREAMED, ImageStream, choose_way
from fercore.machines.inputs import gather

ROWS = np.array([3, 1, 4, 0, 2])


@pytest.fixture(params=["colour", "gray"])
def pixels(request):
    stored = np.random.default_rng(0).integers(0, 256, (6, 8, 8, 3 if request.param == "colour" else 1), dtype=np.uint8)
    return np.broadcast_to(stored, (6, 8, 8, 3))


@pytest.mark.parametrize("way", [MAPPED, RESIDENT, STREAMED])
@pytest.mark.parametrize("sizes", [[5], [2, 2, 1], [1, 1, 1, 1, 1]])
def test_every_way_brings_the_same_images_in_the_order_asked_for(pixels, device, way, sizes):
    order = np.split(np.array([4, 0, 2, 1, 3]), np.cumsum(sizes)[:-1])
    found = list(ImageStream(pixels, ROWS, device, way).batches(order))
    assert [len(batch) for batch in found] == sizes
    for batch, examples in zip(found, order, strict=True):
        assert torch.equal(batch, gather(pixels, ROWS[examples], device))
        assert batch.is_contiguous(memory_format=device.memory_format)


def test_no_batches_are_no_images(pixels, device):
    for way in (MAPPED, RESIDENT, STREAMED):
        assert list(ImageStream(pixels, ROWS, device, way).batches([])) == []


def test_a_cpu_reads_the_memory_map():
    assert choose_way(Device("cpu", "float32", True, 1, ""), 10**15) == MAPPED
