"""What the reader is told when something cannot be shown: one sentence in its place, and never a traceback."""

from __future__ import annotations

import functools
import logging
import re
from collections.abc import Callable
from typing import ParamSpec, TypeVar

import streamlit as st

from fercore.errors import FercoreError, MissingError

logger = logging.getLogger(__name__)

P = ParamSpec("P")
T = TypeVar("T")


def plain(text: str) -> str:
    """Give text from outside as Markdown that shows it as it is: no links, no images, no HTML."""
    return re.sub(r"([\\`*_{}\[\]()<>#+!|~$:-])", r"\\\1", text)


def panel(draw: Callable[P, T]) -> Callable[P, T | None]:
    """Decorate a function that draws one part of a page: when it fails, its place tells why and the rest lives on.

    A `MissingError` is a state of the study, shown as a note; any other `FercoreError` as a warning. Anything else is
    our own fault: it goes to the log, and the reader learns where to look.
    """

    @functools.wraps(draw)
    def drawn(*args: P.args, **kwargs: P.kwargs) -> T | None:
        try:
            return draw(*args, **kwargs)
        except Exception as error:  # a panel never takes the page down
            say(error, draw.__name__.replace("_", " "))
            return None

    return drawn


def say(error: Exception, part: str) -> None:
    """Show what went wrong in one sentence, for the person in front of the screen."""
    if isinstance(error, MissingError):
        st.info(str(error), icon=":material/info:")
    elif isinstance(error, FercoreError):
        st.warning(str(error), icon=":material/warning:")
    else:
        logger.error("%s failed", part, exc_info=error)
        st.error(
            f"This part ({part}) failed with {type(error).__name__}; the server's log has the details. The other parts "
            "of the page are not touched. Reload the page to try again.",
            icon=":material/error:",
        )
