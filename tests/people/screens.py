"""What tests do with people's pages in a real browser; the fixtures stand in conftest.py too."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from tests.people.sign_in_make import PIN
from tests.people.site import Served, served
from tests.web.browser import PHONE, barriers, chromium, violations


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path) -> Iterator[Served]:
    with served(tmp_path_factory.mktemp("site"), sqlite_template) as found:
        yield found


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as found:
        yield found


def phone(site: Served, browser: Browser, language: str = "zh") -> BrowserContext:
    """A phone whose owner has chosen a language."""
    width, height = PHONE
    context = browser.new_context(viewport={"width": width, "height": height})
    context.add_cookies([{"name": "lang", "value": language, "url": site.address}])
    return context


def submit(page: Page, **filled: str) -> None:
    """Fill in the first form of a page and send it."""
    for name, value in filled.items():
        page.fill(f"[name={name}]", value)
    with page.expect_navigation():
        page.click("main form button[type=submit]")


def enrolled(site: Served, page: Page) -> None:
    """Make the browser one that staff uses."""
    page.goto(f"{site.address}/d/{site.slip(site.town.anna, 'device')}")
    submit(page, pin=PIN, pin_again=PIN)


def checked(page: Page, url: str, size: str) -> list[str]:
    """What is wrong with a page: barriers in this size, refusals, what is too wide in either."""
    page.goto(url)
    return [f"{url}: {each}" for each in flaws(page, size)]


def flaws(page: Page, size: str) -> list[str]:
    """As `checked`, of the page that is shown: also one that answered a form."""
    found = []
    for each in ("normal", "large") if size == "large" else ("large", "normal"):
        page.evaluate("size => { document.documentElement.dataset.size = size }", each)
        if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
            found.append(f"{each} is too wide")
    return [*found, *barriers(page), *violations(page)]
