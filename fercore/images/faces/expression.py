"""Expressions as facial action units (Ekman & Friesen 1978), and how one person on one occasion shows them.

A *manner* is everything about a facial movement that is not its label: strength, habits, asymmetry, gaze. The same
manner with another label is what the same person would have looked like with the other expression, which is what the
ground truth of `truth` compares.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from fercore.errors import InputError
from fercore.images.faces.basis import Array, Basis
from fercore.labels import EXPRESSIONS

Units = Mapping[int, float]
"""Activation of action units, about 0..1.2."""


def _sides(stem: str, weight: float) -> tuple[tuple[str, float, str], ...]:
    return (f"face/{stem}Left", weight, "L"), (f"face/{stem}Right", weight, "R")


def _unit_sides(stem: str, end: str, weight: float) -> tuple[tuple[str, float, str], ...]:
    return (f"unit/{stem}-left-{end}", weight, "L"), (f"unit/{stem}-right-{end}", weight, "R")


ACTION_UNITS: dict[int, tuple[tuple[str, float, str], ...]] = {
    1: (("face/browInnerUp", 1.25, "B"), *_unit_sides("eyebrows", "inner-up", 0.9)),
    2: (
        *_sides("browOuterUp", 0.9),
        *_unit_sides("eyebrows", "extern-up", 0.5),
        *_unit_sides("eyebrows", "up", 0.3),
    ),
    4: (*_sides("browDown", 0.8), *_unit_sides("eyebrows", "down", 0.75)),
    5: (*_sides("eyeWide", 1.2), *_unit_sides("eye", "opened-up", 0.3)),
    6: (*_sides("cheekSquint", 0.9), *_sides("eyeSquint", 0.7)),
    7: (*_sides("eyeSquint", 0.85), *_unit_sides("eye", "slit", 0.35)),
    9: (
        *_sides("noseSneer", 1.6),
        *_sides("browDown", 0.25),
        *_unit_sides("nose", "elevation", 0.7),
        ("unit/nose-compression", 0.8, "B"),
    ),
    10: (*_sides("mouthUpperUp", 1.25), *_sides("noseSneer", 0.4)),
    12: (*_sides("mouthSmile", 0.95), *_sides("mouthUpperUp", 0.2)),
    14: _sides("mouthDimple", 1.1),
    15: (*_sides("mouthFrown", 1.45), ("unit/mouth-depression", 0.25, "B")),
    16: _sides("mouthLowerDown", 1.1),
    17: (("face/mouthShrugLower", 1.1, "B"), ("face/mouthShrugUpper", 0.4, "B")),
    20: _sides("mouthStretch", 1.2),
    23: (*_sides("mouthPress", 0.55), ("face/mouthRollUpper", 0.35, "B"), ("face/mouthRollLower", 0.45, "B")),
    24: _sides("mouthPress", 0.8),
    25: (("face/jawOpen", 0.16, "B"), *_sides("mouthLowerDown", 0.5), *_sides("mouthUpperUp", 0.15)),
    26: (("face/jawOpen", 0.5, "B"),),
    27: (("face/jawOpen", 0.85, "B"),),
    43: _sides("eyeBlink", 1.0),
}
"""Targets that an action unit moves: name, weight at activation 1, and side (left, right, or both)."""

PROTOTYPES: dict[str, Units] = {
    "neutral": {},
    "happy": {6: 0.8, 12: 0.95, 25: 0.8},
    "sad": {1: 1.0, 4: 0.55, 15: 1.0, 17: 0.6, 43: 0.18},
    "surprise": {1: 0.9, 2: 1.0, 5: 0.9, 26: 1.0},
    "fear": {1: 1.0, 2: 0.5, 4: 0.6, 5: 1.0, 20: 0.9, 25: 0.7, 26: 0.35},
    "disgust": {4: 0.4, 7: 0.4, 9: 1.0, 10: 0.9, 15: 0.5, 17: 0.5},
    "anger": {4: 1.0, 5: 0.4, 7: 0.7, 23: 0.9, 24: 0.4, 17: 0.3},
    "contempt": {12: 0.55, 14: 0.9, 7: 0.15},
}
"""The usual form of every expression (after EMFACS)."""

VARIANTS: dict[str, tuple[Units, ...]] = {
    "neutral": (),
    "happy": ({6: 0.6, 12: 0.8}, {6: 1.0, 12: 1.0, 25: 0.8, 26: 0.3}, {12: 0.7, 25: 0.3}),
    "sad": ({1: 1.0, 15: 0.8, 4: 0.3}, {1: 0.7, 4: 0.6, 15: 1.0, 17: 1.0, 43: 0.35}),
    "surprise": ({1: 1.0, 2: 1.0, 5: 0.7, 27: 0.8}, {1: 0.9, 2: 0.9, 5: 0.8, 25: 0.4}),
    "fear": ({1: 1.0, 4: 0.6, 5: 1.0, 25: 0.8, 20: 0.6}, {1: 0.9, 2: 0.8, 5: 1.0, 20: 0.8, 26: 0.8}),
    "disgust": (
        {9: 1.0, 10: 0.6, 4: 0.5, 7: 0.5},
        {10: 1.0, 17: 0.7, 9: 0.4, 15: 0.4},
        {9: 0.8, 10: 0.9, 25: 0.6, 16: 0.5},
    ),
    "anger": (
        {4: 1.0, 7: 0.8, 10: 0.5, 25: 0.6, 16: 0.4, 5: 0.3},
        {4: 1.0, 7: 0.5, 24: 0.8},
        {4: 0.9, 5: 0.7, 23: 0.8},
    ),
    "contempt": ({14: 1.0}, {12: 0.7, 14: 0.4}, {14: 0.8, 12: 0.3, 2: 0.5}),
}
"""Other forms that occur; six in ten faces show one of them."""

HABITS = (1, 2, 4, 7, 12, 15, 17, 24, 25)
"""Action units that some people add to any expression."""

ONE_SIDED = (2, 7, 12, 14)
"""Action units of contempt that one side of the face hardly shows."""

REST = {
    "unit/eyebrows-left-inner-up": 0.45,
    "unit/eyebrows-right-inner-up": 0.45,
    "unit/eyebrows-left-up": 0.12,
    "unit/eyebrows-right-up": 0.12,
    "unit/eye-left-opened-up": 0.25,
    "unit/eye-right-opened-up": 0.25,
    "face/mouthSmileLeft": 0.07,
    "face/mouthSmileRight": 0.07,
}
"""Lift of brows, lids and mouth corners that every face has: the bare head looks stern."""


@dataclass(frozen=True, eq=False)
class Manner:
    """How one person moves the face on one occasion, whatever the expression.

    Parameters
    ----------
    form
        0..1: which variant of the expression is shown.
    strength
        Factor on all action units.
    emphasis, left, right
        Factor per action unit, for the face and for either side.
    habits
        Action units added to any expression.
    blend, blend_weight
        An expression that shows through, and how much of it (0: none).
    weak_side
        Side that hardly takes part in contempt, "L" or "R"; ``weakness`` is how much of it is left there.
    gaze
        Direction of the eyes to the head's left and up; 1 is as far as they go.
    """

    form: float
    strength: float
    emphasis: Units
    left: Units
    right: Units
    habits: Units
    blend: str
    blend_weight: float
    weak_side: str
    weakness: float
    gaze: tuple[float, float]


@dataclass(frozen=True, eq=False)
class Movement:
    """Activation of action units on the left and right side of the face, and the gaze."""

    left: Units
    right: Units
    gaze: tuple[float, float]

    def mean(self, unit: int) -> float:
        """Activation of a unit, averaged over the sides."""
        return (self.left.get(unit, 0.0) + self.right.get(unit, 0.0)) / 2


def sample_manner(rng: np.random.Generator, overlap: float = 1.0) -> Manner:
    """Draw a manner.

    Parameters
    ----------
    rng
        Source of randomness; the same amount is drawn from it whatever comes out.
    overlap
        0: full, prototypical expressions; 1: weak, blended and idiosyncratic ones, so that labels overlap.
    """
    units = sorted(ACTION_UNITS)
    n = len(units)
    jitter = rng.uniform(1 - 0.3 * overlap, 1 + 0.2 * overlap, n)
    dropped = rng.random(n) < 0.10 * overlap
    emphasis = np.where(dropped, rng.uniform(0, 0.4, n), jitter)
    sides = rng.uniform(0.88, 1.06, (2, n))
    habit = rng.random(len(HABITS)) < 0.12 * overlap
    added = rng.uniform(0.05, 0.3, len(HABITS)) * habit
    droop = rng.uniform(0, 0.2) * (rng.random() < 0.25)
    blended = rng.random() < 0.35 * overlap
    gaze = rng.normal(0, (0.25, 0.12))
    return Manner(
        form=float(rng.random()),
        strength=float(np.clip(rng.normal(1.0 - 0.22 * overlap, 0.22 * overlap + 0.05), 0.25, 1.15)),
        emphasis=dict(zip(units, emphasis.tolist(), strict=True)),
        left=dict(zip(units, sides[0].tolist(), strict=True)),
        right=dict(zip(units, sides[1].tolist(), strict=True)),
        habits={**dict(zip(HABITS, added.tolist(), strict=True)), 43: float(droop)},
        blend=EXPRESSIONS[int(rng.integers(1, len(EXPRESSIONS) - 1))],  # contempt, the last, is one-sided: not blended
        blend_weight=float(rng.uniform(0.1, 0.38) * blended),
        weak_side="L" if rng.random() < 0.5 else "R",
        weakness=float(rng.uniform(0, 0.25)),
        gaze=(float(np.clip(gaze[0], -0.8, 0.8)), float(np.clip(gaze[1], -0.8, 0.8))),
    )


def express(label: str, manner: Manner) -> Movement:
    """Give the movement of an expression in a manner; raises `InputError` for a label without a prototype."""
    if label not in PROTOTYPES:
        raise InputError(f"No face can be rendered for the label {label!r}. Labels: {', '.join(PROTOTYPES)}.")
    units = _form(label, manner.form)
    alone = len(units) <= 2  # a form of one or two units would vanish with a weak one
    shown = {
        unit: value * manner.strength * (max(manner.emphasis[unit], 0.7) if alone else manner.emphasis[unit])
        for unit, value in units.items()
    }
    if manner.blend != label:
        for unit, value in PROTOTYPES[manner.blend].items():
            shown[unit] = max(shown.get(unit, 0.0), value * manner.blend_weight)
    for unit, value in manner.habits.items():
        shown[unit] = max(shown.get(unit, 0.0), value) if unit == 43 else shown.get(unit, 0.0) + value
    left = {unit: value * manner.left[unit] for unit, value in shown.items()}
    right = {unit: value * manner.right[unit] for unit, value in shown.items()}
    if label == "contempt":
        weak = left if manner.weak_side == "L" else right
        weak.update({unit: weak[unit] * manner.weakness for unit in ONE_SIDED if unit in weak})
    return Movement(left, right, manner.gaze)


def _form(label: str, form: float) -> Units:
    variants = VARIANTS[label]
    if form >= 0.6 or not variants:
        return PROTOTYPES[label]
    return variants[int(form / 0.6 * len(variants))]


def target_weights(basis: Basis, movement: Movement) -> Array:
    """Weights (targets,) of the basis that show a movement, with the lift of `REST`."""
    weights = np.zeros(len(basis.names), np.float32)
    for name, weight in REST.items():
        weights[basis.index[name]] += weight
    for unit in sorted(set(movement.left) | set(movement.right)):
        left, right = movement.left.get(unit, 0.0), movement.right.get(unit, 0.0)
        activation = {"L": left, "R": right, "B": (left + right) / 2}
        for name, weight, side in ACTION_UNITS[unit]:
            weights[basis.index[name]] += weight * activation[side]
    across, up = movement.gaze
    looks = {
        "OutLeft": across, "InRight": across, "InLeft": -across, "OutRight": -across,
        "UpLeft": up, "UpRight": up, "DownLeft": -up, "DownRight": -up,
    }  # fmt: skip
    for end, amount in looks.items():
        weights[basis.index[f"face/eyeLook{end}"]] += max(amount, 0.0)
    return weights
