"""``/health``: answers while the server lives, with the version it runs."""

from __future__ import annotations

from importlib.metadata import version

from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route


async def health(_request: Request) -> JSONResponse:
    """Answer ``{"status": "ok", "streamlit": ...}``."""
    return JSONResponse({"status": "ok", "streamlit": version("streamlit")})


HEALTH = Route("/health", health)
