import math

import numpy as np
import pytest
import torch

from fercore.saliency.mask import MaskOperator, MaskShape

CPU = torch.device("cpu")


def mask_by_definition(parameters, shape):
    """Compute one bordered mask pixel by pixel from parameters (n_nodes, n_nodes), as the formula reads."""
    rows = []
    for y in range(-shape.sigma, shape.bordered_side - shape.sigma):
        row = []
        for x in range(-shape.sigma, shape.bordered_side - shape.sigma):
            numerator, denominator = torch.zeros((), dtype=torch.float64), torch.zeros((), dtype=torch.float64)
            for i in range(y // shape.step - shape.radius, y // shape.step + shape.radius + 1):
                for j in range(x // shape.step - shape.radius, x // shape.step + shape.radius + 1):
                    r = math.hypot(y - i * shape.step, x - j * shape.step) / shape.sigma
                    on_grid = 0 <= i < shape.n_nodes and 0 <= j < shape.n_nodes
                    z = math.exp(-2 * max(0, r - 0.5) ** 2) * parameters[i, j] if on_grid else torch.zeros(())
                    numerator = numerator + z * torch.exp(20 * z)
                    denominator = denominator + torch.exp(20 * z)
            row.append(numerator / denominator)
        rows.append(torch.stack(row))
    return torch.stack(rows)


@pytest.mark.parametrize("side", [224, 128, 64])
def test_published_lengths_scale_with_the_image(side):
    shape = MaskShape.of(side, 1 / 32, 3.0)
    assert (shape.step, shape.sigma, shape.n_nodes, shape.radius) == (side // 32, 3 * side // 32, 32, 4)


def test_the_mask_has_the_published_size():
    assert MaskShape.of(224, 1 / 32, 3.0).bordered_side == 260
    assert MaskShape(128, 7, 21).bordered_side == 169


@pytest.mark.parametrize("shape", [MaskShape(7, 1, 2), MaskShape(9, 2, 3), MaskShape(8, 3, 4)])
def test_masks_and_gradients_are_those_of_the_formula(shape):
    generator = torch.Generator().manual_seed(1)
    parameters = torch.rand(shape.n_nodes**2, 2, generator=generator).requires_grad_()
    masks = MaskOperator(shape, CPU).bordered(parameters)
    weights = torch.rand(masks.shape, generator=generator)
    (gradient,) = torch.autograd.grad((masks * weights).sum(), parameters)

    exact = parameters.detach().double().requires_grad_()
    expected = torch.stack([mask_by_definition(exact[:, n].view(shape.n_nodes, -1), shape) for n in range(2)])
    (expected_gradient,) = torch.autograd.grad((expected * weights).sum(), exact)
    np.testing.assert_allclose(masks.detach(), expected.detach(), atol=2e-6)
    np.testing.assert_allclose(gradient, expected_gradient, rtol=2e-4, atol=2e-5)


def test_an_empty_mask_is_zero_and_a_full_one_nearly_one_inside():
    operator = MaskOperator(MaskShape.of(32, 1 / 32, 3.0), CPU)
    empty, full = operator.bordered(torch.stack([torch.zeros(32**2), torch.ones(32**2)], dim=1))
    assert empty.abs().max() == 0
    assert operator.image_part(full[None])[0, 8:-8, 8:-8].min() > 0.9
    assert full.max() <= 1


def test_a_mask_does_not_depend_on_how_many_are_computed():
    operator = MaskOperator(MaskShape.of(32, 1 / 32, 3.0), CPU)
    parameters = torch.rand(32**2, 37, generator=torch.Generator().manual_seed(2))
    weights = torch.rand(37, 38, 38, generator=torch.Generator().manual_seed(3))

    def masks_and_gradients(rows):
        chosen = parameters[:, rows].clone().requires_grad_()
        masks = operator.bordered(chosen)
        return masks.detach(), torch.autograd.grad((masks * weights[rows]).sum(), chosen)[0]

    masks, gradients = masks_and_gradients(slice(0, 37))
    for rows in (slice(0, 1), slice(4, 9), slice(20, 37)):
        part, part_gradients = masks_and_gradients(rows)
        assert torch.equal(part, masks[rows])
        assert torch.equal(part_gradients, gradients[:, rows])


def test_the_image_part_has_the_images_side():
    operator = MaskOperator(MaskShape.of(48, 1 / 32, 3.0), CPU)
    assert operator.image_part(operator.bordered(operator.uniform(3))).shape == (3, 48, 48)
