"""Settings of the methods that our paper does not use; those of its three stand in `fercore.settings`. Needs no torch.

Lengths are fractions of the image side, so that maps of images of other sides compare. Where a method needs an image without
evidence, it is the experiment's own: blurred and gray, as people saw it before the first click. A method knows nothing of
the study, so the blur is a setting, whose default is the design's.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from fercore.settings import LATER, DesignSettings

BLUR = DesignSettings().blur_fraction
"""The blur of the paper's experiment."""


@dataclass(frozen=True)
class MethodSettings:
    """What all methods have."""

    target: str = "true"
    """Whose evidence is mapped: the ``true`` label (default), or the ``predicted`` one."""


@dataclass(frozen=True)
class LayerSettings(MethodSettings):
    """What methods have that map a layer."""

    layer: str = field(default="", metadata=LATER)
    """Module whose output is mapped, such as ``body.layer3``; the last feature map when empty."""


@dataclass(frozen=True)
class GradCamPlusPlusSettings(LayerSettings):
    """Grad-CAM++ (Chattopadhyay et al. 2018)."""


@dataclass(frozen=True)
class LayerCamSettings(LayerSettings):
    """LayerCAM (Jiang et al. 2021)."""


@dataclass(frozen=True)
class HiResCamSettings(LayerSettings):
    """HiResCAM (Draelos, Carin 2020)."""


@dataclass(frozen=True)
class IntegratedGradientsSettings(MethodSettings):
    """Integrated Gradients (Sundararajan, Taly, Yan 2017), from the experiment's blurred image."""

    n_steps: int = 50
    """Points of the path at which gradients are taken (Gauss-Legendre)."""
    blur_fraction: float = BLUR
    """Side of the kernel of the blurred gray image where the path begins, as a fraction of the image side."""


@dataclass(frozen=True)
class SmoothGradSettings(MethodSettings):
    """SmoothGrad (Smilkov et al. 2017)."""

    n_samples: int = 50
    """Noisy versions of an image whose gradients are averaged."""
    noise_fraction: float = 0.15
    """SD of the noise as a fraction of the range of the image's values."""
    seed: int = 0
    """Seed of the noise, which is the same for all images."""


@dataclass(frozen=True)
class GradientShapSettings(MethodSettings):
    """Gradient SHAP (Lundberg, Lee 2017; Erion et al. 2021), from the experiment's blurred image."""

    n_samples: int = 50
    """Random points between the blurred and the noisy image at which gradients are taken."""
    noise_fraction: float = 0.05
    """SD of the noise that is added to the image, as a fraction of the range of its values."""
    blur_fraction: float = BLUR
    """Side of the kernel of the blurred gray image, as a fraction of the image side."""
    seed: int = 0
    """Seed of points and noise, which are the same for all images."""


@dataclass(frozen=True)
class OcclusionSettings(MethodSettings):
    """Occlusion (Zeiler, Fergus 2014) by the experiment's blurred image."""

    window_fraction: float = 1 / 8
    """Side of the square that is covered, as a fraction of the image side."""
    stride_fraction: float = 1 / 16
    """Step from one square to the next, as a fraction of the image side."""
    blur_fraction: float = BLUR
    """Side of the kernel of the blurred gray image that covers, as a fraction of the image side."""


@dataclass(frozen=True)
class RiseSettings(MethodSettings):
    """RISE (Petsiuk, Das, Saenko 2018)."""

    n_masks: int = 4000
    """Random masks, the same for all images."""
    cells: int = 7
    """Cells of a mask per side."""
    keep: float = 0.5
    """Probability that a cell is kept."""
    fill: str = "mean"
    """What a mask leaves of the rest: the ``mean`` colour, as published, or the experiment's ``blurred`` gray image."""
    blur_fraction: float = BLUR
    """Side of the kernel of the blurred gray image, as a fraction of the image side; counts for ``blurred`` alone."""
    seed: int = 0
    """Seed of the masks."""


@dataclass(frozen=True)
class LrpSettings(MethodSettings):
    """Layer-wise relevance propagation (Bach et al. 2015; rules of Montavon et al. 2019)."""

    gamma: float = 0.25
    """How much positive weights count more, in layers with a ReLU behind and non-negative values before them."""
    epsilon: float = 1e-6
    """What is added to the size of an output before relevance is divided by it, in all other layers."""


@dataclass(frozen=True)
class GuidedGradCamSettings(MethodSettings):
    """Guided Grad-CAM (Selvaraju et al. 2017)."""


@dataclass(frozen=True)
class CenterGaussianSettings(MethodSettings):
    """A Gaussian in the middle of every image: a control, whatever the target is."""

    sd_fraction: float = 0.25
    """SD as a fraction of the image side."""


@dataclass(frozen=True)
class EdgeMapSettings(MethodSettings):
    """Edges of the image: a control, whatever the target is."""

    smooth_fraction: float = 1 / 64
    """SD of the Gaussian before the derivative, as a fraction of the image side; 0 does not smooth."""


FURTHER: Final[dict[str, type[MethodSettings]]] = {
    "grad-cam-plus-plus": GradCamPlusPlusSettings,
    "layer-cam": LayerCamSettings,
    "hires-cam": HiResCamSettings,
    "integrated-gradients": IntegratedGradientsSettings,
    "smooth-grad": SmoothGradSettings,
    "gradient-shap": GradientShapSettings,
    "occlusion": OcclusionSettings,
    "rise": RiseSettings,
    "lrp": LrpSettings,
    "guided-grad-cam": GuidedGradCamSettings,
    "center-gaussian": CenterGaussianSettings,
    "edge-map": EdgeMapSettings,
}
"""The settings of each method that our paper does not use, controls last."""
