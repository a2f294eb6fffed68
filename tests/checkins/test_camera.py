"""A lead's camera where the browser reads no codes itself, a photo, and what is heard.

Chromium's camera is a film of a card, made here.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.checkins.make import open_door, put_shift
from tests.checkins.seen import film, photo
from tests.people.make import COMMUNITY
from tests.people.screens import flaws
from tests.people.sign_in_make import PIN
from tests.people.site import Served, served
from tests.web.browser import CHROMIUM, PHONE, chromium, watched
from volunteer_credit.people.operations.cards import issue_card
from volunteer_credit.shared.db import end_reading
from volunteer_credit.web import browser_files

pytestmark = pytest.mark.untraced  # it runs the browser; quicker tests reach the same lines
DECODER = "/static/npm/qr/decode.js"
# A browser that reads no codes, whose tones and light are noted and not heard or seen.
BARE = """
delete window.BarcodeDetector;
window.tones = [];
window.AudioContext = class {
  state = "running";
  currentTime = 0;
  createOscillator() {
    const tone = { frequency: {}, connect() {}, stop() {} };
    tone.start = () => window.tones.push(tone.frequency.value);
    return tone;
  }
  createGain() {
    return { gain: { setValueAtTime() {}, linearRampToValueAtTime() {} }, connect() {} };
  }
};
window.lights = [];
MediaStreamTrack.prototype.getCapabilities = () => ({ torch: true });
MediaStreamTrack.prototype.applyConstraints = async (asked) =>
  window.lights.push(asked.advanced[0].torch);
"""
WITHOUT_CAMERA = "Object.defineProperty(navigator, 'mediaDevices', { value: undefined });"
NATIVE = """
window.BarcodeDetector = class {
  static async getSupportedFormats() { return ["qr_code"]; }
  async detect() { return [{ rawValue: "12345672" }]; }
};
"""
TURN_AWAY = """isHidden => {
  Object.defineProperty(document, "hidden", { value: isHidden, configurable: true });
  document.dispatchEvent(new Event("visibilitychange"));
}"""
GREEN, RED, YELLOW = [1320], [220, 220], [660]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path) -> Iterator[Served]:
    with served(tmp_path_factory.mktemp("site"), sqlite_template) as found:
        yield found


@pytest.fixture(scope="module")
def card(site: Served) -> str:
    """What the card of Chen Xiuying says."""
    with site.app.app_context():
        made = issue_card(site.town.anna.caller(), site.chen.person_id, COMMUNITY, "card")
        end_reading()
    return f"HTTPS://POINTS.EXAMPLE/C/{made.card_id}"


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory, card: str) -> Iterator[Browser]:
    shown = film(tmp_path_factory.mktemp("film") / "card.y4m", card)
    flags = "--use-fake-device-for-media-stream", f"--use-file-for-fake-video-capture={shown}"
    with chromium(CHROMIUM, *flags) as found:
        yield found


@pytest.fixture(scope="module")
def kept(site: Served, browser: Browser) -> Any:
    """The cookies of a lead's phone."""
    page = browser.new_context().new_page()
    page.goto(f"{site.address}/d/{site.slip(site.town.anna, 'device')}")
    for name in ("pin", "pin_again"):
        page.fill(f"[name={name}]", PIN)
    with page.expect_navigation():
        page.click("main form button[type=submit]")
    return page.context.cookies()


def scanner(site: Served, browser: Browser, kept: Any, name: str, *scripts: str) -> Page:
    """The page of a new shift where the lead scans."""
    with site.app.app_context():
        end_reading()
        shift = put_shift(site.town.anna, name, place=name)
        open_door(site.town.anna, shift)
        end_reading()
    width, height = PHONE
    context = browser.new_context(viewport={"width": width, "height": height})
    context.add_cookies([*kept, {"name": "lang", "value": "zh", "url": site.address}])
    page = watched(context.new_page())
    for each in (BARE, *scripts):
        page.add_init_script(each)
    page.goto(f"{site.address}/c/{COMMUNITY}/door/{shift}/scan")
    return page


def tones(page: Page) -> list[int]:
    """What was heard since one asked last."""
    found: list[int] = page.evaluate("window.tones.splice(0)")
    return found


def press_enter(page: Page, code: str) -> None:
    page.fill("[name=code]", code)
    page.press("[name=code]", "Enter")


def take(page: Page, text: str) -> None:
    """Photograph a code."""
    file: Any = {"name": "a.png", "mimeType": "image/png", "buffer": photo(text)}
    page.set_input_files("[data-camera-photo] input", file)


