"""The tour as somebody takes it: a demonstration, a browser, five minutes at most."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.people.screens import flaws
from tests.tour.demo import served
from tests.tour.walk import walk
from tests.web.browser import PHONE, watched

pytestmark = pytest.mark.untraced  # quicker tests reach the same lines
SHOTS = Path(__file__).parents[2] / ".screenshots" / "tour"


def test_the_eight_steps_on_a_phone(
    browser: Browser, tmp_path: Path, sqlite_template: Path
) -> None:
    SHOTS.mkdir(parents=True, exist_ok=True)
    with served(tmp_path, sqlite_template) as demo:
        context = browser.new_context(viewport={"width": PHONE[0], "height": PHONE[1]})
        context.add_cookies([{"name": "lang", "value": "zh", "url": demo.address}])
        page = watched(context.new_page())
        wrong: list[str] = []

        def shoot(name: str) -> None:
            page.screenshot(path=SHOTS / f"{name}.png", full_page=True)
            wrong.extend(f"{name}: {each}" for each in flaws(page, "normal"))

        walk(page, demo.key(), shoot)
        context.close()
    assert wrong == []
