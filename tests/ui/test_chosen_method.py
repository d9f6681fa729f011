"""What the chosen method changes: which maps are offered, and what stands beside the paper's three."""

import pytest

from fercore.figures.theme import LIGHT
from fercore.machines.cam_layer import CamLayer
from fercore.saliency.maps import SETTINGS, defined_methods
from fercore.ui.state import View


class Run:
    """A run as far as a view looks at it."""

    name = "one"
    pair_regime = "accuracy-90"

    def __init__(self, layer):
        self.cam_layer = layer


class Study:
    """A study with some maps."""

    def __init__(self, there):
        self.there = there

    def has_maps(self, _run, method):
        return method in self.there


NO_FEATURES = CamLayer("", (), "", "it has none")


@pytest.fixture
def viewed():
    return lambda method, there, layer=None: View(Study(there), Run(layer), method, LIGHT, "now")


def test_the_chosen_method_is_offered_beside_the_papers(viewed):
    assert viewed("rise", {"cam", "grad-cam"}).missing_maps == ("extremal-perturbation", "rise")
    assert viewed("rise", {"cam", "grad-cam", "extremal-perturbation", "rise"}).missing_maps == ()
    assert viewed("cam", {"cam", "grad-cam", "extremal-perturbation"}).missing_maps == ()


def test_what_is_not_defined_is_not_offered(viewed):
    assert viewed("layer-cam", set(), NO_FEATURES).missing_maps == ("extremal-perturbation",)
    assert set(SETTINGS) - set(defined_methods(Run(NO_FEATURES))) == {
        "cam", "grad-cam", "grad-cam-plus-plus", "layer-cam", "hires-cam", "guided-grad-cam",
    }  # fmt: skip


def test_comparisons_need_maps_of_the_papers_methods(viewed):
    assert viewed("rise", {"rise"}).has_no_maps
    assert not viewed("rise", {"cam"}).has_no_maps
