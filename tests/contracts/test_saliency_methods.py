"""What every saliency method keeps to, whichever modules there are."""

from contextlib import nullcontext

import numpy as np
import pytest
import torch
from torch import nn

from fercore.saliency.maps import CONTROLS, METHOD_LABELS, METHODS, SETTINGS
from fercore.settings import from_mapping, to_mapping

SIDE = 32


class Tiny(nn.Module):
    """Features with BatchNorm, averaged, and a linear head."""

    def __init__(self, gain=1.0):
        super().__init__()
        torch.manual_seed(11)
        self.features = nn.Sequential(
            nn.Conv2d(3, 6, 3, 2, 1, bias=False),
            nn.BatchNorm2d(6),
            nn.ReLU(inplace=True),
            nn.Conv2d(6, 8, 3, 2, 1),
            nn.ReLU(),
        )
        self.head = nn.Linear(8, 2)
        with torch.no_grad():
            self.head.weight.mul_(gain)

    def forward(self, x):
        return self.head(self.features(x).mean(dim=(2, 3)))


class Failing(nn.ReLU):
    def forward(self, x):
        raise ArithmeticError


@pytest.fixture(params=METHODS)
def method(request):
    return request.param


@pytest.fixture
def explain(method, quick_settings):
    def call(classifier, x, targets):
        return METHODS.get(method)(classifier, x, targets, quick_settings(method), report=[].append)

    return call


@pytest.fixture
def x():
    return torch.randn(5, 3, SIDE, SIDE, generator=torch.Generator().manual_seed(12))


@pytest.fixture
def targets():
    return torch.tensor([0, 1, 0, 0, 1])


def state_of(network):
    modules = [
        (m.training, list(m._forward_hooks.values()), list(m._forward_pre_hooks.values()), list(m._backward_hooks.values()))
        for m in network.modules()
    ]  # fmt: skip
    parameters = [((p.requires_grad, p.grad, p.device, p.dtype), p.detach().clone()) for p in network.parameters()]
    return modules, parameters, [b.clone() for b in network.buffers()]


def assert_same_state(before, after):
    assert before[0] == after[0]
    for (kind, value), (kind_now, value_now) in zip(before[1], after[1], strict=True):
        assert kind == kind_now
        assert torch.equal(value, value_now)
    assert all(torch.equal(a, b) for a, b in zip(before[2], after[2], strict=True))


def test_it_has_settings_and_a_label(method):
    assert METHOD_LABELS[method]
    settings = SETTINGS[method]()
    assert settings.target == "true"
    assert from_mapping(type(settings), to_mapping(settings)) == settings


def test_maps_are_finite_square_and_one_per_image(explain, x, targets):
    found = explain(Tiny().eval(), x, targets)
    maps = found["maps"]
    assert maps.dtype == np.float32
    assert maps.shape[0] == len(x)
    assert maps.shape[1] == maps.shape[2] <= SIDE
    assert maps.std() > 0
    for values in found.values():
        assert len(values) == len(x)
        assert np.isfinite(values).all()


def test_a_map_depends_on_its_target_unless_it_is_a_control(method, explain, x, targets):
    network = Tiny().eval()
    same = np.array_equal(explain(network, x, targets)["maps"], explain(network, x, 1 - targets)["maps"])
    assert same == (method in CONTROLS)


def test_a_map_does_not_depend_on_its_batch_mates(explain, x, targets):
    network = Tiny().eval()
    together = explain(network, x, targets)["maps"]
    alone = np.concatenate([explain(network, x[n : n + 1], targets[n : n + 1])["maps"] for n in range(len(x))])
    others = torch.cat([x[:1], 100 * x[1:]])
    np.testing.assert_allclose(alone, together, rtol=1e-5, atol=1e-6)
    np.testing.assert_allclose(explain(network, others, targets)["maps"][0], together[0], rtol=1e-5, atol=1e-6)


def test_maps_come_out_the_same_twice_and_leave_random_numbers_as_they_were(explain, x, targets):
    network = Tiny().eval()
    torch.manual_seed(1)
    np.random.seed(1)  # noqa: NPY002 - whoever draws from it is not to notice
    first = explain(network, x, targets)
    drawn = torch.rand(3), np.random.rand(3)  # noqa: NPY002
    torch.manual_seed(1)
    np.random.seed(1)  # noqa: NPY002
    assert torch.equal(drawn[0], torch.rand(3))
    np.testing.assert_array_equal(drawn[1], np.random.rand(3))  # noqa: NPY002
    torch.manual_seed(2)
    np.random.seed(2)  # noqa: NPY002
    second = explain(network, x, targets)
    for name, values in first.items():
        np.testing.assert_array_equal(values, second[name])


