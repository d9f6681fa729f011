"""How often each test finds a difference where there is none: `python benchmarks/false_positives.py`.

1,000 null studies: 56 conditions under three methods that agree with people equally well. A condition is easy or hard for
all methods alike (that share of the variance is ``--icc``; in the default study about a half), and in the last case the
differences between two of the methods vary less than the others, as those of CAM and Grad-CAM do. Every test should find
something in 5 % of the studies; each rate stands with its binomial 95 % interval.

``--json`` prints the figures for programs: ours is the rate, peer .05, and ratio .05 / rate.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

sys.path.insert(0, str(Path(__file__).parents[1]))  # the checkout, when it is run as a file

from fercore.comparison.anova import one_way
from fercore.comparison.crossed import Crossed
from fercore.comparison.intervals import wilson
from fercore.comparison.paired import paired_contrasts
from fercore.comparison.rank_tests import friedman
from fercore.comparison.repeated_measures import repeated_measures

METHODS = ("extremal-perturbation", "cam", "grad-cam")
N_CONDITIONS = 56
LEVEL = 0.05


def spherical(rng: np.random.Generator, icc: float) -> NDArray[np.float64]:
    """Draw Dice values in which all differences between methods vary alike."""
    shared = rng.normal(0, icc**0.5, (N_CONDITIONS, 1))
    return shared + rng.normal(0, (1 - icc) ** 0.5, (N_CONDITIONS, len(METHODS)))


def twins(rng: np.random.Generator, icc: float) -> NDArray[np.float64]:
    """Draw Dice values of which two methods are nearly the same map."""
    values = spherical(rng, icc)
    values[:, 2] = values[:, 1] + rng.normal(0, 0.1 * (1 - icc) ** 0.5, N_CONDITIONS)
    return values


def p_one_way(values: NDArray[np.float64]) -> float:
    """Take all values as independent, as the paper does."""
    table = pd.DataFrame({"method": METHODS * N_CONDITIONS, "dice": values.ravel()})
    return one_way(table, "dice", "method").p


def _crossed(values: NDArray[np.float64]) -> Crossed:
    return Crossed(values, tuple(map(str, range(N_CONDITIONS))), METHODS, 0)


TESTS: dict[str, Callable[[NDArray[np.float64]], float]] = {
    "one-way ANOVA (the paper's)": p_one_way,
    "repeated measures, uncorrected": lambda values: repeated_measures(_crossed(values)).p,
    "repeated measures, Greenhouse-Geisser": lambda values: repeated_measures(_crossed(values)).p_gg,
    "Friedman": lambda values: friedman(_crossed(values)).p,
    "any pair, paired t with Holm": lambda values: float(paired_contrasts(_crossed(values))["p_holm"].min()),
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", action="store_true", help="print one JSON object and nothing else")
    parser.add_argument("--studies", type=int, default=1000)
    parser.add_argument("--icc", type=float, default=0.5)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    figures = []
    for case, draw in (("spherical", spherical), ("two methods nearly alike", twins)):
        rng = np.random.default_rng(arguments.seed)
        studies = [draw(rng, arguments.icc) for _ in range(arguments.studies)]
        for name, p in TESTS.items():
            hits = sum(p(values) < LEVEL for values in studies)
            rate, (low, high) = hits / len(studies), wilson(hits, len(studies))
            figures.append(
                {
                    "name": f"{name}; {case}", "ours": rate, "peer": LEVEL, "ratio": round(LEVEL / rate, 2) if rate else None,
                    "unit": "share of null studies", "threads": 1, "ci": [round(low, 4), round(high, 4)],
                }
            )  # fmt: skip
    if arguments.json:
        print(json.dumps({"figures": figures}))
        return
    for figure in figures:
        print(f"{figure['name']:<62} {figure['ours']:.3f} {figure['ci']}")


if __name__ == "__main__":
    main()
