"""What a reader waits for when the threshold moves on the Statistics page, in headless chromium.

`seen` gives the time from the key that moves the slider to the first frame in which both figures name the new threshold,
beside the same of a page that has nothing but a slider and one line of text.
"""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

ROOT = Path(__file__).parents[1]
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
EMPTY = """import streamlit as st
st.text(f"threshold {st.slider('Threshold', 0, 255, 50)},")
"""
_START_S = 120

_WAIT = """([selectors, wanted]) => {
    window.shown = new Promise((resolve) => {
        let pressed;
        addEventListener("keydown", () => { pressed = performance.now(); }, {once: true, capture: true});
        const says = (selector) => [...document.querySelectorAll(selector)].some((place) => wanted.test(place.textContent));
        const look = () => {
            if (pressed && selectors.every(says)) resolve(performance.now() - pressed);
            else requestAnimationFrame(look);
        };
        look();
    });
}"""
_FIGURES = (".js-plotly-plot .gtitle", ".threshold span")
"""Where both figures name their threshold."""
_TEXT = ("[data-testid=stText]",)


@contextmanager
def served(script: Path, folder: Path) -> Iterator[str]:
    """Serve a script on a port of its own, and give its address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "streamlit", "run", str(script), "--server.port", str(port)]
    with (folder / f"{script.stem}.log").open("wb") as log:
        server = subprocess.Popen(command, cwd=ROOT, env=os.environ, stdout=log, stderr=log)
    try:
        _wait_for(f"http://127.0.0.1:{port}/_stcore/health", server)
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait(timeout=30)


def _wait_for(address: str, server: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + _START_S
    while server.poll() is None and time.monotonic() < until:
        try:
            with urllib.request.urlopen(address, timeout=2):
                return
        except OSError:
            time.sleep(0.1)
    raise SystemExit(f"the server at {address} did not start")


def _move(page: Page, threshold: int, places: tuple[str, ...]) -> float:
    """Move the slider by one, to the given threshold: seconds until it is named in all places."""
    page.get_by_role("slider").first.focus()
    page.evaluate(_WAIT, [places, re.compile(rf"\bthreshold {threshold}\b")])
    page.keyboard.press("ArrowRight")
    seconds: float = page.evaluate("() => window.shown") / 1000
    page.wait_for_timeout(1500)  # until everything below it is there too
    return seconds


def seen(folder: Path, n_moves: int) -> list[tuple[float, float]]:
    """Move both sliders in turn: seconds of the Statistics page, and of the empty one."""
    path = next(filter(None, map(shutil.which, BROWSERS)), None)
    if path is None:
        raise SystemExit(f"no browser: none of {', '.join(BROWSERS)} is on the path")
    empty = folder / "empty.py"
    empty.write_text(EMPTY)
    with ExitStack() as stack:
        addresses = [stack.enter_context(served(ROOT / "app.py", folder)) + "/statistics?threshold=50"]
        addresses.append(stack.enter_context(served(empty, folder)))
        playwright = stack.enter_context(sync_playwright())
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox", "--disable-gpu"])
        pages = []
        for address in addresses:
            page = browser.new_page(viewport={"width": 1440, "height": 900})
            page.set_default_timeout(120_000)
            page.goto(address)
            page.get_by_role("slider").first.wait_for()
            page.wait_for_function(
                "() => !document.querySelector('[data-testid=stStatusWidget], [data-testid=stSkeleton], [data-stale=true]')"
            )
            pages.append(page)
        times = []
        for threshold in range(51, 51 + n_moves + 2):
            moved = []
            for page, places in zip(pages, (_FIGURES, _TEXT), strict=True):
                page.bring_to_front()
                moved.append(_move(page, threshold, places))
            times.append((moved[0], moved[1]))
        browser.close()
    return times[2:]
