"""Store keys of saliency maps: SHA-256 over all that maps depend on. Needs no torch."""

from __future__ import annotations

from typing import Any, Final

from fercore.machines.runs import Run
from fercore.settings import key_mapping
from fercore.store import make_key

VERSION: Final = 1
"""Raised when a method computes something else from the same input: blocks made before are not found any more."""


def map_key(run: Run, regime: str, method: str, settings: Any, plan_digest: str) -> str:
    """Give the store key of the maps of one run, regime and method.

    It changes with every setting, with any classifier's weights, with the experimental images, their conditions and
    their order (``plan_digest``), and with the side at which the networks see images.
    """
    return make_key(
        "saliency maps",
        version=VERSION,
        method=method,
        settings=key_mapping(settings),
        regime=regime,
        weights=run.weights_digest(regime),
        input_side=run.input_side,
        plan=plan_digest,
    )


def unit_key(
    run: Run, regime: str, unit: str, method: str, settings: Any, plan_digest: str, image: str | None = None
) -> str:
    """Give the store key of one classifier's maps, or of its map of one image.

    It depends on this classifier's weights and on no other's.
    """
    return make_key(
        "saliency unit",
        version=VERSION,
        method=method,
        settings=key_mapping(settings),
        regime=regime,
        unit=unit,
        weights=run.unit_card(regime, unit)["weights_digest"],
        input_side=run.input_side,
        plan=plan_digest,
        **({} if image is None else {"image": image}),
    )
