"""The style page, and with it every component, in a browser as people have it."""

from collections.abc import Iterator
from itertools import product
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.service.make import settings_for
from tests.web.browser import (
    DESK,
    PHONE,
    SMALLEST,
    barriers,
    chromium,
    serving,
    violations,
    watched,
    weight,
)
from volunteer_credit import create_app
from volunteer_credit.shared.runtime import Runtime

LANGUAGES = ("zh", "en")
SIZES = ("normal", "large")
SCREENS = ("/style", "/style/status/green", "/style/status/yellow", "/style/status/red")
WEIGHT_BYTES_MAX = 100_000
RETURN_MS = 1_500

# What a finger has to hit; a link inside a sentence is exempt (WCAG 2.5.8).
TARGETS = """least => [...document.querySelectorAll(
    "a, button, select, textarea, label.option, input:not([type=hidden], [type=radio]," +
    "[type=checkbox])")]
  .filter(each => !each.closest("p, .skip") && !each.classList.contains("skip") && !each.hidden)
  .filter(each => {
    const box = each.getBoundingClientRect();
    return box.height < least || box.width < least;
  })
  .map(each => each.outerHTML.slice(0, 90))"""
SMALL_TEXT = """least => [...document.querySelectorAll("body *")]
  .filter(each => [...each.childNodes].some(n => n.nodeType === 3 && n.data.trim()))
  .filter(each => parseFloat(getComputedStyle(each).fontSize) < least)
  .map(each => each.outerHTML.slice(0, 90))"""


def application(folder: Path, **changes: str) -> Flask:
    """An application whose database is never asked."""
    return create_app(
        Runtime(settings_for(f"sqlite:///{folder / 'data' / 's.db'}", folder, **changes))
    )


def demonstration(folder: Path) -> Flask:
    return application(folder, VC_CLOCK="demo", VC_PUBLIC_URL="http://127.0.0.1")


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with serving(demonstration(tmp_path_factory.mktemp("demo"))) as found:
        yield found


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as found:
        yield found


@pytest.fixture
def context(browser: Browser, request: pytest.FixtureRequest) -> Iterator[BrowserContext]:
    """A visitor with options of their own (`indirect`), and nothing from before."""
    found = browser.new_context(**getattr(request, "param", {}))
    yield found
    found.close()


@pytest.fixture
def page(context: BrowserContext) -> Page:
    return watched(context.new_page())


def size(page: Page, of: tuple[int, int]) -> None:
    page.set_viewport_size({"width": of[0], "height": of[1]})


@pytest.mark.parametrize("language", LANGUAGES)
def test_nobody_is_kept_out(page: Page, address: str, language: str) -> None:
    for print_size, window in product(SIZES, (PHONE, DESK)):
        size(page, window)
        page.goto(f"{address}/style?lang={language}&size={print_size}")
        assert not barriers(page), (print_size, window)
        assert not violations(page), (print_size, window)
    for path in SCREENS[1:] if language == "en" else ():
        page.goto(address + path)
        assert not barriers(page), path
        assert not violations(page), path


@pytest.mark.parametrize("context", [{"color_scheme": "dark"}], indirect=True)
def test_the_dark_look_can_be_read_too(page: Page, address: str) -> None:
    for path in (*SCREENS, "/style/status/nothing"):
        page.goto(address + path)
        assert not barriers(page), path


def test_a_planted_barrier_and_a_planted_style_are_seen(page: Page, address: str) -> None:
    page.goto(f"{address}/style/status/red")
    page.evaluate("document.querySelector('h1').className = 'barely'")
    page.evaluate(
        "document.adoptedStyleSheets = [new CSSStyleSheet()];"
        "document.adoptedStyleSheets[0].insertRule('.barely { color: #b04040 }')"
    )
    assert any(each.startswith("color-contrast") for each in barriers(page))
    page.evaluate("document.body.setAttribute('style', 'color: red')")
    page.wait_for_function("window.violations.length > 0")
    assert violations(page) == ["style-src-attr: inline"]


@pytest.mark.parametrize(
    ("print_size", "target", "text"), [("normal", 44, 15), ("large", 60, 24)], ids=SIZES
)
def test_fingers_and_eyes_have_room(
    page: Page, address: str, print_size: str, target: int, text: int
) -> None:
    size(page, SMALLEST)
    for language, path in product(LANGUAGES, SCREENS):
        page.goto(f"{address}{path}?lang={language}&size={print_size}")
        assert not page.evaluate(TARGETS, target), path
        assert not page.evaluate(SMALL_TEXT, text), path
        assert page.evaluate("document.documentElement.scrollWidth") <= SMALLEST[0], path


