"""The pages of points and fund in a real browser: barriers, width in both sizes, refusals."""

import pytest
from playwright.sync_api import Browser

from tests.conventions.adopting import sign
from tests.people.make import COMMUNITY
from tests.people.screens import browser, checked, enrolled, phone, site, submit
from tests.people.sign_in_make import PIN
from tests.people.site import Served
from tests.points.make import HOUR, Scheme, entries
from tests.points.spending import hold
from tests.web.browser import watched
from volunteer_credit.shared.db import end_reading

__all__ = ["browser", "site"]
LINE = f"/me/points/{COMMUNITY}/line/1"
OWN = ("/me/points", f"/me/points/{COMMUNITY}", f"/c/{COMMUNITY}/fund")


@pytest.fixture(scope="module")
def scheme(site: Served) -> Scheme:
    """Wang has points of two months, a hold, something that waits, and a correction."""
    with site.app.app_context():
        here = Scheme(site.town, site.clock)
        here.adopt()
        here.fund(60, yuan=20)
        sign(site.wang, "sign wang")
        record, _ = here.record(site.wang, 125)
        here.record(site.wang, 20, planned_minutes=HOUR)
        here.correct(record, 3 * HOUR)
        hold(here, site.wang, 500)
        here.record(site.wang, 5 * HOUR)
        end_reading()
    return here


def test_everybody_can_read_every_page(site: Served, browser: Browser, scheme: Scheme) -> None:
    with site.app.app_context():
        lines = [f"{LINE}/{each.seq}" for each in entries("points.")[-2:]]
        assert scheme.points(site.wang) == 30
        end_reading()
    context = phone(site, browser, "zh")
    page = watched(context.new_page())
    page.goto(f"{site.address}/sign-in/card")
    submit(page, card=site.card, pin=PIN)
    wrong = [
        each for path in (*OWN, *lines) for each in checked(page, site.address + path, "large")
    ]
    context.close()
    context = phone(site, browser, "en")
    page = watched(context.new_page())
    enrolled(site, page)
    wrong += checked(page, f"{site.address}/c/{COMMUNITY}/fund/change", "normal")
    context.close()
    assert not wrong
