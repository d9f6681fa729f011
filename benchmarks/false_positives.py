"""How often each test finds something where there is nothing: `python benchmarks/false_positives.py`.

Null studies of the default study's size: 56 conditions under three methods that agree with people equally well, two
confusion matrices of eight labels that have nothing to do with each other, 280 images that two observers answer
independently, 22 people. Every test should find something in 5 % of them; each rate stands with its binomial 95 % interval. Of an
interval it is told how often it leaves the truth out.

* ``spherical``: a condition is easy or hard for all methods alike (that share of the variance is ``--icc``; in the default
  study about a half), and all differences between methods vary alike.
* ``twins``: the differences between two of the methods vary less than the others, as those of CAM and Grad-CAM do.
* ``alone``: nothing is shared, as tests between groups assume.
* ``labels``: confusions whose rows and columns have biases of their own, shared by both observers, and no more.
* ``images``, ``people``: answers and times that have nothing to do with each other.
* ``conditions``: as ``people``, but conditions have levels of their own, alike for all people, in either measure.
* ``cells``: differences of every person in every condition, each independent of all others.
* ``models``: answers of people and of two networks that mistake the same labels equally often, image by image.
* ``confusions``: answers of people in 2AFC and of a network among all labels, whose tendencies to mistake one label for another
  are alike to any degree; the truth is the mean r of 200 such studies of the same people and network.
* ``recalls``: answers of two observers whose recall differs equally much between labels, but not for the same labels.
* ``maps``: maps of a model that lie near the middle of the image, as people's do, and have nothing to do with the image.
* ``trials``: right and wrong answers of people who see the same images; people and images differ in how easy they are.

``--json`` prints the figures for programs: ours is the rate, peer .05, and ratio .05 / rate. ``--markdown`` prints the table of
``docs/STATISTICS.md``.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import expit

sys.path.insert(0, str(Path(__file__).parents[1]))  # the checkout, when it is run as a file

from fercore.comparison.anova import one_way
from fercore.comparison.assumptions import check_assumptions
from fercore.comparison.band import Agreement, HumanMaps, sum_up
from fercore.comparison.confusion import correlate_confusions, error_shares, normalise_rows
from fercore.comparison.confusion_bootstrap import Answers, ErrorResamples, likeness_rows
from fercore.comparison.confusion_difference import compare_likeness
from fercore.comparison.correlation import pearson
from fercore.comparison.crossed import Crossed
from fercore.comparison.crossed_bootstrap import bootstrap_crossed_mean
from fercore.comparison.error_consistency import error_consistency
from fercore.comparison.intervals import Interval, bootstrap_mean, wilson
from fercore.comparison.mantel import mantel
from fercore.comparison.measures import measures
from fercore.comparison.mixed_accuracy import mixed_accuracy
from fercore.comparison.mixed_model import mixed_model
from fercore.comparison.mixed_slope import mixed_slope
from fercore.comparison.multiplicity import benjamini_hochberg
from fercore.comparison.paired import paired_contrasts
from fercore.comparison.proportions import McNemar, mcnemar, paired_difference, two_proportions
from fercore.comparison.rank_tests import friedman, kruskal_wallis
from fercore.comparison.repeated_measures import repeated_measures
from fercore.comparison.resamples import draw_images, moved_interval
from fercore.comparison.signed_ranks import signed_ranks
from fercore.comparison.spearman import bootstrap_spearman, spearman
from fercore.comparison.strata import draw_within, group_means
from fercore.comparison.tukey import tukey_hsd
from fercore.comparison.two_way import two_way
from fercore.comparison.within_participants import correlate_within

METHODS = ("extremal-perturbation", "cam", "grad-cam")
N_LABELS, N_CONDITIONS, N_IMAGES, N_PEOPLE = 8, 56, 280, 22
SIDE, N_RESAMPLES, LEVEL = 10, 1000, 0.05
EASE, SD_PERSON, SD_IMAGE = 1.9, 0.3, 0.9
"""Log odds of a right answer, and how people and images differ in it, about as in the default study."""

SLOW = {"trials": 1000}
"""Cases that take long, with the number of null studies that they are tried on at most."""

SCORES = {"cc": "CC", "sim": "SIM", "dice-top20": "Dice at top 20 %"}

Draw = Callable[[np.random.Generator, float], Any]
Test = Callable[[Any], float]


def spherical(rng: np.random.Generator, icc: float) -> NDArray[np.float64]:
    """Draw Dice values in which all differences between methods vary alike."""
    shared = rng.normal(0, icc**0.5, (N_CONDITIONS, 1))
    return shared + rng.normal(0, (1 - icc) ** 0.5, (N_CONDITIONS, len(METHODS)))


def twins(rng: np.random.Generator, icc: float) -> NDArray[np.float64]:
    """Draw Dice values of which two methods are nearly the same map."""
    values = spherical(rng, icc)
    values[:, 2] = values[:, 1] + rng.normal(0, 0.1 * (1 - icc) ** 0.5, N_CONDITIONS)
    return values


def alone(rng: np.random.Generator, _icc: float) -> NDArray[np.float64]:
    """Draw Dice values that share nothing."""
    return spherical(rng, 0.0)


def labels(rng: np.random.Generator, _icc: float) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Draw two confusion matrices whose labels have nothing to do with each other."""
    drawn = []
    for _ in range(2):
        order = rng.permutation(N_LABELS)
        biases = rng.normal(0, 0.5, (N_LABELS, 1)) + rng.normal(0, 0.5, N_LABELS)
        drawn.append(np.exp(biases + rng.normal(0, 0.5, (N_LABELS, N_LABELS)))[np.ix_(order, order)])
    return drawn[0], drawn[1]


