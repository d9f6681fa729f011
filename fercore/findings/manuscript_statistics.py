"""How a text for a paper says what was computed beside the paper's statistics, with what each rests on."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator

from fercore.comparison.mantel import MAX_EXACT, N_PERMUTATIONS
from fercore.machines.runs import Run
from fercore.study import Study

Cite = Callable[[str], str]
"""Notes that something is cited, and gives how it is cited in the text."""


def statistics(study: Study, run: Run | None, cite: Cite) -> Iterator[str]:
    """Give a paragraph on people, and one on networks beside them; nothing of what the study has not got."""
    if study.trials.empty:
        return
    if len(study.exclusion.kept) > 1:
        yield (
            f"The interval of accuracy comes from a bootstrap {cite('davison1997')} over participants, and another one from "
            f"participants and images drawn anew together {cite('owen2007')}. Clicks, time and accuracy were correlated over "
            f"conditions, within participants {cite('bakdash2017')}, and over single trials by a linear mixed model with random "
            f"intercepts of participants and images, since both are samples {cite('clark1973')} (restricted maximum likelihood, "
            f"one slope for all, both measures in SDs {cite('bates2015')})."
        )
    if run is not None:
        yield _networks(study, cite)


def _networks(study: Study, cite: Cite) -> str:
    n = len(study.label_set)
    orders = f"all {math.factorial(n):,}" if n <= MAX_EXACT else f"{N_PERMUTATIONS:,} drawn"
    return (
        "Networks were asked the same two-alternative choice on the same images. Shares of images have intervals by Wilson "
        f"{cite('wilson1927')}, d' is √2 z(accuracy) {cite('green1966')}, and what a network gets right under two conditions of "
        f"seeing was compared by McNemar's exact test over images {cite('mcnemar1947')}. Confusions were correlated over all cells "
        f"and over the errors alone, where the p value is that of Mantel's test {cite('mantel1967')} over {orders} joint "
        f"relabelings, and the interval comes from people and images drawn anew {cite('owen2007')}, moved to the value observed; "
        "their noise ceiling is the correlation between random halves of the participants, corrected for their size "
        f"{cite('spearman1910')} {cite('brown1910')}. Whether observers fail on the same images is told by error consistency, "
        f"Cohen's kappa of right and wrong {cite('geirhos2020')}, with a bootstrap over images."
    )