def test_the_camera_reads_a_card_and_goes_on(
    site: Served, browser: Browser, kept: Any, card: str
) -> None:
    page = scanner(site, browser, kept, "camera")
    page.context.grant_permissions(["camera"])
    loaded: list[str] = []
    sent: list[str] = []
    page.on("request", lambda each: (sent if each.method == "POST" else loaded).append(each.url))
    page.click("[data-camera-on]")
    shown = page.locator(".in-place")
    expect(shown.locator("h1")).to_have_text("已签到")
    assert any(each.endswith(DECODER) for each in loaded)
    assert tones(page) == GREEN
    assert flaws(page, "normal") == []
    expect(shown).to_have_count(0)  # it clears itself away
    expect(page.locator(".counts-line strong").first).to_have_text("1")
    page.click("[data-camera-torch]")
    expect(page.locator("[data-camera-torch]")).to_have_attribute("aria-pressed", "true")
    assert page.evaluate("window.lights") == [True]
    assert page.evaluate("document.querySelector('video').videoWidth") == 640
    assert flaws(page, "normal") == []
    assert len(sent) == 1, "a card that is still held there is no second scan"
    page.evaluate(TURN_AWAY, True)
    expect(page.locator("video")).to_be_hidden()
    assert page.evaluate("document.querySelector('video').srcObject") is None
    page.evaluate(TURN_AWAY, False)
    expect(shown.locator("h1")).to_have_text("已在场")
    assert tones(page) == YELLOW
    page.keyboard.press("Escape")
    page.click("[data-camera-off]")
    expect(page.locator("video")).to_be_hidden()
    assert len(sent) == 2
    page.context.close()


def test_what_is_refused_is_heard_unless_it_was_turned_off(
    site: Served, browser: Browser, kept: Any
) -> None:
    page = scanner(site, browser, kept, "sound")
    shown, toggle = page.locator(".in-place"), page.locator("[data-sound]")
    press_enter(page, "12345678")
    expect(shown.locator("h1")).to_be_visible()
    assert tones(page) == RED
    page.click(".in-place a")
    expect(shown).to_have_count(0)
    toggle.click()
    expect(toggle).to_have_text("提示音和振动：关")
    page.reload()
    expect(toggle).to_have_text("提示音和振动：关")
    press_enter(page, "12345678")
    expect(shown.locator("h1")).to_be_visible()
    assert tones(page) == []
    page.keyboard.press("Escape")
    toggle.click()
    assert tones(page) == GREEN, "so one hears that it is on"
    page.context.set_offline(True)
    press_enter(page, "12345678")
    expect(page.locator("[data-lost]")).to_contain_text("不会重复记录")
    page.context.set_offline(False)
    press_enter(page, "12345675")
    expect(shown.locator("h1")).to_be_visible()
    assert page.is_hidden("[data-lost]")
    page.context.close()


def test_where_there_is_no_camera_a_photo_is_read(
    site: Served, browser: Browser, kept: Any, card: str
) -> None:
    page = scanner(site, browser, kept, "photo", WITHOUT_CAMERA)
    expect(page.locator("[data-camera-photo]")).to_be_visible()
    assert page.locator("[data-camera-on]").count() == 0
    assert (
        page.evaluate("performance.getEntriesByType('resource').map(e => e.name).join()").count(
            "npm"
        )
        == 0
    ), "nothing is loaded before it is wanted"

    take(page, "")
    expect(page.locator("[data-camera-said]")).to_contain_text("照片中未识别到二维码")
    assert flaws(page, "normal") == []
    take(page, card)
    expect(page.locator(".in-place h1")).to_have_text("已签到")
    assert flaws(page, "normal") == []
    page.context.close()


def test_who_refuses_the_camera_or_lacks_the_decoder_can_type(
    site: Served, browser: Browser, kept: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = scanner(site, browser, kept, "refused")
    page.click("[data-camera-on]")  # a browser without a face says no by itself
    expect(page.locator("[data-camera-said]")).to_contain_text("未获准使用摄像头")
    expect(page.locator("[data-camera-photo]")).to_be_visible()
    expect(page.locator("[data-camera-on]")).to_be_visible()
    monkeypatch.setattr(browser_files, "STATIC", tmp_path)
    page.reload()
    expect(page.locator("[data-sound]")).to_be_visible()
    assert page.is_hidden("[data-camera]")
    assert page.is_visible("[data-camera-missing]")
    assert page.is_visible("[name=code]")
    page.add_init_script(NATIVE)
    page.reload()
    expect(page.locator("[data-camera-on]")).to_be_visible()  # this one reads codes itself
    take(page, "")
    expect(page.locator(".in-place h1")).to_have_text("已签到")
    page.context.close()


def test_the_doctor_says_whether_every_browser_can_scan(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert browser_files.decoder_check().state.value == "ok"
    monkeypatch.setattr(browser_files, "STATIC", tmp_path)
    found = browser_files.decoder_check()
    assert (found.state.value, browser_files.decoder_url()) == ("warning", "")
    assert "npm" in found.en
    assert "npm" in found.zh
