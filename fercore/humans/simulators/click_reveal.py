"""An observer who clicks where the labels differ, gathers evidence, and answers when sure enough. SIMULATED.

The blurred face gives a little evidence. Then click follows click: a region of the scan path, a place in it that still
hides diagnostic pixels, evidence in proportion to what the disc newly uncovers, plus noise that grows with its square
root (a diffusion in uncovered mass). The observer stops at a bound, or out of patience, and answers by the sign of the
evidence. Lengths are fractions of the image side, evidence is in natural log-odds, positive for the true label.

The scan path follows the paper's 4.3 (left eye, then right eye, then mouth), and the difficulty of conditions its Fig. 2;
all else is tuned by hand so that tables look like the paper's. Nothing here is fitted to people, and behaviour does not
test the maps: with maps exchanged between images all tables of behaviour stay as they are.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from fercore.errors import SettingsError
from fercore.humans.simulated_trials import Looks, tabulate
from fercore.humans.simulation import GRID, SIMULATORS, Stimuli, condition_ease
from fercore.settings import DesignSettings, digest

Floats = NDArray[np.float64]

SCAN_PATH = np.array([
    [0.62, 0.16, 0.17, 0.05],
    [0.14, 0.56, 0.25, 0.05],
    [0.14, 0.16, 0.64, 0.06],
    [0.36, 0.24, 0.32, 0.08],
])  # fmt: skip
"""Pull of left eye, right eye, mouth, elsewhere (columns) on the first, second, third and every later click (rows)."""

MAX_CLICKS = 40
"""Clicks after which everybody answers."""

_LAPSE_CONCENTRATION = 50.0  # of the Beta law over participants
_HIDDEN_FLOOR = 0.02  # pull of places without anything to uncover, against the best place of the face
_GUESSER_BOUND = 0.2


@dataclass(frozen=True)
class ClickRevealSettings:
    """Parameters of the observers, tuned by hand on rendered faces with other seeds than the tests use."""

    drift: float = 5.2
    """Mean evidence for the true label in a fully uncovered face, log-odds."""
    drift_condition_sd: float = 2.0
    """SD of that over conditions, log-odds."""
    drift_image_sd: float = 2.0
    """SD of that over the images of a condition, log-odds: some images mislead everybody."""
    drift_person_sd: float = 0.14
    """Log-normal SD of a participant's ability, which multiplies the drift."""
    noise: float = 2.3
    """SD of the noise of a fully uncovered face, log-odds."""
    blur_share: float = 0.06
    """Share of a face's evidence that the blurred face gives away."""
    bound: float = 1.5
    """Evidence at which an observer answers, log-odds."""
    bound_person_sd: float = 0.20
    """Log-normal SD of the bound over participants (caution)."""
    care_condition_sd: float = 0.18
    """Log-normal SD of the bound over conditions: pairs that look confusable are inspected longer."""
    patience: float = 7.0
    """Median of the largest number of clicks in a trial."""
    patience_sd: float = 0.45
    """Log-normal SD of that, half of its variance over participants and half over trials."""
    knowledge: float = 1.0
    """Exponent of what a disc would uncover in the choice of places; 0 is a blind scan path."""
    motor_sd: float = 0.025
    """SD of pointing, fraction of the image side."""
    region_sd: float = 0.07
    """SD of the Gaussian around an eye, fraction of the image side; the mouth's is 1.6 times as wide."""
    radius: float = DesignSettings.disc_radius_fraction
    """Radius of the disc that a click uncovers, fraction of the image side."""
    lapse: float = 0.02
    """Mean probability of answering by guess."""
    onset_s: float = 1.10
    """Median time to the first click, s."""
    interval_s: float = 0.62
    """Median time between clicks, s."""
    decide_s: float = 0.75
    """Median time from the last click to a fully confident answer, s."""
    hesitation: float = 2.5
    """Growth of that time with missing confidence: times exp(hesitation (1 - evidence / bound))."""
    time_condition_sd: float = 0.08
    """Log-normal SD of times over conditions."""
    time_sd: float = 0.30
    """Log-normal SD of every single time."""
    speed_person_sd: float = 0.22
    """Log-normal SD of a participant's speed."""
    guesser: bool = True
    """Whether the last of at least three participants guesses after one or two clicks, for the exclusion rule to find."""
    skipper: bool = True
    """Whether the last but one of at least three participants skips a block."""
    n_blocks: int = DesignSettings.n_blocks
    """Blocks of trials."""

    def __post_init__(self) -> None:
        if not (self.radius > 0 and self.bound > 0 and 0 <= self.lapse < 1):
            seen = f"radius {self.radius!r}, bound {self.bound!r}, lapse {self.lapse!r}"
            raise SettingsError(f"With {seen} nobody can answer: radius and bound must be above 0, lapse in [0, 1).")