def test_a_target_that_is_too_small_is_seen(page: Page, address: str) -> None:
    page.goto(f"{address}/style?size=normal")
    assert page.evaluate(TARGETS, 60)
    assert page.evaluate(SMALL_TEXT, 24)


def test_a_first_view_is_light(page: Page, address: str) -> None:
    assert 10_000 < weight(page, f"{address}/style") <= WEIGHT_BYTES_MAX


@pytest.mark.parametrize("context", [{"java_script_enabled": False}], indirect=True)
def test_everything_works_without_scripts(context: BrowserContext, address: str) -> None:
    page = context.new_page()
    page.goto(f"{address}/style?lang=zh")
    page.get_by_role("link", name="大字版").click()
    expect(page.locator("html")).to_have_attribute("data-size", "large")
    page.get_by_role("link", name="English").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(page.locator("html")).to_have_attribute("data-size", "large")
    expect(page.get_by_role("button", name="Copy")).to_be_hidden()
    page.get_by_role("button", name="Check in").click()
    expect(page.get_by_role("heading", name="Checked in")).to_be_visible()
    page.get_by_role("link", name="Back").click()
    expect(page).to_have_url(f"{address}/style")


def test_a_form_goes_out_once(page: Page, address: str) -> None:
    page.goto(f"{address}/style?lang=en")
    posts: list[str] = []
    page.on("request", lambda request: posts.append(request.method))
    page.evaluate(
        "const form = document.querySelector('form'); form.requestSubmit(); form.requestSubmit();"
        "window.said = form.querySelector('button').getAttribute('aria-disabled')"
    )
    expect(page.get_by_role("heading", name="Checked in")).to_be_visible()
    assert posts.count("POST") == 1


def test_a_form_that_was_stopped_can_be_sent_again(page: Page, address: str) -> None:
    page.clock.install()
    page.goto(f"{address}/style?lang=en")
    page.evaluate(
        "document.addEventListener('submit', (event) => event.preventDefault(), { once: true });"
        "document.querySelector('form').requestSubmit()"
    )
    button = page.get_by_role("button", name="Check in")
    expect(button).to_have_attribute("aria-disabled", "true")
    page.clock.run_for(10_000)
    expect(button).not_to_have_attribute("aria-disabled", "true")


def test_a_good_answer_clears_itself_away(page: Page, address: str) -> None:
    page.clock.install()
    page.goto(f"{address}/style/status/green")
    page.clock.run_for(RETURN_MS - 1)
    assert page.url.endswith("/style/status/green")
    page.clock.run_for(1)
    expect(page).to_have_url(f"{address}/style")


@pytest.mark.parametrize("context", [{"reduced_motion": "reduce"}, {}], indirect=True)
def test_other_answers_and_calm_screens_stay(page: Page, address: str) -> None:
    page.clock.install()
    is_calm = page.evaluate("matchMedia('(prefers-reduced-motion: reduce)').matches")
    path = "/style/status/green" if is_calm else "/style/status/yellow"
    page.goto(address + path)
    page.clock.run_for(10 * RETURN_MS)
    assert page.url == address + path


def test_seconds_run_down(page: Page, address: str) -> None:
    page.clock.install()
    page.goto(f"{address}/style?lang=en")
    page.clock.run_for(3_000)
    expect(page.get_by_role("timer")).to_have_text("177 seconds left")
    page.clock.run_for(200_000)
    expect(page.get_by_role("timer")).to_have_text("0 seconds left")


@pytest.mark.parametrize(
    "context", [{"permissions": ["clipboard-read", "clipboard-write"]}], indirect=True
)
def test_a_text_is_copied(page: Page, address: str) -> None:
    page.goto(f"{address}/style?lang=en")
    page.get_by_role("button", name="Copy").click()
    expect(page.get_by_role("button", name="Copied")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == "7Q4K-M2PX-91TD"


def test_the_keyboard_finds_the_content_first(page: Page, address: str) -> None:
    page.goto(f"{address}/style/status/yellow?lang=en")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()


def test_it_is_there_for_demonstrations_only(tmp_path: Path) -> None:
    demo = demonstration(tmp_path).test_client()
    assert demo.get("/style").status_code == 200
    assert demo.get("/style/status/green").status_code == 200
    assert demo.get("/style/status/blue").status_code == 404
    assert demo.post("/style/try").status_code == 403
    real = application(tmp_path).test_client()
    for path in ("/style", "/style/status/green"):
        assert real.get(path).status_code == 404


def test_a_missing_browser_is_a_red_failure(tmp_path: Path) -> None:
    """Never a skip: a page that nobody looked at would seem to be in order."""
    with (
        pytest.raises(pytest.fail.Exception, match="run make browser"),
        chromium(tmp_path / "none"),
    ):
        pass
