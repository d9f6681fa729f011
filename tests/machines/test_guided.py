from dataclasses import replace

import numpy as np
import pytest
import torch

from fercore.errors import InputError
from fercore.machines.guided import GuidedImages, correlation
from fercore.machines.inputs import normalise, shared_input
from fercore.machines.network import build_classifier
from fercore.machines.pair_data import training_data
from fercore.machines.regime import OTHERS
from fercore.settings import GuidanceSettings


@pytest.fixture
def lesson(images, guidance, settings, device):
    data = training_data(images, ("happy", "sad"), balanced=True, rng=np.random.default_rng(0))
    pixels = shared_input(images, 16)

    def make(guided_by=guidance, **changes):
        changed = replace(settings, guidance=GuidanceSettings(**changes))
        return GuidedImages(pixels, data, device, guided_by, (0, 1), OTHERS, changed)

    return make


def test_correlation_is_pearsons_over_positions():
    a, b = np.random.default_rng(0).normal(size=(2, 5, 4, 4))
    expected = [np.corrcoef(x.ravel(), y.ravel())[0, 1] for x, y in zip(a, b, strict=True)]
    np.testing.assert_allclose(correlation(torch.tensor(a), torch.tensor(b)), expected, atol=1e-5)


def test_a_constant_map_has_no_correlation_and_finite_gradients():
    a = torch.ones(2, 4, 4, requires_grad=True)
    r = correlation(a, torch.rand(2, 4, 4))
    r.sum().backward()
    assert torch.equal(r, torch.zeros(2))
    assert torch.isfinite(a.grad).all()


def test_maps_are_drawn_to_peoples(images, guidance, settings, device):
    large = replace(
        guidance,
        blurred=np.kron(guidance.blurred, np.ones((4, 4), np.uint8)),
        attention=np.kron(guidance.attention, np.ones((4, 4), np.float32)),
    )
    data = training_data(images, ("happy", "sad"), balanced=True, rng=np.random.default_rng(0))
    lesson = GuidedImages(shared_input(images, 64), data, device, large, (0, 1), OTHERS, settings)
    classifier = build_classifier("small", 2, seed=0).train()
    optimizer = torch.optim.Adam(classifier.parameters(), lr=5e-3)
    losses = []
    for step in range(15):
        beside = lesson.beside(torch.Generator().manual_seed(step))
        loss = beside.loss(*classifier.evidence(normalise(beside.images))[:2])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    assert min(losses) >= 0
    assert max(losses) <= 2
    assert losses[-1] < 0.7 * losses[0]


def test_weight_is_a_factor_and_0_shows_nothing_beside(lesson):
    assert lesson(attention_weight=0.0).beside(torch.Generator()) is None
    features, weights = torch.rand(8, 5, 4, 4), torch.randn(2, 5)
    one, three = (
        lesson(attention_weight=w).beside(torch.Generator().manual_seed(1)).loss(features, weights) for w in (1.0, 3.0)
    )
    assert three.item() == pytest.approx(3 * one.item(), rel=1e-5)


def test_images_that_nobody_solved_do_not_guide(lesson, guidance):
    blind = replace(guidance, attention=np.zeros_like(guidance.attention))
    with pytest.raises(InputError, match="Nobody answered correctly"):
        lesson(guided_by=blind)