@dataclass(frozen=True)
class _People:
    """Traits, (n_participants,) each; factors around 1 but for lapse (a probability)."""

    ability: Floats
    caution: Floats
    lapse: Floats
    speed: Floats
    patience: Floats
    guesses: NDArray[np.bool_]

    @classmethod
    def draw(cls, settings: ClickRevealSettings, n: int, rng: np.random.Generator) -> _People:
        k = _LAPSE_CONCENTRATION
        ability = rng.lognormal(0, settings.drift_person_sd, n)
        caution = rng.lognormal(0, settings.bound_person_sd, n)
        lapse = rng.beta(settings.lapse * k, (1 - settings.lapse) * k, n) if settings.lapse else np.zeros(n)
        speed = rng.lognormal(0, settings.speed_person_sd, n)
        patience = rng.lognormal(0, settings.patience_sd / np.sqrt(2), n)
        guesses = np.arange(n) == (n - 1 if settings.guesser and n >= 3 else -1)
        ability[guesses], caution[guesses], lapse[guesses] = 0.0, _GUESSER_BOUND / settings.bound, 1.0
        return cls(ability, caution, lapse, speed, patience, guesses)


@SIMULATORS.register
def click_reveal(
    stimuli: Stimuli, settings: ClickRevealSettings | None, n_participants: int, seed: int
) -> pd.DataFrame:
    """Simulate all trials; see `simulation.simulate` for arguments and result."""
    settings = settings or ClickRevealSettings()
    rng = np.random.default_rng(seed)
    people = _People.draw(settings, n_participants, rng)
    skipped = int(rng.integers(1, settings.n_blocks + 1))
    n_labels = len(stimuli.label_set)
    ease = condition_ease(stimuli.label_set, rng)
    care = rng.lognormal(0, settings.care_condition_sd, (n_labels, n_labels))
    slow = rng.lognormal(0, settings.time_condition_sd, (n_labels, n_labels))
    columns = [[stimuli.label_set.index(name) for name in stimuli.plan[c]] for c in ("true_label", "false_label")]
    looks = []
    for row, condition in enumerate(zip(*columns, strict=True)):
        strength = settings.drift + settings.drift_condition_sd * ease[condition]
        strength += settings.drift_image_sd * rng.standard_normal()
        scene = _Scene(stimuli.diagnostic[row], stimuli.landmarks[row], settings)
        looks.append(_look(scene, strength, care[condition], slow[condition], people, settings, rng))
    skips = settings.skipper and n_participants >= 3 and settings.n_blocks > 1
    skip = {n_participants - 2: skipped} if skips else {}
    return tabulate(looks, stimuli.plan, stimuli.side, settings.n_blocks, skip, seed, digest(settings))


class _Scene:
    """One face: its diagnostic mass, padded by ``reach`` cells so that discs may reach over the edge, and its regions."""

    def __init__(self, diagnostic: Floats, landmarks: Floats, settings: ClickRevealSettings) -> None:
        radius = settings.radius * GRID
        self.reach = int(np.ceil(radius))
        steps = np.arange(-self.reach, self.reach + 1)
        self.disc = (steps[:, None] ** 2 + steps**2 <= radius**2).astype(np.float64)
        self.mass = np.pad(diagnostic, self.reach)
        centre = (np.arange(GRID) + 0.5) / GRID
        x, y = np.meshgrid(centre, centre)
        face = np.exp(-((((x - 0.5) / 0.30) ** 2 + ((y - 0.55) / 0.38) ** 2) ** 2))
        widths = settings.region_sd * np.array([1.0, 1.0, 1.6])
        pulls = [
            np.exp(-(((x - cx) / width) ** 2 + ((y - cy) / settings.region_sd) ** 2) / 2)
            for (cx, cy), width in zip(landmarks, widths, strict=True)
        ]
        regions = np.stack([*pulls, face]).reshape(4, -1)
        self.regions = regions / regions.sum(axis=1, keepdims=True)
        """(4, GRID²), each summing to 1: left eye, right eye, mouth, the whole face."""

    def gain(self, hidden: NDArray[np.bool_]) -> Floats:
        """Give the mass that a disc at each place would uncover, (GRID²,), from what is hidden (padded)."""
        inside = slice(self.reach, -self.reach)
        uncovered = cv2.filter2D(self.mass * hidden, -1, self.disc, borderType=cv2.BORDER_CONSTANT)
        return np.asarray(uncovered[inside, inside], dtype=np.float64).ravel()