def images(rng: np.random.Generator, _icc: float) -> NDArray[np.float64]:
    """Draw who of two observers was right on each image, and two numbers of each image: (4, n)."""
    return np.vstack([rng.random((2, N_IMAGES)) < 0.85, rng.normal(size=(2, N_IMAGES))]).astype(float)


def recalls(rng: np.random.Generator, _icc: float) -> NDArray[np.float64]:
    """Draw who of two observers was right on each image, by a recall of each label of its own: (2, n)."""
    usual = 0.7 + 0.15 * np.linspace(-1.4, 1.4, N_LABELS)
    chances = np.stack([rng.permutation(usual) for _ in range(2)])[:, np.arange(N_IMAGES) % N_LABELS]
    return (rng.random(chances.shape) < chances).astype(float)


def people(rng: np.random.Generator, _icc: float) -> NDArray[np.float64]:
    """Draw two measures of every person in every condition, people differing in their means: (2, n_people, n)."""
    return rng.normal(size=(2, N_PEOPLE, 1)) + rng.normal(size=(2, N_PEOPLE, N_CONDITIONS))


def conditions(rng: np.random.Generator, icc: float) -> NDArray[np.float64]:
    """Draw the same where conditions have levels of their own too, in either measure, alike for all people."""
    return people(rng, icc) + rng.normal(size=(2, 1, N_CONDITIONS))


def cells(rng: np.random.Generator, _icc: float) -> NDArray[np.float64]:
    """Draw differences that share nothing: (1, n_people, n)."""
    return rng.normal(size=(1, N_PEOPLE, N_CONDITIONS))


def models(rng: np.random.Generator, _icc: float) -> list[NDArray[np.float64]]:
    """Draw answers of people and of two networks, (n_images, L * L) each; every image is mistaken in its own way."""
    true = np.arange(N_IMAGES) % N_LABELS
    odds = rng.normal(size=(N_LABELS, N_LABELS)) + 3 * np.eye(N_LABELS)
    chances = np.exp(odds[true] + rng.normal(0, 0.5, (N_IMAGES, N_LABELS)))
    chances /= chances.sum(axis=1, keepdims=True)
    counts = np.zeros((3, N_IMAGES, N_LABELS, N_LABELS))
    for who, n in enumerate((N_PEOPLE, 1, 1)):
        counts[who, np.arange(N_IMAGES), true] = rng.multinomial(n, chances)
    return list(counts.reshape(3, N_IMAGES, -1))


