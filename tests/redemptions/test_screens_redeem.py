"""Both sides of a till in a real browser of a phone's size: everybody can read every screen."""

import secrets
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.checkins.seen import photo
from tests.people.make import COMMUNITY
from tests.people.sign_in_make import PIN, give_card, with_cheap_pins
from tests.redemptions.make import Market, market
from tests.service.make import FakeClock, settings_for
from tests.web.browser import PHONE, barriers, chromium, serving, violations, watched
from volunteer_credit import create_app
from volunteer_credit.people.operations.slips import issue_slip
from volunteer_credit.shared.db import WRITE, db, end_reading
from volunteer_credit.shared.runtime import Runtime

GRAIN, SHOP = "张记粮油", "信用超市"
ROOT = f"/c/{COMMUNITY}"
# Where what is looked for differs; a look for barriers takes its time.
READ = {"shops", "code", "till-sale", "till-wait", "till-day", "till-refund", "staff-add"}
Shoot = Callable[[Page, str], None]


@dataclass
class Served:
    """A market that browsers can reach."""

    address: str
    app: Any
    town: Market

    def slip(self, name: str, kind: str) -> str:
        with self.app.app_context():
            end_reading()
            people = {**self.town.street.people, "安娜": self.town.street.town.anna}
            who = people[name].person_id
            return issue_slip(None, kind, who, COMMUNITY, secrets.token_hex(8)).code


class _Later:
    app: Any = None

    def __call__(self, environ: dict[str, Any], start: Any) -> Any:
        return self.app(environ, start)


@contextmanager
def served(folder: Path, template: Path) -> Iterator[Served]:
    """The usual market on loopback."""
    later, clock = _Later(), FakeClock()
    (folder / "data").mkdir()
    shutil.copyfile(template, folder / "data" / "service.db")
    with serving(later) as address:  # type: ignore[arg-type] # any WSGI application will do
        url = f"sqlite:///{folder / 'data' / 'service.db'}"
        settings = settings_for(url, folder, VC_CLOCK="demo", VC_PUBLIC_URL=address)
        app = create_app(Runtime(settings, clock, secrets.token_bytes))
        with app.app_context():
            with_cheap_pins()
            town = market(clock)
        later.app = app
        try:
            yield Served(address, app, town)
        finally:
            with app.app_context():
                db.session.remove()
                for engine in (db.engine, db.engines[WRITE]):
                    engine.dispose()


def walk(site: Served, browser: Any, shoot: Shoot, **how: str) -> None:
    """A sale each way, seen from both sides; each screen is shown to `shoot`."""

    def enter(name: str, kind: str) -> Page:
        context = browser.new_context(viewport={"width": PHONE[0], "height": PHONE[1]})
        for cookie, value in how.items():
            context.add_cookies([{"name": cookie, "value": value, "url": site.address}])
        page = watched(context.new_page())
        letter = "d" if kind == "device" else "s"
        page.goto(f"{site.address}/{letter}/{site.slip(name, kind)}")
        if kind == "device":
            page.fill("[name=pin]", PIN)
            page.fill("[name=pin_again]", PIN)
        page.click("main form button[type=submit]")
        return page

    shop, counter = (site.town.street.shops[name] for name in (GRAIN, SHOP))
    member, till = enter("王小明", "invitation"), enter("张收银", "device")
    _by_code(site, member, till, shoot, shop)
    _by_card(site, till, shoot, shop)
    till.goto(f"{site.address}{ROOT}/till/{shop}/day")
    shoot(till, "till-day")
    till.click("a[href$='/refund']")
    shoot(till, "till-refund")
    staff = enter("安娜", "device")
    staff.goto(f"{site.address}{ROOT}/merchants/add")
    shoot(staff, "staff-add")
    staff.goto(f"{site.address}{ROOT}/merchants/{counter}")
    shoot(staff, "staff-shop")
    for page in (member, till, staff):
        page.context.close()


def _by_code(site: Served, member: Page, till: Page, shoot: Shoot, shop: str) -> None:
    member.goto(f"{site.address}{ROOT}/shops")
    shoot(member, "shops")
    member.click("text=毛巾")
    shoot(member, "basket")
    member.click("main form button[type=submit]")
    member.wait_for_selector(".pass__number")
    shoot(member, "code")
    digits = member.inner_text(".pass__number").replace(" ", "")
    till.goto(f"{site.address}{ROOT}/till")
    shoot(till, "till")
    till.goto(f"{site.address}{ROOT}/till/{shop}/code")
    till.fill("[name=code]", digits)
    shoot(till, "till-code")
    till.click("main form button[type=submit]")
    shoot(till, "till-take")
    till.click("[value=confirm]")
    till.wait_for_selector(".status__word")
    shoot(till, "till-done")
    member.wait_for_selector(".status__word")  # the page looks again by itself
    shoot(member, "done")


def _by_card(site: Served, till: Page, shoot: Shoot, shop: str) -> None:
    with site.app.app_context():
        end_reading()
        card = give_card(site.town.who("陈秀英"))
    till.goto(f"{site.address}{ROOT}/till/{shop}/sale")
    shoot(till, "till-sale")
    file: Any = {"name": "a.png", "mimeType": "image/png", "buffer": photo(card)}
    till.set_input_files("[data-camera-photo] input", file)
    till.wait_for_selector("text=请填写其余内容")
    till.keyboard.type("5")  # what is missing has the focus
    till.evaluate("document.getElementById('field-card').value = ''")
    till.set_input_files("[data-camera-photo] input", file)
    expect(till.locator("#field-card")).not_to_have_value("")
    assert till.input_value("[name=points]") == "5", "nothing that is half typed goes out"
    till.click("main form button[type=submit]")
    shoot(till, "till-wait")
    till.fill("[name=pin]", PIN)
    till.click("[value=pin]")
    till.wait_for_selector(".status__word")


@pytest.mark.untraced
def test_everybody_can_read_both_sides(tmp_path: Path, sqlite_template: Path) -> None:
    wrong: list[str] = []

    def shoot(page: Page, name: str) -> None:
        found = [*(barriers(page) if name in READ else ()), *violations(page)]
        wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
        wrong.extend(f"{name}: {each}" for each in found)
        if wide > 0:
            wrong.append(f"{name}: {wide} px too wide")

    with served(tmp_path, sqlite_template) as site, chromium() as browser:
        walk(site, browser, shoot, lang="zh")
    assert not wrong
