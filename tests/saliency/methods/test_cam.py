import numpy as np
import pytest
import torch
from torch import nn

from fercore.errors import InputError, SettingsError
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


def test_the_contrast_is_the_label_s_map_less_that_of_the_other(classifier, noise, targets, silent):
    contrast = cam.explain(classifier, noise, targets, CamSettings(evidence="contrast"), report=silent)["maps"]
    own, other = (
        cam.explain(classifier, noise, chosen, CamSettings(), report=silent)["maps"]
        for chosen in (targets, 1 - targets)
    )
    np.testing.assert_allclose(contrast, own - other, rtol=1e-4, atol=1e-6)


def test_among_many_labels_the_strongest_other_is_the_rival(classifier, silent, noise):
    network = type(classifier)(classifier.features, nn.Linear(12, 4)).eval()
    own = torch.tensor([0, 1, 2, 3, 0])
    with torch.no_grad():
        rivals = network(noise).scatter(1, own[:, None], -torch.inf).argmax(dim=1)
    contrast = cam.explain(network, noise, own, CamSettings(evidence="contrast"), report=silent)["maps"]
    mine, theirs = (
        cam.explain(network, noise, chosen, CamSettings(), report=silent)["maps"] for chosen in (own, rivals)
    )
    np.testing.assert_allclose(contrast, mine - theirs, rtol=1e-4, atol=1e-6)


def test_other_evidence_is_refused(classifier, noise, targets, silent):
    with pytest.raises(SettingsError, match="evidence is 'both'; it must be one of label, contrast"):
        cam.explain(classifier, noise, targets, CamSettings(evidence="both"), report=silent)
