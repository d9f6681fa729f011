from dataclasses import replace

import torch

from fercore.machines.device import choose_device


def test_the_choice_says_why():
    device = choose_device(threads=3)
    assert device.kind in ("cpu", "cuda")
    assert device.precision in ("float32", "bfloat16")
    assert device.threads == 3
    assert device.reason.endswith(".")
    assert device.card()["reason"] == device.reason


def test_the_precision_is_that_of_what_is_computed():
    x = torch.ones(2, 2)
    cpu = replace(choose_device(), kind="cpu")
    for precision, dtype in (("float32", torch.float32), ("bfloat16", torch.bfloat16)):
        with replace(cpu, precision=precision).autocast():
            assert (x @ x).dtype == dtype


def test_networks_are_placed_in_the_devices_order():
    device = replace(choose_device(), kind="cpu")
    for channels_last in (True, False):
        network = torch.nn.Conv2d(4, 4, 3)
        replace(device, channels_last=channels_last).place(network)
        assert network.weight.is_contiguous(memory_format=torch.channels_last) == channels_last