def confusions(rng: np.random.Generator, _icc: float) -> dict[str, Any]:
    """Draw a study of people and a network, and give r over errors with its resamples, and what it is on the average."""
    errors = ~np.eye(N_LABELS, dtype=bool)
    true, false = (np.repeat(part, N_IMAGES // N_CONDITIONS) for part in np.nonzero(errors))
    alike = rng.random()
    theirs, own = rng.normal(size=(2, N_LABELS, N_LABELS))
    network = alike * theirs + (1 - alike**2) ** 0.5 * own + 2.2 * np.eye(N_LABELS)

    def study() -> tuple[NDArray[np.bool_], NDArray[np.intp]]:
        odds = 0.8 * theirs[true, false] - 2.1 + rng.normal(0, SD_IMAGE, N_IMAGES)
        wrong = rng.random((N_PEOPLE, N_IMAGES)) < expit(odds + rng.normal(0, SD_PERSON, (N_PEOPLE, 1)))
        chances = np.exp(network[true] + rng.normal(0, 0.7, (N_IMAGES, N_LABELS)))
        drawn = rng.random((N_IMAGES, 1)) * chances.sum(axis=1, keepdims=True)
        return wrong, (chances.cumsum(axis=1) > drawn).argmax(axis=1)

    def counts(answers: Answers) -> NDArray[np.float64]:
        return np.bincount(answers.cell, minlength=N_LABELS**2).reshape(N_LABELS, N_LABELS)

    def answers(wrong: NDArray[np.bool_], answered: NDArray[np.intp]) -> list[Answers]:
        number, person = np.arange(N_IMAGES), np.repeat(np.arange(N_PEOPLE), N_IMAGES)
        given = (true * N_LABELS + np.where(wrong, false, true)).ravel()
        return [
            Answers(np.tile(number, N_PEOPLE), given, person, np.ones(wrong.size)),
            Answers(number, true * N_LABELS + answered, np.zeros(N_IMAGES, np.intp), np.ones(N_IMAGES)),
        ]

    many = [[counts(one) for one in answers(*study())] for _ in range(200)]
    truth = [float(found.mean()) for found in likeness_rows(*map(error_shares, np.swapaxes(many, 0, 1)))]
    observers = answers(*study())
    resamples = ErrorResamples(observers, N_LABELS, np.random.default_rng(0), N_RESAMPLES)
    found = likeness_rows(*map(resamples.errors, observers))
    fisher = correlate_confusions(*(normalise_rows(counts(one)) for one in observers)).off_diagonal
    return {"truth": truth, "found": found, "fisher": (fisher.ci_low, fisher.ci_high)}


def maps(rng: np.random.Generator, _icc: float) -> dict[str, tuple[Agreement, NDArray[np.float64]]]:
    """Draw where people and a model look, and give agreement and ceiling by measure."""
    rows, columns = np.mgrid[:SIDE, :SIDE]

    def blobs(places: NDArray[np.float64], width: float) -> NDArray[np.float64]:
        far = (rows - places[..., 0, None, None]) ** 2 + (columns - places[..., 1, None, None]) ** 2
        return np.asarray(np.exp(-far / (2 * width**2)))

    middle = (SIDE - 1) / 2
    own, theirs = rng.normal(middle, 1.5, (2, N_IMAGES, 2))
    seen = blobs(own[:, None] + rng.normal(0, 1, (N_IMAGES, N_PEOPLE, 2)), 1.5) > 0.5
    chosen = {name: measure for name, measure in measures().items() if name in SCORES}
    found = HumanMaps(seen.mean(axis=1), None, np.ones(N_IMAGES, bool), chosen).compare(blobs(theirs, 2.0))
    first, second = (seen[:, half::2].mean(axis=1) for half in range(2))
    return {name: (found[name], measure(first, second)) for name, measure in chosen.items()}


def trials(rng: np.random.Generator, _icc: float) -> NDArray[np.float64]:
    """Draw who was right on what: (n_people, n_images)."""
    odds = EASE + rng.normal(0, SD_PERSON, (N_PEOPLE, 1)) + rng.normal(0, SD_IMAGE, N_IMAGES)
    return (rng.random(odds.shape) < expit(odds)).astype(float)


def _true_accuracy() -> float:
    """Give the mean accuracy of all people on all images."""
    at, weights = np.polynomial.hermite_e.hermegauss(60)
    return float(expit(EASE + np.hypot(SD_PERSON, SD_IMAGE) * at) @ weights / weights.sum())


TRUE_ACCURACY = _true_accuracy()


def _table(values: NDArray[np.float64]) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "dice": values.ravel(),
            "method": METHODS * N_CONDITIONS,
            "condition": np.repeat([f"c{i}" for i in range(N_CONDITIONS)], len(METHODS)),
            "label": np.repeat([f"l{i // 7}" for i in range(N_CONDITIONS)], len(METHODS)),
        }
    )


