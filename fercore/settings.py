"""Every number that the paper leaves open or that a study may change, as frozen dataclasses.

Settings of one part (a simulator, a source) stand beside that part; what several rooms share stands here. `digest` names
runs and cache entries; `from_mapping` reads plain values and answers an unknown key with the nearest known one.
"""

from __future__ import annotations

import dataclasses
import difflib
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from fercore.errors import SettingsError

Settings = TypeVar("Settings")

LATER = {"later": True}
"""Metadata of a field that was added after results had been kept under keys without it: see `key_mapping`."""


@dataclass(frozen=True)
class DesignSettings:
    """The experiment's design (paper sections 3 and 4.2)."""

    images_per_label: int = 35
    """Experimental images per label; 35 x 8 = 280 in the paper."""
    n_blocks: int = 4
    """Blocks of trials with breaks between them (paper 4.2: four sessions of 70)."""
    blur_fraction: float = 0.3125
    """Side of the square kernel of ``cv2.blur`` as a fraction of the image side: 70 of 224 px in the paper."""
    disc_radius_fraction: float = 1 / 14
    """Radius of the disc that a click uncovers, as a fraction of the image side (the paper gives none): 16 of 224 px."""


@dataclass(frozen=True)
class ExclusionSettings:
    """Who is left out of the analysis (paper 4.1)."""

    max_missing_trials: int = 0
    """Planned trials that may be missing."""
    sd_cutoff: float = 3.0
    """Sample SDs (ddof 1) below the mean accuracy, of those left by the first rule, at which a participant is left out."""


@dataclass(frozen=True)
class AugmentationSettings:
    """Random changes of training images (paper 5.1: flip, small shift, scale, rotation, brightness, contrast; no sizes given)."""

    flip_probability: float = 0.5
    """Chance of a horizontal flip."""
    shift_fraction: float = 0.05
    """Largest shift in x and in y, as a fraction of the image side."""
    scale: float = 0.07
    """Largest change of size: factors from 1 - scale to 1 + scale."""
    rotation_degrees: float = 5.7
    """Largest rotation either way, in degrees."""
    brightness: float = 0.075
    """Largest shift of all pixel values, on the scale 0..1."""
    contrast: float = 0.15
    """Largest change of contrast: factors from 1 - contrast to 1 + contrast."""


@dataclass(frozen=True)
class GuidanceSettings:
    """How classifiers learn from people (paper 5.1 for fine-tuning; it gives no numbers). Guiding attention is beyond the paper."""

    epochs: int = 5
    """Epochs of fine-tuning."""
    rehearsal: float = 1.0
    """Unmasked images that are shown per click-revealed one, against forgetting."""
    attention_weight: float = 1.0
    """Weight of the term that draws a classifier's class activation map to people's attention map; 0 turns it off."""
    attention_batch: int = 8
    """Images with people's maps in each step of attention-guided training."""


@dataclass(frozen=True)
class TrainingSettings:
    """How a classifier is trained (paper 5.1)."""

    network: str = "resnet50"
    """The network: ``resnet50`` as in the paper, ``small`` for the default study, or any other (docs/NETWORKS.md)."""
    input_side: int = 224
    """Side in px at which the network sees images."""
    learning_rate: float = 1e-4
    """Base learning rate of Adam (paper 5.1: 0.0001)."""
    batch_size: int = 64
    """Images per step (paper 5.1: 64)."""
    max_epochs: int = 150
    """Epochs after which ``accuracy-N`` stops anyway (paper 5.1)."""
    multiclass_epochs: int = 40
    """Epochs of ``multiclass`` (paper 5.2)."""
    weights: str = "none"
    """Starting weights: ``imagenet`` (from local caches), ``none``, or the path of a local ``.safetensors`` file."""
    max_images_per_label: int = 0
    """Training images of a label at most, chosen by seed; 0 takes all."""
    augmentation: AugmentationSettings = field(default_factory=AugmentationSettings)
    """Random changes of training images."""
    guidance: GuidanceSettings = field(default_factory=GuidanceSettings)
    """How classifiers learn from people."""
    weights_precision: str = "float32"
    """How finished weights are stored, from which all is computed: ``float32``, or ``float16`` to halve the files."""


@dataclass(frozen=True)
class _ClassEvidenceSettings:
    target: str = "true"
    """Whose evidence is mapped: the ``true`` label (default), or the ``predicted`` one."""
    evidence: str = field(default="label", metadata=LATER)
    """What speaks for the ``label``, as published; or, beyond the paper, its ``contrast`` with the strongest other label."""


class CamSettings(_ClassEvidenceSettings):
    """Class activation mapping (Zhou et al. 2016)."""


@dataclass(frozen=True)
class GradCamSettings(_ClassEvidenceSettings):
    """Grad-CAM (Selvaraju et al. 2017)."""

    layer: str = field(default="", metadata=LATER)
    """Module whose output is mapped, such as ``body.layer3``; the last feature map when empty."""


