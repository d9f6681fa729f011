"""Occlusion.

Zeiler, Fergus, *Visualizing and Understanding Convolutional Networks*, ECCV 2014, by `captum.attr.Occlusion`: by how much the
target's logit falls when a square is covered, averaged over the squares that cover a pixel. What covers is not gray, as in
the paper, but what people saw before the first click.
"""

from __future__ import annotations

from captum.attr import Occlusion
from torch import Tensor, nn

from fercore.errors import SettingsError
from fercore.saliency.blurred import experiment_blur
from fercore.saliency.maps import METHODS, Report
from fercore.saliency.method_settings import OcclusionSettings
from fercore.saliency.networks import check_batch, folded_copy, image_by_image, images_at_once
from fercore.store import Arrays


@METHODS.register
def explain(
    classifier: nn.Module, x: Tensor, targets: Tensor, settings: OcclusionSettings, *, report: Report
) -> Arrays:
    """Cover each image (B, 3, s, s) by its blurred gray self, square by square.

    Returns
    -------
    dict
        ``maps`` (B, s, s): signed, in logits; positive where covering costs the target.

    Raises
    ------
    SettingsError
        For settings outside their range.
    """
    check_batch(x, targets)
    check_settings(settings)
    side = x.shape[-1]
    window, stride = (max(1, round(f * side)) for f in (settings.window_fraction, settings.stride_fraction))
    baselines = experiment_blur(x, settings.blur_fraction)
    method = Occlusion(folded_copy(classifier, x, slopes=False))

    def cover(row: slice) -> Tensor:
        found: Tensor = method.attribute(
            x[row],
            sliding_window_shapes=(x.shape[1], window, window),
            strides=(x.shape[1], stride, stride),
            baselines=baselines[row],
            target=targets[row],
            perturbations_per_eval=images_at_once(x),
        )
        return found[:, 0]  # all colours are covered together, and share the value

    maps = image_by_image(cover, len(x), report, "Occlusion")
    return {"maps": maps.float().cpu().numpy()}


def check_settings(settings: OcclusionSettings) -> None:
    """Raise `SettingsError` for a setting outside its range."""
    if not 0 < settings.window_fraction <= 1:
        raise SettingsError(f"window_fraction is {settings.window_fraction!r}; it must be more than 0 and at most 1.")
    if not 0 < settings.stride_fraction <= settings.window_fraction:
        raise SettingsError(
            f"stride_fraction is {settings.stride_fraction!r}; it must be more than 0 and at most the window's "
            f"{settings.window_fraction!r}, or pixels are never covered."
        )