def _crossed(values: NDArray[np.float64]) -> Crossed:
    return Crossed(values, tuple(map(str, range(N_CONDITIONS))), METHODS, 0)


def _two_way_p(values: NDArray[np.float64], effect: str) -> float:
    return float(two_way(_table(values), "dice", "method", "label").set_index("effect").loc[effect, "p"])


def _mixed(values: NDArray[np.float64]) -> float:
    effects = mixed_model(_table(values), "dice", "condition", "method", "cam").effects.set_index("term")
    return float(effects.loc["extremal-perturbation", "p"])


def _condition_means(values: NDArray[np.float64]) -> pd.DataFrame:
    return _table(values).groupby(["condition", "label"], as_index=False, sort=False)["dice"].mean()


def _holds(interval: Sequence[float], truth: float) -> float:
    """Give 0, as a p, where an interval leaves the truth out, and 1 where it does not."""
    return float(interval[0] <= truth <= interval[1])


def _kappa(drawn: NDArray[np.float64]) -> float:
    return _holds(error_consistency(drawn[0], drawn[1]).bootstrap(np.random.default_rng(0), level=1 - LEVEL), 0)


def _likeness(drawn: list[NDArray[np.float64]]) -> float:
    found = compare_likeness(*drawn, N_LABELS, np.random.default_rng(0), N_RESAMPLES)
    return _holds(np.quantile(found.resampled, [LEVEL / 2, 1 - LEVEL / 2]), 0)


@cache
def _draws() -> NDArray[np.int64]:
    return draw_images(N_IMAGES, np.random.default_rng(0), N_RESAMPLES)


def _score(name: str) -> Test:
    def test(drawn: dict[str, tuple[Agreement, NDArray[np.float64]]]) -> float:
        return _holds(sum_up(*drawn[name], measures()[name], _draws(), 1 - LEVEL).score_ci, 0)

    return test


def _moved(drawn: dict[str, Any], which: int) -> float:
    return _holds(moved_interval(drawn["found"][which], 1 - LEVEL, correlation=True), drawn["truth"][which])


def _cluster(drawn: NDArray[np.float64]) -> Interval:
    who = np.repeat(np.arange(N_PEOPLE), N_IMAGES)
    return bootstrap_mean(drawn.ravel(), who, np.random.default_rng(0), n_resamples=N_RESAMPLES, level=1 - LEVEL)


def _crossed_mean(drawn: NDArray[np.float64]) -> Interval:
    return bootstrap_crossed_mean(drawn, np.random.default_rng(0), n_resamples=N_RESAMPLES, level=1 - LEVEL)


def _accuracy_model(drawn: NDArray[np.float64]) -> Interval:
    who, what = (part.ravel() for part in np.indices(drawn.shape))
    return mixed_accuracy(drawn.ravel(), who, what, 1 - LEVEL).accuracy_ci


def _accuracies(drawn: NDArray[np.float64]) -> float:
    rng = np.random.default_rng(0)
    return _holds(
        bootstrap_mean(drawn[0] - drawn[1], np.arange(N_IMAGES), rng, n_resamples=N_RESAMPLES, level=1 - LEVEL), 0
    )


def _paired_accuracies(drawn: NDArray[np.float64]) -> float:
    first, second = drawn[:2] > 0
    cells = first & second, first & ~second, second & ~first, ~first & ~second
    return _holds(paired_difference(*(int(cell.sum()) for cell in cells), 1 - LEVEL), 0)


def _recalls(drawn: NDArray[np.float64]) -> float:
    true = np.arange(N_IMAGES) % N_LABELS
    draws = draw_within(true, np.random.default_rng(0), N_RESAMPLES)
    rows = np.vstack([np.ones((1, N_IMAGES)), draws])
    first, second = (group_means(right, true, rows).std(axis=1, ddof=1) for right in drawn[:2])
    return _holds(moved_interval(first - second, 1 - LEVEL, correlation=False), 0)


def _mcnemar(drawn: NDArray[np.float64]) -> McNemar:
    return mcnemar(int((drawn[0] > drawn[1]).sum()), int((drawn[1] > drawn[0]).sum()))


def _within(drawn: NDArray[np.float64]) -> float:
    return correlate_within(drawn[0].ravel(), drawn[1].ravel(), np.repeat(np.arange(N_PEOPLE), N_CONDITIONS)).p


