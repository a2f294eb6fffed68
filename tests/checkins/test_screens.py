"""The door, a scan and a closing on a phone of 390 × 844: what is drawn, weighed, and read aloud.

The door's code is read back out of what the page draws.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import zxingcpp
from playwright.sync_api import Browser, Page

from tests.checkins.make import code, open_door, put_shift, sign_up
from tests.people.make import COMMUNITY
from tests.people.sign_in_make import PIN
from tests.people.site import Served, served
from tests.web.browser import PHONE, barriers, chromium, violations, watched, weight
from volunteer_credit.checkins.queries.scans import scans_of
from volunteer_credit.shared.db import db, end_reading

WEIGHT_BYTES_MAX = 100_000
SCALE = 4


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path) -> Iterator[Served]:
    with served(tmp_path_factory.mktemp("site"), sqlite_template) as found:
        yield found


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as found:
        yield found


def phone(browser: Browser, site: Served) -> Page:
    width, height = PHONE
    context = browser.new_context(viewport={"width": width, "height": height})
    context.add_cookies([{"name": "lang", "value": "zh", "url": site.address}])
    return watched(context.new_page())


def read_back(svg: str) -> str:
    """What a scanner reads in a code of ours."""
    size = int(re.findall(r'viewBox="0 0 (\d+)', svg)[0])
    dark = {
        (x, int(y))
        for start, y, count in re.findall(r"M(\d+) (\d+)h(\d+)v1H\1z", svg)
        for x in range(int(start), int(start) + int(count))
    }
    wide = size * SCALE
    pixels = bytes(
        0 if (x // SCALE, y // SCALE) in dark else 255 for y in range(wide) for x in range(wide)
    )
    (found,) = zxingcpp.read_barcodes(memoryview(pixels).cast("B", (wide, wide)))
    return str(found.text)


def sign_in(page: Page, site: Served) -> None:
    page.goto(f"{site.address}/d/{site.slip(site.town.anna, 'device')}")
    for name in ("pin", "pin_again"):
        page.fill(f"[name={name}]", PIN)
    with page.expect_navigation():
        page.click("main form button[type=submit]")


def good(page: Page) -> None:
    assert violations(page) == []
    assert barriers(page) == [], page.url
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE[0]


def press(page: Page, text: str) -> None:
    with page.expect_navigation():
        page.click(f"main button:has-text('{text}')")


def test_a_shift_on_two_phones(site: Served, browser: Browser) -> None:
    with site.app.app_context():
        shift = put_shift(site.town.anna)
        sign_up(shift, site.wang)
    lead, base = phone(browser, site), f"{site.address}/c/{COMMUNITY}/door/{shift}"
    sign_in(lead, site)
    lead.goto(base)
    press(lead, "开启签到")
    assert lead.locator("[data-code]:visible").count() == 1
    assert "演示码" in lead.inner_text("main")
    good(lead)
    with site.app.app_context():
        shown = code(site.town.anna, shift)
    assert read_back(lead.inner_html("[data-code]:visible")) == shown
    site.clock.pass_ms(30_000)
    lead.evaluate("window.dispatchEvent(new Event('online'))")
    lead.locator("[data-code]").nth(3).wait_for(state="attached")
    with site.app.app_context():
        end_reading()
        after = code(site.town.anna, shift)
    assert after != shown
    assert read_back(lead.inner_html("[data-code]:visible")) == after
    guest = phone(browser, site)
    address = f"{site.address}/V/{after.rpartition('/')[2]}"
    guest.goto(f"{site.address}/s/{site.slip(site.wang)}")
    press(guest, "")
    guest.goto(address)
    good(guest)
    box: Any = guest.locator("button.tap").bounding_box()
    assert box["height"] >= 72
    guest.context.set_offline(True)
    guest.click("button.tap")
    assert "已保存在本机" in guest.inner_text("[data-saved]")
    with guest.expect_navigation():
        guest.context.set_offline(False)
    assert "已签到" in guest.inner_text("main")
    good(guest)
    for path in ("", "/scan", "/people", "/help", "/close"):
        lead.goto(base + path)
        good(lead)
    lead.click("[data-step='1']")
    assert lead.input_value("[name=heads]") == "2"
    press(lead, "全部坚持到最后")
    assert "班次已结束" in lead.inner_text("h1")
    good(lead)


def test_the_lead_is_told_of_a_scan_in_vain_at_once(site: Served, browser: Browser) -> None:
    with site.app.app_context():
        shift = put_shift(site.town.anna, "vain", place="西区广场")
        open_door(site.town.anna, shift)
        shown = code(site.town.anna, shift)
    guest = phone(browser, site)
    letters = shown.rpartition("/")[2]
    other = "A" if letters[-1] != "A" else "I"  # the last letter holds the end of the code's MAC
    guest.goto(f"{site.address}/V/{letters[:-1]}{other}")
    guest.wait_for_selector("[data-told]:visible")
    assert "带队人可在名单中看到" in guest.inner_text("main")
    assert not guest.is_visible("form[action='/check-in/vain']")
    good(guest)
    with site.app.app_context():
        end_reading()
        assert [each.reason for each in scans_of(db.session, COMMUNITY, shift)] == ["invalid"]


def test_the_first_view_of_a_scan_is_light(site: Served, browser: Browser) -> None:
    with site.app.app_context():
        shift = put_shift(site.town.anna, "light")
    lead = phone(browser, site)
    sign_in(lead, site)
    base = f"{site.address}/c/{COMMUNITY}/door/{shift}"
    lead.goto(base)
    press(lead, "开启签到")
    with site.app.app_context():
        shown = code(site.town.anna, shift)
    address = f"{site.address}/V/{shown.rpartition('/')[2]}"
    assert weight(phone(browser, site), address) <= WEIGHT_BYTES_MAX
    fresh = phone(browser, site)
    cookies: Any = lead.context.cookies()
    fresh.context.add_cookies(cookies)
    assert weight(fresh, base) <= WEIGHT_BYTES_MAX