NOT_NEGATIVE = {
    "grad-cam", "grad-cam-plus-plus", "layer-cam", "hires-cam", "smooth-grad", "rise", "extremal-perturbation", *CONTROLS
}  # fmt: skip


def test_maps_are_signed_or_not_negative_as_their_method_says(method, explain, x, targets):
    maps = explain(Tiny().eval(), x, targets)["maps"]
    assert (maps.min() >= 0) == (method in NOT_NEGATIVE)
    if method == "extremal-perturbation":
        assert maps.max() <= len(SETTINGS[method]().areas)
    if method in (*CONTROLS, "rise"):
        assert maps.max() <= 1


@pytest.mark.parametrize("training", [True, False])
def test_the_classifier_is_left_as_it_was(explain, x, targets, training):
    network = Tiny().train(training)
    network.head.bias.requires_grad_(False)
    before = state_of(network)
    explain(network, x, targets)
    assert_same_state(before, state_of(network))


BACKWARDS = {"extremal-perturbation", "gradient-shap", "integrated-gradients", "smooth-grad"}
"""Methods that take gradients of the network itself; behind an average and a linear head CAM's kin need none, and others rewrite it."""


class FailingBackwards(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        return x.clone()

    @staticmethod
    def backward(ctx, gradient):
        raise ArithmeticError


class Irreversible(nn.ReLU):
    def forward(self, x):
        return FailingBackwards.apply(super().forward(x))


def test_the_classifier_is_left_as_it_was_after_an_exception_on_the_way_back(method, explain, x, targets):
    network = Tiny().train()
    network.features[0].register_forward_hook(print)  # the caller's own
    network.features[4] = Irreversible()
    before = state_of(network)
    with pytest.raises(ArithmeticError) if method in BACKWARDS else nullcontext():
        explain(network, x, targets)
    assert_same_state(before, state_of(network))


def test_a_report_that_breaks_off_leaves_the_classifier_as_it_was(method, quick_settings, x, targets):
    def broken(progress):
        raise KeyboardInterrupt

    network = Tiny().train()
    before = state_of(network)
    with pytest.raises(KeyboardInterrupt):
        METHODS.get(method)(network, x, targets, quick_settings(method), report=broken)
    assert_same_state(before, state_of(network))


def test_the_classifier_is_left_as_it_was_after_an_exception(method, explain, x, targets):
    network = Tiny().train()
    network.features[4] = Failing()
    before = state_of(network)
    with nullcontext() if method in CONTROLS else pytest.raises(ArithmeticError):
        explain(network, x, targets)
    assert_same_state(before, state_of(network))


def test_the_mode_of_the_classifier_does_not_matter(explain, x, targets):
    np.testing.assert_array_equal(
        explain(Tiny().train(), x, targets)["maps"], explain(Tiny().eval(), x, targets)["maps"]
    )


@pytest.mark.parametrize("value", [0.0, -2.0, 3.0])
def test_constant_images_have_finite_maps(explain, value):
    found = explain(Tiny().eval(), torch.full((2, 3, SIDE, SIDE), value), torch.tensor([0, 1]))
    assert all(np.isfinite(values).all() for values in found.values())


def test_saturated_classifiers_have_finite_maps(explain, x, targets):
    found = explain(Tiny(gain=1e6).eval(), x, targets)
    assert all(np.isfinite(values).all() for values in found.values())


def test_the_input_is_left_as_it_was(explain, x, targets):
    before = x.clone()
    explain(Tiny().eval(), x, targets)
    assert torch.equal(x, before)
    assert not x.requires_grad


def test_it_works_where_gradients_are_switched_off(explain, x, targets):
    network = Tiny().eval()
    expected = explain(network, x, targets)["maps"]
    with torch.no_grad():
        np.testing.assert_array_equal(explain(network, x, targets)["maps"], expected)


def test_progress_ends_at_its_total(method, quick_settings, x, targets):
    told = []
    METHODS.get(method)(Tiny().eval(), x, targets, quick_settings(method), report=told.append)
    assert told[-1]["done"] == told[-1]["total"] > 0
    assert told[-1]["message"]
