"""Settings with which every saliency method is done in a moment."""

import dataclasses

import pytest

from fercore.saliency.maps import SETTINGS

QUICK = {
    "extremal-perturbation": {"steps": 8, "areas": (0.1, 0.3), "learning_rate": 0.1},
    "integrated-gradients": {"n_steps": 6},
    "smooth-grad": {"n_samples": 4},
    "gradient-shap": {"n_samples": 4},
    "occlusion": {"window_fraction": 1 / 4, "stride_fraction": 1 / 8},
    "rise": {"n_masks": 30},
}


@pytest.fixture(scope="session")
def quick_settings():
    """Give settings of a method."""
    return lambda method: dataclasses.replace(SETTINGS[method](), **QUICK.get(method, {}))
