"""Saliency maps as they are kept and read: one block per run, regime and method. Needs no torch.

A block holds a map for every experimental image, in the row order of the plan, at the resolution at which its method
works, not normalised (that is the comparison's business), together with what else the method found out. `read_maps`
enlarges the maps to the side of the study's images.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Protocol

import cv2
import numpy as np
from numpy.typing import NDArray

from fercore.errors import InputError, UnknownNameError
from fercore.registry import Registry
from fercore.saliency.method_settings import FURTHER
from fercore.settings import CamSettings, ExtremalSettings, GradCamSettings, from_mapping, to_mapping
from fercore.store import Arrays, Store

if TYPE_CHECKING:
    from fercore.machines.runs import Run

Report = Callable[[dict[str, Any]], None]
"""Takes notes of progress: ``done`` of ``total`` and a ``message`` in words."""


class Method(Protocol):
    """A saliency method: maps of a batch of images by one classifier."""

    def __call__(self, classifier: Any, x: Any, targets: Any, settings: Any, *, report: Report) -> Arrays:
        """Map where ``classifier`` finds its evidence.

        Parameters
        ----------
        classifier
            Any network from images to outputs; it is left as it is, whatever happens.
        x
            Float tensor (B, 3, s, s): images as the classifier sees them, normalised.
        targets
            Integer tensor (B,): the output whose evidence is mapped.
        settings
            The method's settings, see `SETTINGS`.
        report
            Told about progress.

        Returns
        -------
        dict
            ``maps`` (B, h, w), finite, at the method's own resolution, and any further arrays with B rows.
        """
        ...


METHODS: Final[Registry[Method]] = Registry("fercore.saliency.methods", "saliency method")
"""All methods by name; importing one loads torch, listing their names does not."""

SETTINGS: Final[dict[str, type[Any]]] = {
    "cam": CamSettings,
    "grad-cam": GradCamSettings,
    "extremal-perturbation": ExtremalSettings,
    **FURTHER,
}
"""The settings of each method, the paper's first and controls last: the order in which methods are listed."""

METHOD_LABELS: Final[dict[str, str]] = {
    "cam": "CAM",
    "grad-cam": "Grad-CAM",
    "extremal-perturbation": "EP",
    "grad-cam-plus-plus": "Grad-CAM++",
    "layer-cam": "LayerCAM",
    "hires-cam": "HiResCAM",
    "integrated-gradients": "Integrated Gradients",
    "smooth-grad": "SmoothGrad",
    "gradient-shap": "Gradient SHAP",
    "occlusion": "Occlusion",
    "rise": "RISE",
    "lrp": "LRP",
    "guided-grad-cam": "Guided Grad-CAM",
    "center-gaussian": "centre",
    "edge-map": "edges",
}
"""How each method is called in figures, the paper's three as there."""

PAPER_METHODS: Final = ("cam", "grad-cam", "extremal-perturbation")
"""The methods that the paper compares: those of every comparison and every job that names no others."""

CONTROLS: Final = ("center-gaussian", "edge-map")
"""Maps that know nothing of the network: what an explanation has to differ from."""

NEEDS: Final[dict[str, str]] = {
    "cam": "head",
    "grad-cam": "layer",
    "grad-cam-plus-plus": "layer",
    "layer-cam": "layer",
    "hires-cam": "layer",
    "guided-grad-cam": "layer",
}
"""What methods need of a network's `fercore.machines.cam_layer.CamLayer`; others do without."""

MAPS, CARD, PEAK = "maps", "card", "peak"


@dataclass(frozen=True)
class MapBlock:
    """The maps of one run by one method."""

    maps: NDArray[np.float32]
    """(n_plan, side, side), finite, not normalised; NaN for images whose classifier was not trained. CAM is signed,
    Grad-CAM is not negative, EP lies between 0 and its number of areas; each method's module says what its maps are."""
    extras: Arrays
    """What else the method keeps, arrays with n_plan rows: `fercore.saliency.methods` says what they are."""
    method: str
    settings: Any
    """The settings that the maps were made with."""

    @property
    def logit_range(self) -> float | None:
        """Largest minus smallest output of the classifiers on the whole images, or None where a method keeps none.

        Below 2, an area penalty made for large outputs outweighs what the mask should keep.
        """
        logits = self.extras.get("logits")
        return None if logits is None else float(np.nanmax(logits) - np.nanmin(logits))

    @property
    def sufficiency(self) -> NDArray[np.float64] | None:
        """Probability of the target on the image kept only inside the mask over that on the whole image.

        (n_plan, n_areas), 0 or more; above 1 where the part convinces more than the whole, NaN where the whole image
        has probability 0. None for methods without masks.
        """
        if "kept_probability" not in self.extras:
            return None
        kept = self.extras["kept_probability"].astype(np.float64)
        whole = np.broadcast_to(self.extras["whole_probability"][:, None], kept.shape)
        ratio: NDArray[np.float64] = np.divide(kept, whole, out=np.full_like(kept, np.nan), where=whole > 0)
        return ratio


