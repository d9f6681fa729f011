"""Saliency maps that a run does not have yet, and the button that has them computed."""

from __future__ import annotations

from fercore.figures.theme import mark
from fercore.ui.messages import panel
from fercore.ui.panels import jobs
from fercore.ui.state import View


@panel
def offer(view: View) -> None:
    """Offer to compute the maps that the chosen run lacks; draws nothing when it has them all."""
    run, missing = view.run, view.missing_maps
    if run is None or not missing:
        return
    names = ", ".join(mark(method).label for method in missing)
    jobs.offer(
        view, "explain", methods=missing,
        lacks=f"Run **{run.name}** has no maps by {names} yet.", busy="They are being computed.",
        label="Compute maps", icon=":material/center_focus_strong:",
    )  # fmt: skip
