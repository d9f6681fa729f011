"""Where in a network class activation maps are read, in plain values for cards and screens. Needs no torch."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True)
class CamLayer:
    """The last feature map of a network, found by `fercore.machines.feature_map.find_cam_layer`."""

    layer: str
    """Name of the module whose output is the feature map; empty where no module gives one."""
    size: tuple[int, ...]
    """(K, h, w): features, and positions in y and in x; empty without a feature map."""
    head: str
    """Name of the linear module that weighs the averaged feature map, so that CAM is defined; empty where it is not."""
    why_not: str = ""
    """Why CAM, or any map from features, is not defined, as a clause; empty where CAM is."""

    @property
    def words(self) -> str:
        """The layer for the screen: ``layer4, 2048 x 7 x 7``."""
        if not self.layer:
            return f"none: {self.why_not}"
        name = self.layer.removeprefix("body").lstrip(".") or "features"
        size = f"{name}, {' x '.join(map(str, self.size))}"
        return size if self.head else f"{size}; no CAM: {self.why_not}"

    def card(self) -> dict[str, Any]:
        """Give all fields as plain values."""
        return {**asdict(self), "size": list(self.size)}

    @classmethod
    def from_card(cls, card: Mapping[str, Any]) -> CamLayer:
        """Read what `card` gave."""
        return cls(**{**card, "size": tuple(card["size"])})
