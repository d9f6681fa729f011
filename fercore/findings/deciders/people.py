"""Claims about people: how often they are right, what they mistake, and where they click (paper 4.3)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import numpy as np

from fercore.comparison.confusion_ceiling import confusion_ceiling
from fercore.comparison.correlation import Correlation
from fercore.comparison.intervals import bootstrap_mean
from fercore.comparison.spearman import bootstrap_spearman, spearman
from fercore.errors import MissingError
from fercore.findings.confusion_agreement import counts_by_participant
from fercore.findings.evidence import FAILS, HOLDS, IN_PART, UNKNOWN, Decision, Evidence, side
from fercore.findings.finding import has_papers_labels
from fercore.humans.clicks import read_clicks
from fercore.humans.regions import REGIONS, landmark_array, region_of, usual_landmarks
from fercore.notation import interval, probability, share
from fercore.paper import paper_value

NAMED: Final = (("contempt", "neutral"), ("fear", "surprise"), ("anger", "disgust"), ("disgust", "contempt"))
"""What the paper says is mistaken for what."""

ORDER: Final = {"first": "left eye", "second": "right eye", "last": "mouth"}
"""Where the paper says that people click."""

LOW_ACCURACY: Final = 0.2
"""Share of the images that count as those with low accuracy; the paper does not say which do."""


def accuracy(evidence: Evidence) -> Decision:
    """Hold people's accuracy against the paper's."""
    ours, printed = evidence.people, float(paper_value("human", "accuracy"))
    ci = evidence.relations.accuracy_ci
    told = share(ours.accuracy)
    rigorous = (
        f"{told} {interval(ci)}, {ours.n_participants} participants and {len(evidence.study.plan)} images drawn anew"
    )
    if ci.low <= printed <= ci.high:
        return Decision(told, rigorous, HOLDS, f"the paper's {share(printed)} lies in the interval")
    return Decision(told, rigorous, FAILS, f"the paper's {share(printed)} lies outside the interval")


def named_confusions(evidence: Evidence) -> Decision:
    """Look whether the four confusions that the paper names are the four largest."""
    study = evidence.study
    if not has_papers_labels(study):
        raise MissingError("the study has other labels than the paper")
    matrix = evidence.people.confusion
    cells = [
        (matrix[i, j], a, b) for i, a in enumerate(study.label_set) for j, b in enumerate(study.label_set) if i != j
    ]
    largest = {(a, b) for _, a, b in sorted(cells, key=lambda cell: -np.nan_to_num(cell[0]))[: len(NAMED)]}
    index = study.label_set.index
    ours = ", ".join(f"{a} for {b} {share(matrix[index(a), index(b)], 2)}" for a, b in NAMED)
    halves = confusion_ceiling(counts_by_participant(study), evidence.rng())
    spread = halves.spread(evidence.settings.ci_level)
    rigorous = f"errors of two halves of the people: r = {share(halves.mean, 2)} {interval(spread, 2)}"
    n = len(largest & set(NAMED))
    if not spread[0] > 0:
        return Decision(ours, rigorous, UNKNOWN, "people do not agree on what is mistaken for what")
    told = f"{n} of the 4 are among the 4 largest, and people agree on what is mistaken for what"
    return Decision(ours, rigorous, HOLDS if n == len(NAMED) else IN_PART if n else FAILS, told)


def relation(name: str, sign: int) -> Callable[[Evidence], Decision]:
    """Give what decides a correlation over conditions, whose sign in the paper is known."""

    def decide(evidence: Evidence) -> Decision:
        c: Correlation = evidence.people.correlations[name]
        slope = evidence.relations.over_trials[name]
        ours = f"r = {share(c.r, 2)}, {probability(c.p)}"
        rigorous = (
            f"{interval((c.ci_low, c.ci_high), 2)}; over single trials, people and images random: slope {share(slope.slope, 2)} "
            f"{interval(slope.ci, 2)}"
        )
        over, inside = side((c.ci_low, c.ci_high)) == sign, side(slope.ci) == sign
        if over and inside:
            return Decision(ours, rigorous, HOLDS, "over conditions, and for the same person on images alike")
        if over or inside:
            where = "over conditions" if over else "for the same person on images alike"
            return Decision(ours, rigorous, IN_PART, f"only {where}")
        return Decision(ours, rigorous, FAILS, "neither over conditions nor for the same person on images alike")

    return decide


def click_order(evidence: Evidence) -> Decision:
    """Look where the first, the second and the last clicks of correct trials fall."""
    region, rank, per_trial, trial, participants = _clicks(evidence)
    chosen = {"first": rank == 0, "second": rank == 1, "last": rank == per_trial - 1}
    told, intervals, most, usual = [], [], [], []
    for place, where in ORDER.items():
        own = region[chosen[place]]
        shares = np.bincount(own, minlength=len(REGIONS)) / max(len(own), 1)
        hit = own == REGIONS.index(where)
        ci = bootstrap_mean(
            hit.astype(float),
            participants[trial[chosen[place]]],
            evidence.rng(),
            n_resamples=evidence.settings.n_bootstrap,
            level=evidence.settings.ci_level,
        )
        first = REGIONS[int(shares.argmax())]
        told.append(
            f"{place} {where} {share(hit.mean(), 2)}"
            + (f" ({first} {share(shares.max(), 2)})" if first != where else "")
        )
        intervals.append(f"{place} {interval(ci, 2)}")
        usual.append(first == where)
        most.append(ci.low > 0.5)
    ours, rigorous = ", ".join(told), f"{', '.join(intervals)} over participants"
    if all(most):
        return Decision(ours, rigorous, HOLDS, "each is where most of these clicks fall")
    if any(usual):
        places = " and ".join(place for place, one in zip(ORDER, usual, strict=True) if one)
        mostly = "" if any(most) else ", and none by more than half of the clicks"
        return Decision(ours, rigorous, IN_PART, f"the region named comes first for {places} clicks{mostly}")
    return Decision(ours, rigorous, FAILS, "other regions come first in every place")


def last_clicks(evidence: Evidence) -> Decision:
    """Look whether images that few get right draw last clicks to the left eye."""
    region, rank, per_trial, trial, _ = _clicks(evidence)
    last = rank == per_trial - 1
    study = evidence.study
    right = study.kept_trials[study.kept_trials["correct"].to_numpy(bool)].reset_index(drop=True)
    images = right["image"].to_numpy()[trial[last]]
    plan = list(study.plan["image"])
    hits = dict.fromkeys(plan, np.nan)
    left = region[last] == REGIONS.index("left eye")
    for image in np.unique(images):
        hits[str(image)] = float(left[images == image].mean())
    by_image = study.kept_trials.groupby("image")["correct"].mean().reindex(plan).to_numpy(float)
    shares = np.array([hits[image] for image in plan])
    low = by_image <= np.nanquantile(by_image, LOW_ACCURACY)
    rest = np.isfinite(by_image) & ~low
    if not (np.isfinite(shares[low]).any() and np.isfinite(shares[rest]).any()):
        raise MissingError("all images are equally hard, or nobody clicked on the hard ones")
    hardest, others = (share(float(np.nanmean(shares[which])), 2) for which in (low, rest))
    ours = f"last click in the left eye: {hardest} of the hardest fifth, {others} of the others"
    s = evidence.settings
    found = spearman(by_image, shares, s.ci_level)
    ci = bootstrap_spearman(by_image, shares, evidence.rng(), n_resamples=s.n_bootstrap, level=s.ci_level)
    rigorous = f"rank r with accuracy {share(found.r, 2)} {interval(ci, 2)}, n = {found.n} images"
    told = {
        -1: (HOLDS, "the harder the image, the more often"),
        0: (UNKNOWN, "the interval holds no relation as well"),
        1: (FAILS, "the easier the image, the more often"),
    }
    return Decision(ours, rigorous, *told[side(ci)])


def _clicks(evidence: Evidence) -> tuple[np.ndarray, ...]:
    """Read correct trials: region, rank, clicks of its trial, and trial of every click; participant of every trial."""
    study = evidence.study
    evidence.people  # noqa: B018  says what is missing
    if study.trials.empty or not study.kept_trials["correct"].any():
        raise MissingError("nobody was right about any image")
    trials = study.kept_trials[study.kept_trials["correct"].to_numpy(bool)]
    landmarks = usual_landmarks(study.plan, study.side) if study.landmarks is None else study.landmarks
    clicks = read_clicks(trials["clicks"])
    if len(clicks.x) == 0:
        raise MissingError("nobody clicked")
    marks = landmark_array(landmarks, list(trials["image"]))
    region = region_of(clicks.x, clicks.y, marks[clicks.trial])
    return region, clicks.rank, clicks.per_trial[clicks.trial], clicks.trial, trials["participant"].to_numpy()


DECIDERS: Final[dict[str, Callable[[Evidence], Decision]]] = {
    "human-accuracy": accuracy,
    "named-confusions": named_confusions,
    "clicks-time": relation("clicks_time", 1),
    "clicks-accuracy": relation("clicks_accuracy", -1),
    "time-accuracy": relation("time_accuracy", -1),
    "click-order": click_order,
    "last-clicks": last_clicks,
}
"""By the names in ``claims.toml``."""
