"""Whether values meet what tests of means assume, as numbers and in one sentence."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy.stats import levene, shapiro

from fercore.comparison.crossed import Crossed
from fercore.comparison.repeated_measures import repeated_measures

DOUBTFUL: Final = 0.05
"""A check whose p is below this is named in the sentence."""

NEARLY_SPHERICAL: Final = 0.9
"""Greenhouse-Geisser's epsilon from which the correction hardly matters."""

TRUST_CONTRASTS: Final = "trust the paired contrasts over the mixed model, which takes them to vary alike"
"""What follows where sphericity fails."""


@dataclass(frozen=True)
class Assumptions:
    """Checks of an analysis of repeated measures; NaN where there is none to be had."""

    shapiro_w: float
    """Shapiro and Wilk (1965) on the residuals, subjects and levels taken out: 1 for normal."""
    shapiro_p: float
    levene_f: float
    """Levene's test about medians (Brown & Forsythe 1974): equal variances under all levels."""
    levene_p: float
    mauchly_w: float
    mauchly_p: float
    epsilon_gg: float
    sentence: str
    """What they say, and what follows."""

    @property
    def mixed_model_warning(self) -> str:
        """Say that the mixed model is not to be trusted, with epsilon; empty where it may be."""
        if not self.epsilon_gg < NEARLY_SPHERICAL:
            return ""
        return f"differences do not vary alike (ε = {self.epsilon_gg:.2f}): {TRUST_CONTRASTS}"


def check_assumptions(crossed: Crossed) -> Assumptions:
    """Check normal residuals, equal variances and sphericity of subjects by levels."""
    x = crossed.values
    n, k = x.shape
    if n < 3 or k < 2:
        sentence = f"{n} complete subjects under {k} levels are too few to check anything."
        nan = math.nan
        return Assumptions(nan, nan, nan, nan, nan, nan, nan, sentence)
    residuals = x - x.mean(axis=0) - x.mean(axis=1, keepdims=True) + x.mean()
    varied = float(np.ptp(residuals)) > 1e-12
    w, p_normal = map(float, shapiro(residuals.ravel())) if varied else (math.nan, math.nan)
    spread, p_equal = map(float, levene(*x.T, center="median")) if varied else (math.nan, math.nan)
    anova = repeated_measures(crossed)
    sentence = _sentence(p_normal, p_equal, anova.mauchly_p, anova.epsilon_gg)
    return Assumptions(w, p_normal, spread, p_equal, anova.mauchly_w, anova.mauchly_p, anova.epsilon_gg, sentence)


def _sentence(p_normal: float, p_equal: float, p_sphere: float, epsilon: float) -> str:
    doubts = []
    if p_normal < DOUBTFUL:
        doubts.append("residuals are not normal: read Friedman's test beside the analysis of variance")
    if p_equal < DOUBTFUL:
        doubts.append("variances differ between levels: the one-way analysis is not to be trusted")
    if p_sphere < DOUBTFUL or epsilon < NEARLY_SPHERICAL:
        doubts.append(
            f"differences between levels do not vary alike: report the Greenhouse-Geisser p, and {TRUST_CONTRASTS}"
        )
    if math.isnan(p_normal):
        return "Residuals do not vary, so nothing can be checked."
    if not doubts:
        return "No check speaks against the analysis of variance; in small samples that says little."
    text = "; ".join(doubts)
    return f"{text[0].upper()}{text[1:]}."
