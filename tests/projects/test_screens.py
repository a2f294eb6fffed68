"""The pages in a real browser: the photo of the picture can be scanned, and everybody can read."""

import base64
from collections.abc import Iterator
from pathlib import Path

import pytest
import zxingcpp
from playwright.sync_api import Browser

from tests.people.make import COMMUNITY
from tests.people.screens import browser, checked, phone
from tests.people.site import Served, served
from tests.projects.make import SATURDAY_MS, draft
from tests.web.browser import watched
from volunteer_credit.projects.operations.publishing import publish
from volunteer_credit.projects.rules.states import COMMITTEE
from volunteer_credit.shared.db import end_reading

__all__ = ["browser"]
WIDTH, HEIGHT = 540, 720
# The photo in shades of grey, one byte for each point.
_GREY = """([width, height]) => {
  const canvas = document.createElement("canvas");
  canvas.width = width;
  canvas.height = height;
  const context = canvas.getContext("2d");
  context.drawImage(document.querySelector(".share img"), 0, 0, width, height);
  const data = context.getImageData(0, 0, width, height).data;
  let text = "";
  for (let at = 0; at < data.length; at += 4) text += String.fromCharCode(data[at]);
  return btoa(text);
}"""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path) -> Iterator[Served]:
    with served(tmp_path_factory.mktemp("site"), sqlite_template) as found:
        yield found


def test_the_photo_of_the_picture_can_be_scanned_and_pages_be_read(
    site: Served, browser: Browser
) -> None:
    with site.app.app_context():
        anna = site.town.anna.caller()
        starts = (SATURDAY_MS, SATURDAY_MS + 7 * 86_400_000)
        made = publish(anna, COMMUNITY, COMMITTEE, draft(starts_at_ms=starts), "publish")
        end_reading()
    path = f"/c/{COMMUNITY}/activities/{made.activity_id}"
    context = phone(site, browser)
    page = watched(context.new_page())
    page.goto(f"{site.address}{path}/share")
    page.wait_for_selector(".share img")
    grey = base64.b64decode(page.evaluate(_GREY, [WIDTH, HEIGHT]))
    (code,) = zxingcpp.read_barcodes(memoryview(grey).cast("B", shape=(HEIGHT, WIDTH)))
    assert code.text == f"{site.address}{path}"
    pages = (f"/c/{COMMUNITY}/activities", path, f"{path}/share", f"{path}/poster")
    wrong = [each for path in pages for each in checked(page, site.address + path, "normal")]
    secrets = {"session": anna.session_id * 2, "device": anna.device_id}
    context.add_cookies(
        [{"name": name, "value": value, "url": site.address} for name, value in secrets.items()]
    )
    first = made.shift_ids[0]
    inside = [f"/c/{COMMUNITY}/{each}" for each in ("publish", "organise", "projects/new")]
    inside += [f"{path}/manage", f"{path}/cancel", "/me/activities"]
    inside += [f"/c/{COMMUNITY}/shifts/{first}/{each}" for each in ("people", "list", "change")]
    wrong += [each for path in inside for each in checked(page, site.address + path, "large")]
    context.close()
    assert wrong == []