def _slope(drawn: NDArray[np.float64]) -> float:
    who, which = np.repeat(np.arange(N_PEOPLE), N_CONDITIONS), np.tile(np.arange(N_CONDITIONS), N_PEOPLE)
    return mixed_slope(drawn[0].ravel(), drawn[1].ravel(), who, which).p


def _any_cell(drawn: NDArray[np.float64]) -> float:
    p = [signed_ranks(drawn[0, :, cell]) for cell in range(N_CONDITIONS)]
    return float(benjamini_hochberg(np.array(p)).min())


ON_METHODS: dict[str, Test] = {
    "one-way ANOVA over methods, as in the paper": lambda v: one_way(_table(v), "dice", "method").p,
    "Tukey's HSD, any pair, as in the paper": lambda v: float(
        tukey_hsd(one_way(_table(v), "dice", "method"))["p"].min()
    ),
    "one-way ANOVA over expressions, 168 values, as in the paper": lambda v: one_way(_table(v), "dice", "label").p,
    "one-way ANOVA over expressions, 56 condition means": lambda v: one_way(_condition_means(v), "dice", "label").p,
    "repeated measures, uncorrected": lambda v: repeated_measures(_crossed(v)).p,
    "repeated measures, Greenhouse-Geisser": lambda v: repeated_measures(_crossed(v)).p_gg,
    "Friedman": lambda v: friedman(_crossed(v)).p,
    "mixed model, EP − CAM": _mixed,
    "paired t, any pair, Holm": lambda v: float(paired_contrasts(_crossed(v))["p_holm"].min()),
    "Kruskal-Wallis": lambda v: kruskal_wallis(_table(v), "dice", "method").p,
    "two-way ANOVA, methods": lambda v: _two_way_p(v, "method"),
    "two-way ANOVA, methods by expressions": lambda v: _two_way_p(v, "method:label"),
    "check: Shapiro-Wilk": lambda v: check_assumptions(_crossed(v)).shapiro_p,
    "check: Levene": lambda v: check_assumptions(_crossed(v)).levene_p,
    "check: Mauchly": lambda v: check_assumptions(_crossed(v)).mauchly_p,
}

ON_RELATIONS: dict[str, Test] = {
    "correlation within participants": _within,
    "correlation over condition means": lambda d: pearson(d[0].mean(axis=0), d[1].mean(axis=0)).p,
    "mixed slope, people and conditions random": _slope,
}

CASES: dict[str, tuple[Draw, dict[str, Test]]] = {
    "spherical": (spherical, ON_METHODS),
    "twins": (twins, ON_METHODS),
    "alone": (alone, ON_METHODS),
    "labels": (
        labels,
        {
            "r over errors, p as if cells were independent": lambda d: correlate_confusions(*d).off_diagonal.p,
            "Mantel": lambda d: mantel(*d).p,
        },
    ),
    "images": (
        images,
        {
            "McNemar, exact": lambda d: _mcnemar(d).p_exact,
            "McNemar, chi² corrected": lambda d: _mcnemar(d).p_corrected,
            "McNemar, chi²": lambda d: _mcnemar(d).p,
            "two proportions": lambda d: two_proportions(int(d[0].sum()), N_IMAGES, int(d[1].sum()), N_IMAGES).p,
            "error consistency, 0 outside the interval": _kappa,
            "Spearman over images": lambda d: spearman(d[2], d[3]).p,
            "Pearson over images": lambda d: pearson(d[2], d[3]).p,
            "Spearman over images, 0 outside the bootstrap interval": lambda d: _holds(
                bootstrap_spearman(d[2], d[3], np.random.default_rng(0), n_resamples=N_RESAMPLES, level=1 - LEVEL), 0
            ),
            "difference of two accuracies, 0 outside the bootstrap interval": _accuracies,
            "difference of two accuracies, 0 outside the paired interval": _paired_accuracies,
            "difference of SDs of recall over labels, 0 outside the interval": _recalls,
        },
    ),
    "people": (
        people,
        {
            **ON_RELATIONS,
            "56 cells, any, Wilcoxon with Benjamini-Hochberg": _any_cell,
        },
    ),
    "conditions": (conditions, ON_RELATIONS),
    "cells": (cells, {"56 cells, any, Wilcoxon with Benjamini-Hochberg": _any_cell}),
    "models": (models, {"difference of two r over errors, 0 outside the interval": _likeness}),
    "maps": (maps, {f"score by {label}, 0 outside the interval": _score(name) for name, label in SCORES.items()}),
    "trials": (
        trials,
        {
            "accuracy by Wilson, all trials": lambda d: _holds(wilson(int(d.sum()), d.size), TRUE_ACCURACY),
            "accuracy, people drawn anew": lambda d: _holds(_cluster(d), TRUE_ACCURACY),
            "accuracy, people and images drawn anew": lambda d: _holds(_crossed_mean(d), TRUE_ACCURACY),
            "accuracy model, people and images random": lambda d: _holds(_accuracy_model(d), float(expit(EASE))),
        },
    ),
    "confusions": (
        confusions,
        {
            "r over errors, Fisher's interval": lambda d: _holds(d["fisher"], d["truth"][0]),
            "r over errors, plain percentiles": lambda d: _holds(
                np.quantile(d["found"][0][1:], [LEVEL / 2, 1 - LEVEL / 2]), d["truth"][0]
            ),
            "r over errors, people and images drawn anew": lambda d: _moved(d, 0),
            "r over errors by ranks, people and images drawn anew": lambda d: _moved(d, 1),
        },
    ),
    "recalls": (recalls, {"difference of SDs of recall over labels, 0 outside the interval": _recalls}),
}


