"""What stands beside the paper's results, in sentences in the style of the APA; every text for a paper has both."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from fercore import notation
from fercore.errors import MissingError
from fercore.findings.apa import ci, in_a_row
from fercore.findings.confusions import PEOPLE, confusion_likeness
from fercore.findings.consistency import ONE_BY_ONE, consistency_part
from fercore.findings.equal_area import equal_area
from fercore.findings.seeing_contrasts import seeing_contrasts
from fercore.findings.trial_relations import trial_relations
from fercore.findings.two_afc import NETWORK, REVEALED, two_afc_table
from fercore.machines.runs import Run
from fercore.saliency.maps import METHOD_LABELS
from fercore.settings import ComparisonSettings
from fercore.study import Study

RELATIONS = {
    "clicks_time": "clicks and time",
    "clicks_accuracy": "clicks and accuracy",
    "time_accuracy": "time and accuracy",
}
"""What the paper's correlations are between, in words."""


def people_sentences(study: Study, settings: ComparisonSettings) -> Iterator[str]:
    """Report accuracy for other people and images, and relations within people; nothing with fewer than two of them."""
    try:
        found = trial_relations(study, settings)
    except MissingError:
        return
    yield f"With people and images drawn anew, accuracy had a {ci(found.accuracy_ci, settings)}."
    told = []
    for name, words in RELATIONS.items():
        within, slope = found.within[name], found.over_trials[name]
        if np.isfinite(within.r):
            told.append(
                f"{words}, r = {notation.share(within.r, 2)} (single trials, people and images as random: "
                f"β = {notation.share(slope.slope, 2)}, {ci(slope.ci, settings)})"
            )
    if told:
        yield (
            f"Within participants, correlations were: {'; '.join(told)}. Those within participants have no interval, since conditions "
            "with levels of their own would make it too narrow."
        )


def network_sentences(study: Study, run: Run, settings: ComparisonSettings) -> Iterator[str]:
    """Report networks with what people had uncovered, and confusions over all cells and over the errors alone."""
    contrasts = seeing_contrasts(study, run, settings).set_index(["regime", "seeing"])
    table = two_afc_table(study, run, settings)
    for row in table[(table["kind"] == NETWORK) & (table["seeing"] == REVEALED)].to_dict("records"):
        lost = contrasts.loc[(row["observer"], REVEALED)]
        bounds = ci((row["ci_low"], row["ci_high"]), settings)
        yield (
            f"With what people had uncovered, networks of {row['observer']!r} were right in {notation.share(row['accuracy'])} of "
            f"trials, {bounds}, d' = {notation.decimal(row['d_prime'])} (against full images by McNemar's exact test over images, "
            f"{notation.probability(lost['p'])})."
        )
    yield from _consistency(study, run, settings)
    found = confusion_likeness(study, run, "experimental", settings)
    if found.reference != PEOPLE:
        return
    for name in found.networks:
        like = found.others[name]
        r, errors = like.all_cells, like.errors
        if np.isfinite(errors.r):
            yield (
                f"Confusions of {name} correlated with people's by r({r.n - 2}) = {notation.share(r.r, 2)}, "
                f"{ci((r.ci_low, r.ci_high), settings)}, over all cells and by "
                f"r({errors.n - 2}) = {notation.share(errors.r, 2)}, {ci(like.errors_ci, settings)}, over the "
                f"errors alone (people and images drawn anew; Mantel's test, {notation.probability(like.relabelled.p)})."
            )
    yield (
        f"Errors spread evenly would give r = {notation.share(found.even_errors_r, 2)} over all cells; halves of the people agreed "
        f"by r = {notation.share(found.ceiling.mean, 2)} over the errors, corrected for their size (central "
        f"{settings.ci_level:.0%} of {len(found.ceiling.r):,} halvings {notation.interval(found.ceiling.spread(settings.ci_level), 2)})."
    )


def _consistency(study: Study, run: Run, settings: ComparisonSettings) -> Iterator[str]:
    """Report error consistency of every regime with single people; nothing without people."""
    alone = [
        row for row in consistency_part(study, run, settings) if row["b"] == ONE_BY_ONE and np.isfinite(row["kappa"])
    ]
    told = [
        f"{row['a']} κ = {notation.share(row['kappa'], 2)}, {ci(row['ci'], settings)}"
        for row in alone
        if row["a"] != ONE_BY_ONE
    ]
    if told:
        among = [
            f"; among people κ = {notation.share(row['kappa'], 2)}, {ci(row['ci'], settings)}"
            for row in alone
            if row["a"] == ONE_BY_ONE
        ]
        yield f"Error consistency with single people was: {'; '.join(told)}{''.join(among)}."


def map_sentences(study: Study, run: Run, settings: ComparisonSettings) -> Iterator[str]:
    """Report methods at equal area, image by image; nothing without people's maps or a run's."""
    try:
        found = equal_area(study, run, settings)
    except MissingError:
        return
    means = [
        f"{METHOD_LABELS.get(row['method'], row['method'])} (M = {notation.share(row['mean'], 2)}, "
        f"{ci((row['ci_low'], row['ci_high']), settings)}; with maps of other images {notation.share(row['floor'], 2)})"
        for row in found.images.to_dict("records")
    ]
    yield f"Image by image, with the top {found.percent:g}% of each map, Dice with people was: {in_a_row(means)}."
    within = found.within
    if within is not None and np.isfinite(within.repeated.F):
        own = within.repeated
        df = [round(own.epsilon_gg * df, 1) for df in (own.df_levels, own.df_error)]
        yield (
            f"Between methods, within conditions, {notation.f_test(own.F, df, own.p_gg)}, η²p = "
            f"{notation.share(own.eta_squared_partial, 2)}, {ci(within.eta_squared_partial_ci, settings)}."
        )