@dataclass(frozen=True)
class ExtremalSettings:
    """Extremal Perturbation (Fong, Patrick, Vedaldi 2019). The paper names the method and none of these numbers."""

    target: str = "true"
    """Whose evidence is mapped: the ``true`` label (default), or the ``predicted`` one."""
    areas: tuple[float, ...] = (0.025, 0.05, 0.1, 0.2)
    """Areas that the mask may keep, as fractions of the bordered mask."""
    steps: int = 800
    """Steps of the optimiser: the number of the method's authors. Fewer leave masks larger than asked for (docs/SALIENCY.md)."""
    learning_rate: float = 0.01
    """Learning rate of SGD."""
    momentum: float = 0.9
    """Momentum and dampening of SGD."""
    area_weight: float = 300.0
    """Weight of the area penalty at the first step."""
    area_growth: float = 1.0035
    """Factor by which that weight grows each step."""
    reward: str = "simple"
    """``simple``: the target's logit; ``contrastive``: minus the largest other logit."""
    variant: str = "preserve"
    """``preserve``: keep what the decision needs; ``delete``: remove it; ``dual``: both."""
    reward_scale: float = 1.0
    """Factor on the reward; 1 is as published."""
    cell_fraction: float = 1 / 32
    """Spacing of the mask's grid as a fraction of the image side (7 of 224 px)."""
    sigma_cells: float = 3.0
    """Width of the smooth maximum in grid cells (21 px at 224)."""
    n_levels: int = 8
    """Levels of the blur pyramid."""
    blur_fraction: float = 20 / 224
    """SD of the strongest blur as a fraction of the image side."""
    padding: str = "zero"
    """What lies outside the image when blurring, in normalised space: ``zero`` or ``replicate``."""
    ties: str = "shared"
    """Samples tied at the area's quantile: ``shared`` gradient, or by ``position``."""
    smooth_fraction: float = 0.09
    """SD of the Gaussian over the summed masks, as a fraction of the image side."""
    settled: float = field(default=0.0, metadata=LATER)
    """Change of where masks are heading below which an image is done; 0 takes all steps, as published (``fast``: 0.007)."""
    perturbation: str = field(default="blur-pyramid", metadata=LATER)
    """What masks choose between: ``blur-pyramid`` (sharp and blurred, as published), ``fade`` (the image and the mean colour), or
    ``click-reveal`` (colour, and the blurred gray image of the experiment)."""
    reveal_blur_fraction: float = field(default=DesignSettings.blur_fraction, metadata=LATER)
    """Side of the kernel of the blurred gray image, as a fraction of the image side; counts for ``click-reveal`` alone."""
    mirror_first: bool = field(default=True, metadata=LATER)
    """Whether the first step sees the mirror image, as published, or the second."""
    precision: str = field(default="float32", metadata=LATER)
    """Numbers in which the network is asked while masks are optimised: ``float32``, or ``bfloat16``, faster where hardware has it."""


@dataclass(frozen=True)
class ComparisonSettings:
    """How attention is compared (paper 5.3)."""

    threshold: int = 50
    """Values of a map scaled to 0..255 from this one on count as attended. The paper's "over 50" leaves 50 itself open."""
    top_percent: float = 20.0
    """Percentage of each map's pixels that is compared where areas are made equal."""
    ci_level: float = 0.95
    """Level of every confidence interval."""
    n_bootstrap: int = 2000
    """Resamples of a bootstrap interval."""
    seed: int = 0
    """Seed of the resampling."""


def to_mapping(settings: Any) -> dict[str, Any]:
    """Give settings as plain dictionaries, lists and numbers, fit for JSON."""
    return json.loads(json.dumps(dataclasses.asdict(settings)))  # type: ignore[no-any-return]


def key_mapping(settings: Any) -> dict[str, Any]:
    """Give settings as `to_mapping`, but for `LATER` fields that have their default value, so that new ones leave keys as they were."""
    kept = to_mapping(settings)
    for f in dataclasses.fields(settings):
        if f.metadata.get("later") and getattr(settings, f.name) == f.default:
            del kept[f.name]
    return kept


def digest(settings: Any) -> str:
    """Name settings by their content: 16 hexadecimal digits that change when any value does."""
    text = json.dumps({type(settings).__name__: to_mapping(settings)}, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def from_mapping(cls: type[Settings], mapping: Mapping[str, Any]) -> Settings:
    """Build settings from plain values.

    Raises
    ------
    SettingsError
        For an unknown key (naming the nearest known one) and for a value of another type than the default's.
    """
    fields = {f.name: f for f in dataclasses.fields(cls)}  # type: ignore[arg-type]
    values: dict[str, Any] = {}
    for key, value in mapping.items():
        if key not in fields:
            near = difflib.get_close_matches(key, fields, n=1)
            hint = f"Did you mean {near[0]!r}?" if near else f"Known: {', '.join(fields)}."
            raise SettingsError(f"{cls.__name__} has no setting {key!r}. {hint}")
        default = getattr(cls(), key)
        if dataclasses.is_dataclass(default) and isinstance(value, Mapping):
            values[key] = from_mapping(type(default), value)
        elif isinstance(default, tuple) and isinstance(value, list | tuple):
            values[key] = tuple(value)
        elif isinstance(default, float) and isinstance(value, int) and not isinstance(value, bool):
            values[key] = float(value)
        elif type(default) is type(value):
            values[key] = value
        else:
            raise SettingsError(
                f"{cls.__name__}.{key} is {value!r}; it must be a {type(default).__name__} such as {_example(default)!r}."
            )
    return cls(**values)


def _example(default: Any) -> Any:
    return to_mapping(default) if dataclasses.is_dataclass(default) else default
