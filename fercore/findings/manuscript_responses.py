"""Text for a paper about studies of other experiments: answers among all labels without clicks, and clicks without answers."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from fercore import notation
from fercore.findings.apa import ci
from fercore.findings.manuscript_statistics import Cite
from fercore.findings.responses import responses
from fercore.notation import count
from fercore.settings import ComparisonSettings
from fercore.study import Study


def answers_methods(study: Study, settings: ComparisonSettings, cite: Cite) -> str:
    """Say who chose among all labels, and how answers were counted."""
    found = responses(study, settings)
    n_networks = len(found.observers) - len(found.people)
    seeings = sorted({seeing for observer in found.observers for seeing in observer.by_seeing} - {""})
    seen = f" under {count(len(seeings), 'condition')} of seeing ({', '.join(seeings)})" if seeings else ""
    return (
        f"{count(len(found.people), 'person', 'people')} and {count(n_networks, 'network')} chose among {len(study.label_set)} "
        f"labels ({', '.join(study.label_set)}){seen}. A missing answer counts as wrong. Accuracies of single observers have "
        f"intervals by Wilson {cite('wilson1927')}, that of all people one from a bootstrap over people {cite('davison1997')}. Error "
        f"consistency is Cohen's kappa of right and wrong on the same images {cite('geirhos2020')}, within each condition of seeing, "
        f"and then averaged {cite('geirhos2021')}."
    )


def answers_results(study: Study, settings: ComparisonSettings) -> Iterator[str]:
    """Report accuracies, and error consistency with people."""
    found = responses(study, settings)
    if found.people:
        yield (
            f"People were right in {notation.share(found.people_accuracy)} of {sum(one.n for one in found.people)} answers, "
            f"{ci(found.people_ci, settings)}."
        )
    for one in found.observers:
        if one.person:
            continue
        kappa = found.with_people(one.name)
        alike = f"; mean error consistency with people κ = {notation.share(kappa, 2)}" if np.isfinite(kappa) else ""
        yield f"{one.name} was right in {notation.share(one.accuracy)} of {one.n} answers, {ci(one.ci, settings)}{alike}."
    among = [found.with_people(one.name) for one in found.people]
    known = [kappa for kappa in among if np.isfinite(kappa)]
    if known:
        yield f"Among people, mean error consistency was κ = {notation.share(float(np.mean(known)), 2)}."


def looks_methods(study: Study, cite: Cite) -> str:
    """Say whose clicks there are where nobody was asked for an answer."""
    looks = study.attention_trials
    return (
        f"{count(looks['participant'].nunique(), 'person', 'people')} uncovered {count(looks['image'].nunique(), 'image')} by "
        f"clicks in {count(len(looks), 'look')} {cite('kim2017')}. Nobody was asked for an answer, so all clicks count."
    )
