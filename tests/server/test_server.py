import asyncio

from starlette.applications import Starlette
from starlette.types import Message

from fercore.server import MIDDLEWARE, ROUTES
from fercore.server.headers import HEADERS


def _get(path: str, query: bytes = b"") -> tuple[int, dict[str, str], bytes]:
    """Ask the routes and middleware for one path, without a network."""
    sent: list[Message] = []

    async def receive() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Message) -> None:
        sent.append(message)

    scope = {
        "type": "http", "method": "GET", "path": path, "raw_path": path.encode(), "query_string": query, "headers": [],
        "http_version": "1.1", "scheme": "http", "server": ("127.0.0.1", 80), "root_path": "",
    }  # fmt: skip
    asyncio.run(Starlette(routes=ROUTES, middleware=MIDDLEWARE)(scope, receive, send))
    headers = {name.decode(): value.decode() for name, value in sent[0]["headers"]}
    return sent[0]["status"], headers, b"".join(message.get("body", b"") for message in sent[1:])


def test_health_answers_ok():
    status, _, body = _get("/health")
    assert status == 200
    assert b'"status":"ok"' in body


def test_the_start_page_has_its_name_as_an_address_too():
    status, headers, _ = _get("/overview", b"study=mine&method=CAM")
    assert status == 307
    assert headers["location"].endswith("/?study=mine&method=CAM")


def test_every_response_carries_the_security_headers():
    for path in ("/health", "/nothing-here"):
        headers = _get(path)[1]
        assert {name.lower(): value for name, value in HEADERS.items()}.items() <= headers.items()
