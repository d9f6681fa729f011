import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from fercore.saliency.area import area_penalty


def by_sorting(mask, area):
    n_zeros = int(len(mask) * (1 - area))
    template = np.r_[np.zeros(n_zeros), np.ones(len(mask) - n_zeros)]
    return float(np.mean((np.sort(mask) - template) ** 2))


@given(st.integers(0, 2**32 - 1), st.sampled_from(["shared", "position"]), st.integers(1, 3))
def test_the_penalty_is_that_of_the_sorted_mask(seed, ties, decimals):
    masks = np.random.default_rng(seed).random((2, 3, 60)).round(decimals)
    areas = (0.1, 0.5, 0.9)
    penalty = area_penalty(torch.from_numpy(masks), areas, ties)
    expected = [[by_sorting(mask, area) for mask, area in zip(row, areas, strict=True)] for row in masks]
    np.testing.assert_allclose(penalty, expected, atol=1e-6)


@pytest.mark.parametrize("ties", ["shared", "position"])
def test_a_mask_of_its_area_is_not_penalised(ties):
    mask = torch.zeros(1, 1, 40)
    mask[..., 7:17] = 1
    assert area_penalty(mask, (0.25,), ties).item() == 0


def gradient_of(mask, area, ties):
    mask = torch.as_tensor(mask, dtype=torch.float32)[None, None].requires_grad_()
    return torch.autograd.grad(area_penalty(mask, (area,), ties).sum(), mask)[0][0, 0].numpy() * mask.shape[2]


def test_tied_values_share_the_gradient():
    gradient = gradient_of([0.1, 0.5, 0.5, 0.5, 0.5, 0.9], 0.5, "shared")
    # three zeros: 0.1 and half of the four ties
    np.testing.assert_allclose(gradient, [0.2, 0, 0, 0, 0, -0.2], atol=1e-6)


def test_ties_by_position_lower_the_upper_left_first():
    gradient = gradient_of([0.1, 0.5, 0.5, 0.5, 0.5, 0.9], 0.5, "position")
    np.testing.assert_allclose(gradient, [0.2, 1, 1, -1, -1, -0.2], atol=1e-6)


def test_rounding_errors_do_not_break_ties():
    gradient = gradient_of([0.1, 0.5, 0.5 + 1e-7, 0.5 - 1e-7, 0.5, 0.9], 0.5, "shared")
    np.testing.assert_allclose(gradient[1:5], 0, atol=1e-5)


def test_a_constant_mask_is_pushed_evenly():
    gradient = gradient_of(np.full(50, 0.8), 0.1, "shared")
    assert np.ptp(gradient) == 0
    assert gradient[0] > 0
