"""Text for a paper: what was done, from the settings in force, and what came out, in the style of the APA."""

from __future__ import annotations

import platform
from collections.abc import Iterator
from dataclasses import dataclass, field
from importlib.metadata import version

import fercore
from fercore import notation
from fercore.errors import MissingError
from fercore.findings.apa import attention_sentences, ci, in_a_row
from fercore.findings.attention import AttentionSweep, mean_maps, sweep_attention
from fercore.findings.bibliography import METHODS, REGIMES, SOURCES, bibtex
from fercore.findings.manuscript_maps import settings_sentences, targets
from fercore.findings.manuscript_responses import answers_methods, answers_results, looks_methods
from fercore.findings.manuscript_statistics import statistics
from fercore.findings.networks import readouts
from fercore.findings.people import people
from fercore.findings.rigorous_results import RELATIONS, map_sentences, network_sentences, people_sentences
from fercore.machines.regime import MULTICLASS, find_regime
from fercore.machines.runs import Run
from fercore.saliency.maps import METHOD_LABELS
from fercore.settings import ComparisonSettings, ExclusionSettings
from fercore.study import Study

_PACKAGES = ("numpy", "scipy", "statsmodels", "torch", "captum")


@dataclass
class Manuscript:
    """Paragraphs, and what they cite."""

    methods: list[str] = field(default_factory=list)
    """What was done, a paragraph each."""
    results: list[str] = field(default_factory=list)
    """What came out, a sentence or two each."""
    cited: list[str] = field(default_factory=list)
    """Keys of `bibliography.ENTRIES`."""

    def cite(self, key: str) -> str:
        """Note that something is cited, and give how it is cited in the text."""
        self.cited.append(key)
        return f"[@{key}]"

    @property
    def bibtex(self) -> str:
        """The entries of everything that is cited."""
        return bibtex(self.cited)


def manuscript(study: Study, run: Run | None, settings: ComparisonSettings) -> Manuscript:
    """Write down what was done and found in a study, in both readings; parts that it does not have are left out.

    Citations stand as ``[@key]``, as pandoc reads them.
    """
    text = Manuscript()
    if study.responses is not None:
        text.methods.append(answers_methods(study, settings, text.cite))
        text.results += answers_results(study, settings)
    if study.has_images:
        text.methods.append(_stimuli(study, text))
    if not study.trials.empty:
        text.methods.append(_participants(study))
        text.results += [*_people_results(study, settings), *people_sentences(study, settings)]
    elif study.looks is not None:
        text.methods.append(looks_methods(study, text.cite))
    if run is not None:
        text.methods.append(_networks(study, run, text))
        text.results += [*_network_results(study, run, settings), *network_sentences(study, run, settings)]
    text.methods += statistics(study, run, text.cite)
    sweep = None if run is None else _sweep(study, run)
    if run is not None and sweep is not None:
        text.methods.append(_maps(study, run, sweep, settings, text))
        text.results += [*attention_sentences(sweep, settings), *map_sentences(study, run, settings)]
    text.methods.append(_software(settings))
    return text


def _sweep(study: Study, run: Run) -> AttentionSweep | None:
    try:
        return sweep_attention(mean_maps(study, run))
    except MissingError:
        return None


def _stimuli(study: Study, text: Manuscript) -> str:
    card, counts = study.card, study.plan["true_label"].value_counts()
    per_label = str(counts.iloc[0]) if counts.nunique() == 1 else f"{counts.min()} to {counts.max()}"
    source = f" from the source {card.image_source!r}" + (
        f" {text.cite(SOURCES[card.image_source])}" if card.image_source in SOURCES else ""
    )
    faces = "rendered faces" if card.faces == "rendered" else "photographs of faces"
    kernel = max(1, round(card.design.blur_fraction * study.side))
    return (
        f"Stimuli were {len(study.plan)} {faces}{source} ({per_label} per expression; {', '.join(study.label_set)}) of "
        f"{study.side} x {study.side} px, following {text.cite('park2022')}. Each was shown gray and blurred by a box filter of "
        f"{kernel} px; a click uncovered a disc with a radius of {notation.decimal(study.radius_px, 1)} px of the sharp colour "
        "image."
        + (
            ""
            if study.trials.empty and study.looks is not None
            else " Participants then chose between the true label and one false label, which was fixed per image."
        )
    )


def _participants(study: Study) -> str:
    outcome, rule = study.exclusion, ExclusionSettings()
    everybody = outcome.participants
    left = everybody[~everybody["kept"].astype(bool)]
    who = "participants"
    if study.simulated:
        seeds = ", ".join(map(str, sorted(study.trials["seed"].dropna().unique())))
        who = f"simulated observers (a program, seed {seeds}; no evidence about people)"
    reasons = "; ".join(f"{row['participant']}: {row['reason']}" for row in left.to_dict("records"))
    return (
        f"{len(everybody)} {who} took part. Left out was whoever missed more than {rule.max_missing_trials} of the planned "
        f"trials, and whose accuracy lay more than {rule.sd_cutoff:g} SD below the mean of the others: {len(left)} of them"
        + (f" ({reasons})" if reasons else "")
        + f". {len(outcome.kept)} were kept."
    )