def defined_methods(run: Run) -> tuple[str, ...]:
    """Give all methods that are defined for a run's networks, in the order of `SETTINGS`."""
    layer = run.cam_layer  # None for runs of before it was written down, whose networks have all that methods need
    return tuple(m for m in SETTINGS if layer is None or m not in NEEDS or getattr(layer, NEEDS[m]))


def methods_for(run: Run, asked: Sequence[str] = ()) -> tuple[str, ...]:
    """Give the methods that are asked for, each once; when none is, the paper's that are defined for a run's networks.

    Raises
    ------
    UnknownNameError
        For a method that does not exist.
    InputError
        When a method is asked for that is not defined: class activation maps need an average and a linear head, Grad-CAM
        needs a feature map.
    """
    layer, defined = run.cam_layer, defined_methods(run)
    for method in asked:
        settings_of(method)
        if layer is not None and method not in defined:
            raise InputError(
                f"{METHOD_LABELS[method]} is not defined for the network {run.training.network!r} of run {run.name!r}: "
                f"{layer.why_not}. Take {METHOD_LABELS['extremal-perturbation']}, or train another network."
            )
    return tuple(dict.fromkeys(asked or (method for method in PAPER_METHODS if method in defined)))


def write_maps(store: Store, key: str, arrays: Mapping[str, np.ndarray], method: str, settings: Any) -> None:
    """Keep a block: ``maps`` (n_plan, h, w), any extras with n_plan rows, and which method and settings made them."""
    card = json.dumps({"method": method, "settings": to_mapping(settings)})
    store.put(key, {**arrays, CARD: np.frombuffer(card.encode(), np.uint8)})


def compact(arrays: Arrays) -> Arrays:
    """Halve a block of single-precision maps for shipping: float16 shares of each image's largest absolute value, `PEAK` (n_plan,).

    So maps of any size keep three digits. Other blocks stay as they are.
    """
    maps = arrays[MAPS]
    if maps.dtype != np.float32:
        return arrays
    peak = np.abs(maps).max(axis=(1, 2))
    shares = maps / np.where(peak > 0, peak, 1)[:, None, None]
    return {**arrays, MAPS: shares.astype(np.float16), PEAK: peak.astype(np.float32)}


def restored_maps(arrays: Arrays) -> NDArray[np.float32]:
    """Give the maps of a block as its method gave them, whether it was made `compact` or not."""
    maps = arrays[MAPS].astype(np.float32)
    return maps * arrays[PEAK][:, None, None] if PEAK in arrays else maps


def read_maps(store: Store, key: str, side: int) -> MapBlock | None:
    """Read a block, its maps enlarged bilinearly (pixel centres aligned, edges repeated) to ``side`` px.

    None when there is no such block or its bytes are damaged.
    """
    arrays = store.get(key)
    if arrays is None:
        return None
    card = json.loads(arrays.pop(CARD).tobytes())
    maps = enlarge(restored_maps(arrays), side)
    extras = {name: values for name, values in arrays.items() if name not in (MAPS, PEAK)}
    return MapBlock(maps, extras, card["method"], from_mapping(settings_of(card["method"]), card["settings"]))


def read_unit(store: Store, key: str, side: int, method: str, settings: Any) -> MapBlock | None:
    """Read maps that a classifier has by itself, see `unit_key`: a row for each of its images."""
    arrays = store.get(key)
    return None if arrays is None else MapBlock(enlarge(arrays.pop(MAPS), side), arrays, method, settings)


def settings_of(method: str) -> type[Any]:
    """Give the settings class of a method; raises `UnknownNameError` for an unknown one."""
    if method not in SETTINGS:
        raise UnknownNameError("saliency method", method, SETTINGS)
    return SETTINGS[method]


def enlarge(maps: np.ndarray, side: int) -> NDArray[np.float32]:
    """Enlarge maps (n, h, w) of any float type bilinearly to float32 (n, side, side)."""
    maps = maps.astype(np.float32, copy=False)
    if maps.shape[1:] == (side, side):
        return maps
    large = np.empty((len(maps), side, side), np.float32)
    for source, target in zip(maps, large, strict=True):
        cv2.resize(source, (side, side), dst=target, interpolation=cv2.INTER_LINEAR)
    return large
