import numpy as np
import pytest
import torch

from fercore.saliency.randomness import seeded

CPU = torch.device("cpu")


def draw():
    return torch.rand(3).tolist(), np.random.random_sample(3).tolist()  # noqa: NPY002 - what captum does


def test_the_same_seed_draws_the_same_numbers():
    drawn = []
    for seed in (1, 1, 2):
        with seeded(seed, CPU):
            drawn.append(draw())
    assert drawn[0] == drawn[1] != drawn[2]


def fail():
    with seeded(4, CPU):
        draw()
        raise ArithmeticError


def test_generators_go_on_as_if_nothing_had_been_drawn():
    with seeded(3, CPU):
        expected = draw(), draw()
    with seeded(3, CPU):
        first = draw()
        with pytest.raises(ArithmeticError):
            fail()
        assert (first, draw()) == expected