def measure(n_studies: int, icc: float, seed: int, only: Sequence[str] = ()) -> list[dict[str, Any]]:
    """Give one figure per case and test; of some cases only, where ``only`` names them."""
    figures = []
    for number, (case, (draw, tests)) in enumerate(CASES.items()):
        if only and case not in only:
            continue
        rng = np.random.default_rng([seed, number])
        hits = dict.fromkeys(tests, 0)
        n = min(n_studies, SLOW.get(case, n_studies))
        for _ in range(n):
            study = draw(rng, icc)
            for name, p in tests.items():
                hits[name] += int(p(study) < LEVEL)
        for name, found in hits.items():
            rate, (low, high) = found / n, wilson(found, n)
            figures.append(
                {
                    "name": f"{name}; {case}", "ours": rate, "peer": LEVEL, "ratio": round(LEVEL / rate, 2) if rate else None,
                    "unit": f"share of {n} null studies", "threads": 1, "ci": [round(low, 4), round(high, 4)],
                }
            )  # fmt: skip
            print(f"{name}; {case}", rate, file=sys.stderr)
    return figures


def markdown(figures: list[dict[str, Any]]) -> str:
    """Lay the figures out by test and case; a rate whose interval leaves .05 out is bold."""
    cells: dict[str, dict[str, str]] = {}
    for figure in figures:
        name, case = figure["name"].split("; ")
        low, high = figure["ci"]
        text = f"{figure['ours']:.3f}".removeprefix("0")
        cells.setdefault(name, {})[case] = text if low <= LEVEL <= high else f"**{text}**"
    over = [case for case, (_, tests) in CASES.items() if tests is ON_METHODS]
    lines = [f"| test | {' | '.join(over)} |", "| --- |" + " --- |" * len(over)]
    lines += [f"| {name} | {' | '.join(own[case] for case in over)} |" for name, own in cells.items() if over[0] in own]
    lines += ["", "| test | null study | rate |", "| --- | --- | --- |"]
    lines += [
        f"| {name} | {case} | {rate} |" for name, own in cells.items() for case, rate in own.items() if case not in over
    ]
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", action="store_true", help="print one JSON object and nothing else")
    parser.add_argument("--markdown", action="store_true", help="print the tables of docs/STATISTICS.md")
    parser.add_argument("--studies", type=int, default=2000)
    parser.add_argument("--icc", type=float, default=0.5)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", nargs="+", choices=list(CASES), default=[], help="try these null studies only")
    arguments = parser.parse_args()
    figures = measure(arguments.studies, arguments.icc, arguments.seed, arguments.only)
    if arguments.json:
        print(json.dumps({"figures": figures}))
    elif arguments.markdown:
        print(markdown(figures))
    else:
        for figure in figures:
            print(f"{figure['name']:<75} {figure['ours']:.3f} {figure['ci']}")


if __name__ == "__main__":
    main()
