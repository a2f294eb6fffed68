"""Our pages in a real browser: a server on loopback, and Debian's Chromium beside it.

    with serving(app) as address, chromium() as browser:
        page = watched(browser.new_page())
        page.goto(address + "/style")
        assert not barriers(page)
        assert not violations(page)

The server's threads and the browser end with the block. Nothing here needs a network; the test
process only accepts connections, which tests/conftest.py allows.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped] # has no types
from flask import Flask
from playwright.sync_api import Browser, Page, Response, sync_playwright
from werkzeug.serving import WSGIRequestHandler, make_server

CHROMIUM = Path("/usr/bin/chromium")
FLAGS = (  # a browser that looks for nothing outside
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
PHONE, DESK, SMALLEST = (390, 844), (1280, 800), (320, 640)  # width and height in CSS pixels
_NOTE_VIOLATIONS = """
window.violations = [];
document.addEventListener("securitypolicyviolation", (event) => {
  window.violations.push(`${event.effectiveDirective}: ${event.blockedURI}`);
});
"""
# What nobody reads is most of it and slow to send, so the page itself picks the barriers out.
_FIND_BARRIERS = """() => axe.run({ resultTypes: ["violations"] }).then((found) =>
  found.violations
    .filter((rule) => ["serious", "critical"].includes(rule.impact))
    .flatMap((rule) => rule.nodes.map((node) => `${rule.id}: ${node.target}`)))
"""


class _Quiet(WSGIRequestHandler):
    def log(self, type: str, message: str, *args: object) -> None:  # noqa: A002 - werkzeug's name
        """Say nothing: what a test expects, it asks."""


@contextmanager
def serving(app: Flask) -> Iterator[str]:
    """An application on a free port of this machine; its address, without a slash at the end."""
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=_Quiet)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@contextmanager
def chromium(path: Path = CHROMIUM, *more_flags: str) -> Iterator[Browser]:
    """A headless browser without a profile. A start costs about a second: one for each module."""
    if not path.exists():
        pytest.fail(f"\x1b[31m{path.name} is missing: run make browser\x1b[0m", pytrace=False)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=[*FLAGS, *more_flags])
        try:
            yield browser
        finally:
            browser.close()


def watched(page: Page) -> Page:
    """The page, noting from now on what its Content-Security-Policy refuses."""
    page.add_init_script(_NOTE_VIOLATIONS)
    return page


def violations(page: Page) -> list[str]:
    """What the policy refused on the page that a watched one shows."""
    found: list[str] = page.evaluate("window.violations")
    return found


def barriers(page: Page) -> list[str]:
    """What axe-core calls serious or critical on the page: rule and place."""
    if not page.evaluate("'axe' in window"):
        script = Axe().axe_script
        page.evaluate(script)
        page.add_init_script(script)  # its next pages have it when they come
    found: list[str] = page.evaluate(_FIND_BARRIERS)
    return found


def weight(page: Page, url: str) -> int:
    """The bytes of all that a first view of a page loads. The page's browser context is new."""
    answers: list[Response] = []

    def keep(answer: Response) -> None:  # playwright takes no bound method of a built-in
        answers.append(answer)

    page.on("response", keep)
    page.goto(url, wait_until="networkidle")
    return sum(len(each.body()) for each in answers)