def _networks(study: Study, run: Run, text: Manuscript) -> str:
    t = run.training
    network = f"{t.network} networks" + (f" {text.cite('he2016')}" if t.network.startswith("resnet") else "")
    n_train = len(study.images.of_split("train"))
    pairs = len(run.card["pairs"])
    ways = []
    for name in run.regimes:
        regime = find_regime(name, t)
        what = (
            f"{pairs} pair classifiers"
            if name != MULTICLASS
            else "one classifier of all labels, its loss weighted by label"
        )
        cited = f" {text.cite(REGIMES[name])}" if name in REGIMES else ""
        ways.append(f"{name!r}{cited} ({what}, at most {regime.max_epochs} epochs)")
    start = run.card.get("starting_weights", "random")
    return (
        f"{network[0].upper()}{network[1:]} saw faces at {t.input_side} px and were trained on {n_train} other images with "
        f"Adam {text.cite('kingma2015')} (learning rate {t.learning_rate:g}, batches of {t.batch_size}, starting weights: "
        f"{start}), the larger label of a pair undersampled, with random flips, shifts, scalings, rotations and changes of "
        f"brightness and contrast, by the regimes {'; '.join(ways)}. The seed was {run.card['seed']}."
    )


def _maps(study: Study, run: Run, sweep: AttentionSweep, settings: ComparisonSettings, text: Manuscript) -> str:
    named = [f"{METHOD_LABELS[method]} {text.cite(METHODS[method])}" for method in sweep.methods]
    who = "who " if study.trials.empty else "with a correct response who "
    return (
        f"Saliency maps were computed for {targets(run, sweep.methods)} with the classifier of each image's pair by {in_a_row(named)}."
        f"{settings_sentences(run, sweep.methods)} People's "
        f"attention maps were the share of participants {who}had uncovered a pixel. Maps were averaged within the "
        f"{len(sweep.label_set.conditions)} conditions, scaled to 0..255 by minimum and maximum, and cut at {settings.threshold}; "
        f"agreement was the Dice coefficient {text.cite('dice1945')}. Methods were compared by one-way analysis of variance over "
        f"conditions and Tukey's HSD {text.cite('tukey1949')}; and, since every method scores the same conditions, by analysis of "
        f"variance of repeated measures with the correction of Greenhouse and Geisser {text.cite('greenhouse1959')}, Friedman's test "
        f"{text.cite('friedman1937')} and paired differences with Holm's correction {text.cite('holm1979')}. Intervals of shares of "
        f"variance and of d_z come from the noncentral distributions of F and t {text.cite('steiger2004')}, that of Kendall's "
        "W from a bootstrap over conditions. Beside that, maps were compared image by image at equal area, the top "
        f"{settings.top_percent:g}% of the pixels of each, and held against people's maps of other images."
    )


def _software(settings: ComparisonSettings) -> str:
    versions = ", ".join(f"{name} {version(name)}" for name in _PACKAGES)
    return (
        f"Analyses were made with fercore {fercore.__version__}, Python {platform.python_version()}, {versions}. Intervals are "
        f"{settings.ci_level:.0%} intervals; bootstrap intervals come from {settings.n_bootstrap} resamples (seed {settings.seed})."
    )


def _people_results(study: Study, settings: ComparisonSettings) -> Iterator[str]:
    ours = people(study, settings)
    who = "Simulated observers" if study.simulated else "Participants"
    yield f"{who} chose the true label in {notation.share(ours.accuracy)} of trials, {ci(ours.accuracy_ci, settings)}."
    told = [
        f"{RELATIONS[name]}, r({c.n - 2}) = {notation.share(c.r, 2)}, {ci((c.ci_low, c.ci_high), settings)}, {notation.probability(c.p)}"
        for name, c in ours.correlations.items()
    ]
    yield f"Over conditions, correlations were: {'; '.join(told)}."


def _network_results(study: Study, run: Run, settings: ComparisonSettings) -> Iterator[str]:
    for regime, by_split in readouts(study, run, settings).items():
        answers = by_split.get("experimental")
        if answers is None:
            continue
        votes = [
            f"{notation.share(share.value)} ({rule if rule == MULTICLASS else f'{rule} vote'}), {ci(share.ci, settings)}"
            for rule, share in answers.accuracy.items()
            if rule in ("simple", "weighted", MULTICLASS)
        ]
        among = f" Among all labels accuracy was {in_a_row(votes)}." if votes else ""
        yield (
            f"Networks of {regime!r} were right in {notation.share(answers.two_afc.value)} of the same two-alternative choices, "
            f"{ci(answers.two_afc.ci, settings)}.{among}"
        )
