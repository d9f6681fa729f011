import numpy as np
import pytest
import torch

from fercore.errors import InputError
from fercore.saliency.methods import cam
from fercore.settings import CamSettings


def test_a_map_averages_to_the_logit_without_bias(classifier, noise, targets, silent):
    maps = cam.explain(classifier, noise, targets, CamSettings(), report=silent)["maps"]
    with torch.no_grad():
        logits = classifier(noise) - classifier.head.bias
    expected = logits.gather(1, targets[:, None])[:, 0]
    np.testing.assert_allclose(maps.mean(axis=(1, 2)), expected, rtol=1e-4, atol=1e-6)


def test_maps_are_signed(classifier, noise, targets, silent):
    maps = cam.explain(classifier, noise, targets, CamSettings(), report=silent)["maps"]
    assert maps.min() < 0 < maps.max()


def test_a_head_that_is_not_linear_is_refused(curved_classifier, noise, targets, silent):
    with pytest.raises(InputError, match="linear head"):
        cam.explain(curved_classifier, noise, targets, CamSettings(), report=silent)
