"""What masks choose between: the image and its blurred versions, or the experiment's own picture."""

from __future__ import annotations

from torch import Tensor

from fercore.saliency.blurred import ClickReveal
from fercore.saliency.pyramid import Pyramid, blurring, fading
from fercore.settings import ExtremalSettings


def perturbed(images: Tensor, settings: ExtremalSettings) -> Pyramid | ClickReveal:
    """Give images (B, C, s, s) with all that masks make of them."""
    if settings.perturbation == "click-reveal":
        return ClickReveal(images, settings.reveal_blur_fraction)
    if settings.perturbation == "fade":
        return Pyramid(fading(images, settings.n_levels))
    return Pyramid(blurring(images, settings.n_levels, settings.blur_fraction * images.shape[-1], settings.padding))
