import numpy as np
import pytest
import torch

from fercore.saliency.mask import MaskOperator, MaskShape
from fercore.saliency.settling import LOOK_EVERY, Descent

OPERATOR = MaskOperator(MaskShape.of(32, 1 / 32, 3.0), torch.device("cpu"))


def slide(n_images, pace, n_steps):
    """Masks whose parameters move evenly: those of image i by ``pace[i]`` (nodes, A) a step."""
    descent = Descent.start(OPERATOR, n_images, pace.shape[-1])
    for step in range(n_steps):
        descent.parameters.add_(pace.transpose(0, 1)).clamp_(0, 1)
        descent.taken += 1
        if step < n_steps - 1:
            descent.look(800)
            descent.leave_behind()
    return descent


def test_steps_are_those_of_torch():
    gradients = torch.randn(30, 32**2, 3, 2, generator=torch.Generator().manual_seed(0))
    expected = torch.ones(32**2, 6, requires_grad=True)
    sgd = torch.optim.SGD([expected], lr=0.05, momentum=0.9, dampening=0.9)
    descent = Descent.start(OPERATOR, 3, 2)
    for gradient in gradients:
        expected.grad = gradient.flatten(1)
        sgd.step()
        with torch.no_grad():
            expected.clamp_(0, 1)
        descent.step(gradient, 0.05, 0.9)
    torch.testing.assert_close(descent.parameters.flatten(1), expected.detach(), rtol=0, atol=0)
    assert descent.taken.tolist() == [30, 30, 30]


def test_masks_that_move_evenly_are_settled_at_the_second_look():
    pace = torch.zeros(2, 32**2, 1)
    pace[0, :500] = -0.01  # goes on as it does
    descent = slide(2, pace, 2 * LOOK_EVERY)
    assert descent.look(800).tolist() == [0, 0]


def test_a_turn_of_the_way_is_seen():
    descent = Descent.start(OPERATOR, 1, 2)
    descent.taken += LOOK_EVERY
    descent.parameters[:256, 0, 1] -= 0.1  # a quarter of one mask begins to fall
    assert descent.look(800).tolist() == [0.25]
    descent.leave_behind()
    descent.taken += LOOK_EVERY
    assert descent.look(800).item() == pytest.approx(
        0.25 * 0.9
    )  # and stays where it is: it is not heading for 0 any more
    descent.leave_behind()
    descent.taken += 1
    assert descent.look(800).tolist() == [1]  # no look is due


def test_masks_move_on_until_they_have_their_area():
    pace = torch.zeros(1, 32**2, 2)
    row = torch.arange(32**2) // 32
    pace[0, :, 0] = pace[0, :, 1] = -0.002 * (1 + row / 32)
    descent = slide(1, pace, LOOK_EVERY)
    moved = descent.moved_on(OPERATOR, (0.2, 0.05), 800)
    covered = OPERATOR.bordered(moved.flatten(1)).mean(dim=(1, 2))
    np.testing.assert_allclose(covered, [0.2, 0.05], atol=0.005)
    short = descent.moved_on(OPERATOR, (0.2, 0.05), LOOK_EVERY + 5)  # the schedule ends before
    torch.testing.assert_close(short, descent.parameters + 5 * pace.transpose(0, 1))
    assert descent.moved_on(OPERATOR, (0.2, 0.05), LOOK_EVERY) is descent.parameters


def test_images_leave_and_join_without_a_trace():
    pace = -0.01 * torch.rand(3, 32**2, 2, generator=torch.Generator().manual_seed(1))
    descent = slide(3, pace, 7)
    kept = descent.at(torch.tensor([True, False, True]))
    both = kept.joined(Descent.start(OPERATOR, 1, 2))
    torch.testing.assert_close(both.parameters[:, :2], descent.parameters[:, [0, 2]])
    assert both.taken.tolist() == [7, 7, 0]
    assert len(both) == 3
    assert both.to_next_look(800) == LOOK_EVERY - 7
    assert both.to_next_look(10) == 3
