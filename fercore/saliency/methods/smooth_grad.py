"""SmoothGrad.

Smilkov, Thorat, Kim, Viegas, Wattenberg, *SmoothGrad: removing noise by adding noise*, arXiv 1706.03825, by
`captum.attr.NoiseTunnel` around `captum.attr.Saliency`: the mean gradient of the target's logit in noisy versions of the
image. Of the three colours the largest absolute value is taken, as in the pictures of the paper.
"""

from __future__ import annotations

from captum.attr import NoiseTunnel, Saliency
from torch import Tensor, nn

from fercore.saliency.maps import METHODS, Report
from fercore.saliency.method_settings import SmoothGradSettings
from fercore.saliency.networks import check_batch, folded_copy, image_by_image, images_at_once
from fercore.saliency.randomness import check_noise, seeded
from fercore.store import Arrays


@METHODS.register
def explain(
    classifier: nn.Module, x: Tensor, targets: Tensor, settings: SmoothGradSettings, *, report: Report
) -> Arrays:
    """Average gradients over noisy versions of each image (B, 3, s, s); the noise is the same for all images.

    Returns
    -------
    dict
        ``maps`` (B, s, s): 0 or more, in logits per unit of the normalised image.

    Raises
    ------
    SettingsError
        For settings outside their range.
    """
    check_batch(x, targets)
    check_noise(settings.n_samples, settings.noise_fraction)
    method = NoiseTunnel(Saliency(folded_copy(classifier, x)))

    def smooth(row: slice) -> Tensor:
        with seeded(settings.seed, x.device):
            found: Tensor = method.attribute(
                x[row].clone().requires_grad_(),
                nt_samples=settings.n_samples,
                nt_samples_batch_size=images_at_once(x),
                stdevs=settings.noise_fraction * float(x[row].max() - x[row].min()),
                target=targets[row],
                abs=False,
            )
        return found.abs().amax(dim=1)

    maps = image_by_image(smooth, len(x), report, "SmoothGrad")
    return {"maps": maps.float().cpu().numpy()}
