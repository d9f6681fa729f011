import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import pytest
from playwright.sync_api import sync_playwright

ROOT = Path(__file__).parents[2]
NAMES = ("chromium", "chromium-browser", "google-chrome")
START_S = 60


@pytest.fixture(scope="module")
def browser():
    """A chromium of this machine."""
    path = next(filter(None, map(shutil.which, NAMES)), None)
    if path is None:
        reason = f"no browser: none of {', '.join(NAMES)} is on the path"
        if os.environ.get("FERCORE_REQUIRE_BROWSER") == "1":
            pytest.fail(reason)
        pytest.skip(reason)
    with sync_playwright() as playwright:
        arguments = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
        chromium = playwright.chromium.launch(executable_path=path, args=arguments)
        yield chromium
        chromium.close()


class Server(NamedTuple):
    """A running dashboard."""

    address: str
    process: subprocess.Popen


@contextmanager
def served(folder: Path):
    """Serve the dashboard as the README says, on a port of its own."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = os.environ | {
        "FERCORE_STUDIES": str(folder / "studies"),
        "FERCORE_CACHE": str(folder / "cache"),
        "OMP_NUM_THREADS": "1",
    }
    command = [sys.executable, "-m", "streamlit", "run", "app.py", "--server.port", str(port)]
    with (folder / "server.log").open("wb") as log:
        server = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=log)
        try:
            address = f"http://127.0.0.1:{port}"
            _wait(f"{address}/health", server, folder / "server.log")
            yield Server(address, server)
        finally:
            server.terminate()
            server.wait(timeout=30)


def _wait(address: str, server: subprocess.Popen, log: Path) -> None:
    until = time.monotonic() + START_S
    while server.poll() is None and time.monotonic() < until:
        try:
            with urllib.request.urlopen(address, timeout=2):
                return
        except OSError:
            time.sleep(0.1)
    pytest.fail(f"the server did not start:\n{log.read_text()}")


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    """A server that all tests of a module share."""
    with served(tmp_path_factory.mktemp("served")) as server:
        yield server.address


@pytest.fixture
def serve_anew(tmp_path):
    """Start a server that nobody has asked anything yet."""
    return lambda: served(tmp_path)


@pytest.fixture(scope="module")
def contexts(browser):
    """A light and a dark reader, who keep what they have loaded once."""
    by_theme = {theme: browser.new_context(color_scheme=theme) for theme in ("light", "dark")}
    yield by_theme
    for context in by_theme.values():
        context.close()


@pytest.fixture
def visit(contexts, address):
    """Open a view and wait until it is drawn: ``visit("images?label=fear", theme="dark")``."""
    pages = []

    def visited(view: str, theme: str = "light", base: str = address):
        page = contexts[theme].new_page()
        pages.append(page)
        page.set_viewport_size({"width": 1440, "height": 900})
        page.foreign = []
        page.on("request", lambda request: _note(page.foreign, request.url, base))
        page.goto(f"{base}/{view}")
        settle(page)
        return page

    yield visited
    for page in pages:
        page.close()


def _note(foreign: list[str], url: str, base: str) -> None:
    if not url.startswith((base, base.replace("http", "ws"), "data:", "blob:")):
        foreign.append(url)


def settle(page) -> None:
    """Wait until the title is there and nothing is running or waiting to be replaced."""
    page.wait_for_selector("h1", timeout=60_000)
    page.wait_for_function(
        "() => !document.querySelector('[data-testid=stStatusWidget], [data-testid=stSkeleton], [data-stale=true]')",
        timeout=60_000,
    )
    page.wait_for_timeout(300)
