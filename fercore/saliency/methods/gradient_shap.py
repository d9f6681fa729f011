"""Gradient SHAP.

Lundberg, Lee, *A Unified Approach to Interpreting Model Predictions*, NeurIPS 2017; Erion, Janizek, Sturmfels, Lundberg,
Lee, *Improving performance of deep learning models with axiomatic attribution priors and expected gradients*, Nature Machine
Intelligence 2021; by `captum.attr.GradientShap`: the mean of gradient times (noisy image minus baseline) at random points
between the two. The baseline is what people saw before the first click, as for Integrated Gradients.
"""

from __future__ import annotations

from captum.attr import GradientShap
from torch import Tensor, nn

from fercore.saliency.blurred import experiment_blur
from fercore.saliency.maps import METHODS, Report
from fercore.saliency.method_settings import GradientShapSettings
from fercore.saliency.networks import check_batch, folded_copy, image_by_image
from fercore.saliency.randomness import check_noise, seeded
from fercore.store import Arrays


@METHODS.register
def explain(
    classifier: nn.Module, x: Tensor, targets: Tensor, settings: GradientShapSettings, *, report: Report
) -> Arrays:
    """Average gradients on the way to each image (B, 3, s, s); points and noise are the same for all images.

    Returns
    -------
    dict
        ``maps`` (B, s, s): signed, in logits; the sum is, but for sampling and noise, what the image gains over the blurred
        one.

    Raises
    ------
    SettingsError
        For settings outside their range.
    """
    check_batch(x, targets)
    check_noise(settings.n_samples, settings.noise_fraction)
    baselines = experiment_blur(x, settings.blur_fraction)
    method = GradientShap(folded_copy(classifier, x))

    def average(row: slice) -> Tensor:
        with seeded(settings.seed, x.device):
            found: Tensor = method.attribute(
                x[row].clone().requires_grad_(),
                baselines=baselines[row],
                n_samples=settings.n_samples,
                stdevs=settings.noise_fraction * float(x[row].max() - x[row].min()),
                target=targets[row],
            )
        return found.sum(dim=1)

    maps = image_by_image(average, len(x), report, "Gradient SHAP")
    return {"maps": maps.float().cpu().numpy()}
