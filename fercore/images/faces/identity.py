"""Who is rendered: the shape of a head, and what its skin, hair and eyes look like. Knows nothing of expressions."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fercore.images.faces.basis import Array, Basis

SPREAD = {
    "nose": 0.26, "eyes": 0.22, "mouth": 0.22, "chin": 0.26, "cheek": 0.26, "ears": 0.3, "forehead": 0.32, "head": 0.18,
    "neck": 0.2, "eyebrows": 0.26,
}  # fmt: skip
"""SD of the traits of every part of the head; much more of it looks like caricature."""

ANCESTRIES = ("caucasian", "asian", "african")
"""The three heads of the basis that every face is a mixture of."""

SKIN_TONES = np.array(
    [[0.93, 0.76, 0.68], [0.88, 0.68, 0.57], [0.76, 0.58, 0.47], [0.63, 0.46, 0.36], [0.48, 0.31, 0.22],
     [0.31, 0.20, 0.145]]
)  # fmt: skip
"""Skin from light to dark, sRGB 0..1."""

HAIR_TONES = np.array(
    [[0.05, 0.04, 0.035], [0.09, 0.06, 0.045], [0.2, 0.12, 0.07], [0.36, 0.22, 0.12], [0.62, 0.46, 0.27],
     [0.45, 0.2, 0.1], [0.55, 0.54, 0.52]]
)  # fmt: skip
"""Black, black-brown, brown, light brown, blond, red and grey hair, sRGB 0..1."""

IRIS_TONES = np.array(
    [[0.16, 0.09, 0.05], [0.25, 0.15, 0.07], [0.28, 0.30, 0.16], [0.25, 0.36, 0.46], [0.34, 0.38, 0.40]]
)
"""Dark brown, brown, green, blue and grey eyes, sRGB 0..1."""


@dataclass(frozen=True, eq=False)
class Identity:
    """One person.

    Parameters
    ----------
    shape
        (targets,) weights of the basis.
    male, age
        0..1.
    melanin
        0..1, pale to dark.
    skin, lips, hair, iris
        (3,) colours, sRGB 0..1.
    iris_radius
        Angular radius of the iris seen from the eye's centre, rad.
    hairstyle
        ``short``, ``long`` or ``bald``.
    hair_volume
        Thickness of short hair, dm.
    hair_length
        How far long hair falls below the ears, dm.
    hairline
        Shift of the hairline upwards, dm.
    brow_density, brow_width, brow_height
        Hairs of the brows (1: many), their width (1: usual) and shift upwards in dm.
    lid_fold
        Depth of the fold above the eye, 0..1, and ``lid_height``, its distance from the lashes in dm.
    beard
        0 (none) to 1 (full).
    seed
        Seed of everything painted on this person.
    """

    shape: Array
    male: float
    age: float
    melanin: float
    skin: NDArray[np.float64]
    lips: NDArray[np.float64]
    hair: NDArray[np.float64]
    iris: NDArray[np.float64]
    iris_radius: float
    hairstyle: str
    hair_volume: float
    hair_length: float
    hairline: float
    brow_density: float
    brow_width: float
    brow_height: float
    lid_fold: float
    lid_height: float
    beard: float
    seed: int


def sample_identity(basis: Basis, rng: np.random.Generator) -> Identity:
    """Draw a person: sex, age, ancestry, body build, every trait of the head, then colours and hair."""
    male = float(np.clip(rng.choice([0.06, 0.94]) + rng.normal(0, 0.08), 0, 1))
    is_man = male > 0.5
    age = float(np.clip(rng.beta(1.2, 2.6), 0, 0.85))
    ancestry = rng.dirichlet([0.45] * 3)
    shape = _shape(basis, rng, male, age, ancestry)
    melanin = float(np.clip(ancestry @ [0.16, 0.3, 0.82] + rng.normal(0, 0.09), 0, 1))
    skin = np.clip(_between(SKIN_TONES, melanin) * rng.normal(1, 0.03, 3), 0, 1)
    lips = skin * [0.88, 0.63, 0.67] + [0.0, 0.0, 0.02]
    if not is_man:
        lips = lips + rng.uniform(0, 0.5) * np.array([0.10, -0.10, -0.05])
    hair_weights = np.array([0.2, 0.22, 0.2, 0.1, 0.1, 0.05, 0.0])
    hair_weights[2:] *= max(0.03, 1 - melanin * 5 / 2.2 - ancestry[1])
    hair_weights[6] = 4 * max(0.0, age - 0.35)
    hair = HAIR_TONES[rng.choice(7, p=hair_weights / hair_weights.sum())] * rng.uniform(0.8, 1.2)
    light_eyed = melanin * 5 < 1.6 and ancestry[1] < 0.5
    iris = IRIS_TONES[rng.choice(5, p=[0.6, 0.2, 0.07, 0.08, 0.05] if light_eyed else [0.85, 0.15, 0, 0, 0])]
    style = "short"
    if rng.random() < (0.06 if is_man else 0.7):
        style = "long"
    elif is_man and rng.random() < 0.12 + 0.25 * age:
        style = "bald"
    return Identity(
        shape=shape,
        male=male,
        age=age,
        melanin=melanin,
        skin=skin,
        lips=np.clip(lips, 0.03, 1),
        hair=np.clip(hair, 0, 1),
        iris=iris,
        iris_radius=float(rng.uniform(0.43, 0.49)),
        hairstyle=style,
        hair_volume=float(rng.uniform(0.05, 0.2)),
        hair_length=float(rng.uniform(0.2, 1.6)),
        hairline=float(rng.normal(0, 0.05) + (0.1 * age if is_man else 0)),
        brow_density=float(rng.uniform(0.5, 1) * (1 if is_man else 0.8)),
        brow_width=float(rng.uniform(0.75, 1.25) * (1.15 if is_man else 0.85)),
        brow_height=float(rng.normal(0, 0.012)),
        lid_fold=float(np.clip(rng.uniform(0.2, 1.0) - 0.6 * ancestry[1], 0.05, 1)),
        lid_height=float(rng.uniform(0.035, 0.075)),
        beard=float(rng.choice([0, 0.25, 0.6, 1], p=[0.35, 0.33, 0.18, 0.14])) if is_man else 0.0,
        seed=int(rng.integers(1 << 31)),
    )


def _between(tones: NDArray[np.float64], position: float) -> NDArray[np.float64]:
    """Interpolate along a palette; position 0..1."""
    steps = np.linspace(0, 1, len(tones))
    return np.stack([np.interp(position, steps, tones[:, channel]) for channel in range(3)])


def _shape(basis: Basis, rng: np.random.Generator, male: float, age: float, ancestry: NDArray[np.float64]) -> Array:
    weights = np.zeros(len(basis.names), np.float32)
    muscle, weight = (_thirds(float(np.clip(rng.normal(0.5, sd), 0, 1))) for sd in (0.22, 0.26))
    for sex, of_sex in (("male", male), ("female", 1 - male)):
        for years, of_age in (("old", age), ("young", 1 - age)):
            parts = {
                f"macro/{origin}-{sex}-{years}": part for origin, part in zip(ANCESTRIES, ancestry, strict=True)
            } | {
                f"macro/universal-{sex}-{years}-{m}muscle-{w}weight": muscle[m] * weight[w]
                for m in muscle
                for w in weight
            }
            for name, part in parts.items():
                if name in basis.index:
                    weights[basis.index[name]] += of_sex * of_age * part
    for trait in basis.traits:
        if trait.low:
            amount = float(np.clip(_trait(trait.name, rng.normal(0, SPREAD[trait.part]), ancestry[1]), -1, 1))
            for target in trait.high if amount > 0 else trait.low:
                weights[target] += abs(amount) * rng.uniform(0.88, 1)
        elif rng.random() < 0.25:
            weights[list(trait.high)] += rng.uniform(0, 0.45)
    weights[list(basis.asymmetries)] += np.abs(rng.normal(0, 0.12, len(basis.asymmetries)))
    return np.minimum(weights, 1.3)


def _thirds(value: float) -> dict[str, float]:
    return {"min": max(0.0, 1 - 2 * value), "average": 1 - abs(2 * value - 1), "max": max(0.0, 2 * value - 1)}


def _trait(name: str, amount: float, asian: float) -> float:
    """Tame the traits that would close the eyes, move the head out of place, or pass for an expression."""
    if "/head/" in name and "trans" in name:
        return amount * 0.3
    if "eye-height" in name:
        return amount * 0.7 + 0.12
    if "eyefold" in name:
        return amount
    if "eye-scale" in name:
        return amount * 0.7 + 0.10
    if "epicanthus" in name:
        return amount * 0.6 - asian * 0.5
    if "mouth-angles" in name or "eyebrows-angle" in name or "laugh" in name:
        return amount * 0.3
    if "eyebrows-trans" in name:
        return amount * 0.6
    return amount
