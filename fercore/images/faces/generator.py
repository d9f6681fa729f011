"""Sets of rendered faces: who sits for which picture, and the pictures.

Every face depends on the set's seed and its own split and position only, so that one alone, a few, or all of them in
several processes come out alike. Labels are shuffled within rounds that hold every label once; several pictures in a
row show the same person; no person is in two splits.
"""

from __future__ import annotations

import multiprocessing
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache, partial

import cv2
import numpy as np
from numpy.typing import NDArray

from fercore.errors import InputError
from fercore.images.faces import film, truth
from fercore.images.faces.basis import Array, load_basis
from fercore.images.faces.expression import PROTOTYPES, express, sample_manner
from fercore.images.faces.identity import Identity, sample_identity
from fercore.images.faces.render import Rendering, render
from fercore.images.faces.scene import sample_scene
from fercore.images.faces.skin import Paint, paint
from fercore.images.faces.truth import Truth
from fercore.labels import EXPRESSIONS
from fercore.tables import SPLITS

_MANNER, _SCENE, _LABELS, _PERSON, _PICTURE = range(5)
"""Streams of randomness that do not depend on each other."""


@dataclass(frozen=True)
class FaceSettings:
    """What every face of a set has in common."""

    side: int = 128
    """Side of the pictures in px."""
    overlap: float = 0.75
    """How much the labels overlap: 0 is full prototypes, 1 weak, blended and idiosyncratic expressions."""
    hardness: float = 0.5
    """How much pose, light and sharpness vary: 0 is a portrait studio, 1 snapshots."""

    def __post_init__(self) -> None:
        if not 32 <= self.side <= 512:
            raise InputError(f"A rendered face cannot have a side of {self.side!r} px. Choose 32 to 512.")
        for name in ("overlap", "hardness"):
            if not 0 <= getattr(self, name) <= 1:
                raise InputError(
                    f"{name} is {getattr(self, name)!r}, which is not in 0..1. Choose a value from 0 to 1."
                )


@dataclass(frozen=True)
class FaceSetSettings:
    """A set of faces; the defaults are the default study's: 3,080 faces."""

    seed: int = 0
    """Seed of the whole set."""
    labels: tuple[str, ...] = EXPRESSIONS
    """Labels, from the eight expressions."""
    n_train: int = 310 * 8
    """Faces in the training split, over all labels; whole rounds of labels make them equally frequent."""
    n_validation: int = 40 * 8
    """Faces in the validation split."""
    n_experimental: int = 35 * 8
    """Faces in the experimental split."""
    images_per_identity: int = 4
    """Pictures in a row that show the same person."""
    face: FaceSettings = FaceSettings()
    """How they are rendered."""

    def __post_init__(self) -> None:
        for label in self.labels:
            if label not in PROTOTYPES:
                raise InputError(f"No face can be rendered for {label!r}. Labels: {', '.join(PROTOTYPES)}.")
        if not self.labels or len(set(self.labels)) != len(self.labels):
            raise InputError(
                f"The labels {list(self.labels)!r} are none, or not all different. Name each of them once."
            )
        if self.seed < 0 or self.images_per_identity < 1 or min(self.counts.values()) < 0:
            raise InputError("The seed and the numbers of faces are 0 or more, images per identity 1 or more.")

    @property
    def counts(self) -> dict[str, int]:
        """Number of faces by split."""
        return dict(zip(SPLITS, (self.n_train, self.n_validation, self.n_experimental), strict=True))


@dataclass(frozen=True)
class Sitting:
    """One face that can be rendered: who shows what, where in the set, and the seed of the occasion."""

    split: str
    position: int
    """Position in the split, from 0."""
    label: str
    identity: str
    """Name of the person, unique in the set; it begins with the split."""
    identity_seed: int
    seed: int


@dataclass(frozen=True, eq=False)
class Face:
    """A rendered face.

    Parameters
    ----------
    sitting
        Who shows what, and the seeds.
    jpeg
        The picture as the camera stored it, a JPEG file.
    landmarks
        (3, 2) px: left eye and right eye *as seen in the picture*, mouth; x and y.
    """

    sitting: Sitting
    jpeg: bytes
    landmarks: Array

    @cached_property
    def image(self) -> NDArray[np.uint8]:
        """The picture, (side, side, 3), RGB, 0..255."""
        return film.decode(self.jpeg)


def sittings(settings: FaceSetSettings) -> Iterator[Sitting]:
    """Give every sitting of a set in order: training, validation, experimental. Costs nothing."""
    for split, count in settings.counts.items():
        for position in range(count):
            yield sitting_at(settings, split, position)


def sitting_at(settings: FaceSetSettings, split: str, position: int) -> Sitting:
    """Give one sitting of a set, whatever the size of its splits."""
    of_split = (settings.seed, SPLITS.index(split))
    cycle, place = divmod(position, len(settings.labels))
    order = np.random.default_rng((*of_split, _LABELS, cycle)).permutation(len(settings.labels))
    person = position // settings.images_per_identity
    return Sitting(
        split=split,
        position=position,
        label=settings.labels[order[place]],
        identity=f"{split}-{person:05d}",
        identity_seed=_seed(*of_split, _PERSON, person),
        seed=_seed(*of_split, _PICTURE, position),
    )


def render_face(sitting: Sitting, settings: FaceSettings | None = None) -> Face:
    """Render one sitting."""
    settings = settings or FaceSettings()
    rendering = _render(sitting, settings)
    scene = sample_scene(np.random.default_rng((sitting.seed, _SCENE)), settings.hardness)
    return Face(sitting, film.photograph(rendering.picture, scene), rendering.landmarks)


def generate(settings: FaceSetSettings | None = None, n_workers: int = 1) -> Iterator[Face]:
    """Render a whole set, in the order of `sittings`.

    Parameters
    ----------
    settings
        The set; by default the default study's.
    n_workers
        Processes; the faces do not depend on it.
    """
    settings = settings or FaceSetSettings()
    one = partial(render_face, settings=settings.face)
    if n_workers == 1:
        yield from map(one, sittings(settings))
        return
    spawn = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(n_workers, mp_context=spawn, initializer=cv2.setNumThreads, initargs=(1,)) as pool:
        yield from pool.map(one, sittings(settings), chunksize=settings.images_per_identity * 4)


def truth_maps(sitting: Sitting, false_label: str, settings: FaceSettings | None = None) -> Truth:
    """Diagnostic maps of a sitting against the same person, manner and scene with the false label's expression.

    Raises `InputError` when the false label is the true one or has no prototype.
    """
    settings = settings or FaceSettings()
    if false_label == sitting.label:
        raise InputError(f"The false label {false_label!r} is the true one. Choose another.")
    return truth.compare(_render(sitting, settings), _render(replace(sitting, label=false_label), settings))


def _render(sitting: Sitting, settings: FaceSettings) -> Rendering:
    person, painted = _person(sitting.identity_seed)
    manner = sample_manner(np.random.default_rng((sitting.seed, _MANNER)), settings.overlap)
    scene = sample_scene(np.random.default_rng((sitting.seed, _SCENE)), settings.hardness)
    return render(person, painted, express(sitting.label, manner), scene, settings.side)


@lru_cache(maxsize=4)
def _person(seed: int) -> tuple[Identity, Paint]:
    person = sample_identity(load_basis(), np.random.default_rng(seed))
    return person, paint(person)


def _seed(*parts: int) -> int:
    """Mix whole numbers into a seed below 2**63."""
    return int(np.random.SeedSequence(parts).generate_state(1, np.uint64)[0] >> np.uint64(1))
