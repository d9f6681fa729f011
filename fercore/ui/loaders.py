"""What is loaded once and shared by all readers, keyed by the state of the study and never by an array."""

from __future__ import annotations

import base64
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Any, TypeVar

import cv2
import streamlit as st

from fercore.machines.runs import Run
from fercore.study import Study, open_study
from fercore.study.state import state_of

T = TypeVar("T")

_THUMBNAIL_PX = 64


@dataclass(frozen=True)
class _Question:
    """Something to load, and what it depends on."""

    key: str
    ask: Callable[[], Any]


@st.cache_resource(max_entries=512, show_spinner=False, hash_funcs={_Question: lambda question: question.key})
def _answer(question: _Question) -> Any:
    return question.ask()


def load_study(name: str) -> tuple[Study, str]:
    """Give a study as it is now, and its state: the same object until its trials, runs or maps change."""
    folder = open_study(name).folder
    place = f"{folder} of {(folder / 'study.json').stat().st_mtime_ns}"
    state = state_of(_answer(_Question(place, lambda: open_study(name))))
    study: Study = _answer(_Question(f"{place} at {state}", lambda: open_study(name)))
    return study, state


def found(find: Callable[..., T], study: Study, state: str, *arguments: Hashable) -> T:
    """Call ``find(study, *arguments)`` once per state of the study, and give what it gave, to be read only.

    Parameters
    ----------
    find
        A function of a module, known by its name.
    study, state
        The study that it looks at, and what it is like now.
    arguments
        What else it needs: runs (known by their name, since they never change), names, numbers and settings.
    """
    known = [argument.name if isinstance(argument, Run) else argument for argument in arguments]
    key = f"{find.__module__}.{find.__qualname__} of {study.folder} at {state}: {known!r}"
    result: T = _answer(_Question(key, lambda: find(study, *arguments)))
    return result


def thumbnails(study: Study) -> dict[str, str]:
    """Give each experimental image, small, as a JPEG data URI, by image id. Use through `found`: encoded once."""
    images = list(study.plan["image"])
    rows = study.images.positions(images)
    return {image: _data_uri(study.images.pixels[row]) for image, row in zip(images, rows, strict=True)}


def _data_uri(pixels: Any) -> str:
    small = cv2.resize(pixels, (_THUMBNAIL_PX, _THUMBNAIL_PX), interpolation=cv2.INTER_AREA)
    _, data = cv2.imencode(".jpg", small[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, 82])
    return f"data:image/jpeg;base64,{base64.b64encode(data.tobytes()).decode()}"
