"""``/overview``: the start page has the address ``/``; its name leads there too, with everything after the ``?``."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import RedirectResponse
from starlette.routing import Route


async def start(request: Request) -> RedirectResponse:
    """Redirect to the start page, parameters included."""
    return RedirectResponse(request.url.replace(path=request.url.path.removesuffix("overview")))


START = Route("/overview", start)
