"""How much of what the network uses people attended to: Dice per method and condition (paper 5.3, Fig. 10)."""

from __future__ import annotations

import numpy as np

from fercore.findings.attention import AttentionSweep, mean_maps, sweep_attention
from fercore.findings.finding import FINDINGS, Finding, Row, about_attention, tidy
from fercore.machines.runs import Run
from fercore.saliency.maps import METHOD_LABELS
from fercore.settings import ComparisonSettings
from fercore.study import Study


@FINDINGS.register
def attention_dice(study: Study, run: Run | None, settings: ComparisonSettings) -> Finding:
    """Find the mean Dice of each method with the areas it rests on, then Dice of every condition."""
    sweep = sweep_attention(mean_maps(study, run or study.run()))
    return Finding(
        "Do networks look where people look?",
        "section 5.3, Fig. 10",
        tidy(_rows(study, sweep, settings)),
        "The paper draws these values and prints none of them; Dice at a fixed threshold grows with the areas of the two maps, "
        "which depend on the radius of a click and on how spread out a method's maps are.",
        n_short=2 * len(sweep.methods) + 1,
    )


def _rows(study: Study, sweep: AttentionSweep, settings: ComparisonSettings) -> list[Row]:
    table = sweep.at(settings.threshold)
    rows = []
    for method, own in table.groupby("method", sort=False):
        label = METHOD_LABELS.get(str(method), str(method))
        known = own["dice"].notna()
        n = int(known.sum())
        note = about_attention(study, f"n conditions, threshold {settings.threshold}")
        mean = float(own["dice"].mean()) if n else np.nan
        rows.append(Row(f"mean Dice, {label}", mean, n=n, note=note))
        rows.append(Row(f"mean area, {label}", float(own["model_area"].mean()), n=n, note="share of the image"))
    first = table[table["method"] == sweep.methods[0]]
    rows.append(
        Row(
            "mean area, people",
            float(first["human_area"].mean()),
            n=int(first["human_area"].count()),
            note="share of the image",
        )
    )
    for cell in table.to_dict("records"):
        label = METHOD_LABELS.get(cell["method"], cell["method"])
        name, value = f"Dice, {label}, {cell['condition']}", cell["dice"]
        rows.append(Row(name, value, n=int(np.isfinite(value)), note=about_attention(study)))
    return rows
