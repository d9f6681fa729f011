"""What a text about a study cites, as BibTeX: the entries of ``bibliography.bib``."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Final

import fercore

_FILE: Final = Path(fercore.__file__).with_name("bibliography.bib")

ENTRIES: Final = {
    re.match(r"@\w+\{(\w+),", entry)[1]: entry  # type: ignore[index]
    for entry in _FILE.read_text(encoding="utf-8").strip().split("\n\n")
}
"""BibTeX entries by key, in the order of the keys."""

SOURCES = {"ferplus": "barsoum2016"}
METHODS = {"cam": "zhou2016", "grad-cam": "selvaraju2017", "extremal-perturbation": "fong2019"}
REGIMES = {"attention-guided": "fel2022"}
"""What stands for an image source, a saliency method, a regime."""


def bibtex(keys: Iterable[str]) -> str:
    """Give the entries of some keys, each once, in the order of `ENTRIES`."""
    wanted = set(keys)
    return "\n\n".join(entry for key, entry in ENTRIES.items() if key in wanted) + "\n"