def _look(
    scene: _Scene,
    strength: float,
    care: float,
    slow: float,
    people: _People,
    settings: ClickRevealSettings,
    rng: np.random.Generator,
) -> Looks:
    """Let all participants look at one image at once: one pass of the loop is one click of all who still look."""
    n = len(people.ability)

    def jitter(size: int) -> Floats:
        return rng.lognormal(0, settings.time_sd, size)

    drift = strength * people.ability
    evidence = settings.blur_share * drift + np.sqrt(settings.blur_share) * settings.noise * rng.standard_normal(n)
    bound = settings.bound * people.caution * care
    most = settings.patience * people.patience * rng.lognormal(0, settings.patience_sd / np.sqrt(2), n)
    most = np.where(people.guesses, rng.integers(1, 3, n), np.clip(np.round(most), 1, MAX_CLICKS))
    time = settings.onset_s * people.speed * jitter(n)
    hidden = np.ones((n, *scene.mass.shape), dtype=bool)
    gain = np.tile(scene.gain(hidden[0]), (n, 1))
    disc = np.argwhere(scene.disc)
    clicks: list[tuple[NDArray[np.intp], Floats, Floats, Floats]] = []
    looking = np.arange(n)
    while len(looking):
        k = len(clicks)
        if k:
            time[looking] += settings.interval_s * slow * people.speed[looking] * jitter(len(looking))
        x, y = _point(scene, gain[looking], SCAN_PATH[min(k, len(SCAN_PATH) - 1)], settings, rng)
        clicks.append((looking, x, y, time[looking]))
        row = (y * GRID).astype(int)[:, None] + disc[:, 0]
        column = (x * GRID).astype(int)[:, None] + disc[:, 1]
        new = (scene.mass[row, column] * hidden[looking[:, None], row, column]).sum(axis=1)
        hidden[looking[:, None], row, column] = False
        evidence[looking] += drift[looking] * new + settings.noise * np.sqrt(new) * rng.standard_normal(len(looking))
        looking = looking[(np.abs(evidence[looking]) < bound[looking]) & (k + 1 < most[looking])]
        for person in looking:
            gain[person] = scene.gain(hidden[person])
    correct = np.where(rng.random(n) < people.lapse, rng.random(n) < 0.5, evidence > 0)  # a lapse is a guess
    doubt = np.clip(1 - np.abs(evidence) / bound, 0, 1)
    decision = time + settings.decide_s * slow * people.speed * np.exp(settings.hesitation * doubt) * jitter(n)
    person, x, y, t_s = (np.concatenate(part) for part in zip(*clicks, strict=True))
    return Looks(person, x, y, t_s, decision, correct)


def _point(
    scene: _Scene, gain: Floats, scan: Floats, settings: ClickRevealSettings, rng: np.random.Generator
) -> tuple[Floats, Floats]:
    """Choose a region, then a place in it, and point there: x and y, (n,), fractions of the side in [0, 1)."""
    n = len(gain)
    pull = (gain / np.maximum(gain.max(axis=1, keepdims=True), 1e-12) + _HIDDEN_FLOOR) ** settings.knowledge
    region = _draw(scan * (pull @ scene.regions.T), rng)
    cell = _draw(scene.regions[region] * pull, rng)
    place = np.stack([cell % GRID, cell // GRID]) + rng.random((2, n))
    x, y = np.clip(place / GRID + settings.motor_sd * rng.standard_normal((2, n)), 0, 1 - 1e-5)
    return x, y


def _draw(weights: Floats, rng: np.random.Generator) -> NDArray[np.intp]:
    """Draw one column per row, with probability in proportion to the weights."""
    sums = weights.cumsum(axis=1)
    target = rng.random(len(weights))[:, None] * sums[:, -1:]
    drawn: NDArray[np.intp] = np.minimum((sums <= target).sum(axis=1), weights.shape[1] - 1)
    return drawn
