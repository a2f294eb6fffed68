"""The desk's and the family's pages in a real browser, and what only answers a form."""

from dataclasses import dataclass

import pytest
from playwright.sync_api import Browser, Page

from tests.people.identities import BORN
from tests.people.make import COMMUNITY
from tests.people.screens import enrolled, flaws, phone, submit
from tests.people.sign_in_make import PIN, give_card
from tests.people.site import Served
from tests.people.wards import put_guardian
from tests.web.browser import watched
from volunteer_credit.people.operations.organisations import (
    NewOrganisation,
    register_organisation,
)
from volunteer_credit.people.operations.places import add_place
from volunteer_credit.shared.db import end_reading

pytestmark = pytest.mark.untraced  # quicker tests reach the same lines
HERE = f"/c/{COMMUNITY}"
WEIGHT_BYTES_MAX = 100_000
FILES_BYTES = 30_000  # style sheet, script and icon; test_walk weighs them
WHY = {"text": "王", "reason": "desk_service"}


@dataclass
class Things:
    """What the pages are about: a child of Anna's, an estate, a body, a second record of Wang."""

    child: str
    estate: str
    body: str
    card: str


@pytest.fixture(scope="module")
def things(site: Served) -> Things:
    with site.app.app_context():
        town = site.town
        child = town.add("小宝", birth_day=BORN["child"])
        put_guardian(child, town.anna)
        end_reading()
        staff = town.anna.caller()
        grid = add_place(staff, COMMUNITY, ("grid", "一网格"), "grid")
        estate = add_place(staff, COMMUNITY, ("estate", "金海湾"), "estate", grid_id=grid)
        add_place(staff, COMMUNITY, ("building", "3 号楼"), "building", parent_id=estate)
        new = NewOrganisation("unit", "税务局")
        body = register_organisation(staff, COMMUNITY, new, town.anna.person_id, "body")
        card = give_card(town.add("王小明 二"), value=7654321)
        end_reading()
        return Things(child.person_id, estate, body, card)


@pytest.fixture
def page(site: Served, browser: Browser) -> Page:
    """Anna's phone: large print, in English, whose words are the longest."""
    context = phone(site, browser, "en")
    context.add_cookies([{"name": "size", "value": "large", "url": site.address}])
    made = watched(context.new_page())
    enrolled(site, made)
    return made


def test_everybody_can_read_the_new_pages(site: Served, things: Things, page: Page) -> None:
    person, child = (f"{HERE}/desk/person/{each}" for each in (site.wang.person_id, things.child))
    ward, body = f"/me/family/{things.child}", f"/me/organisations/{things.body}"
    paths = ["/me/family", "/me/numbers", "/me/organisations", f"{HERE}/places"]
    paths += [ward, f"{ward}/change", f"{ward}/consents/minors/-"]
    paths += [f"{body}{each}" for each in ("", "/add", "/name", "/end")]
    paths += [f"{body}/members/{site.town.anna.person_id}"]
    paths += [f"{child}/{each}" for each in ("family", "family/guardian", "numbers", "consents")]
    paths += [f"{person}/{each}" for each in ("family/proxy", "place", "merge", "role")]
    paths += [f"{HERE}/places/{things.estate}{each}" for each in ("", "/change")]
    paths += [f"{HERE}/organisations{each}" for each in ("", "/new")]
    wrong = []
    for path in paths:
        answer = page.goto(site.address + path)
        assert answer is not None
        wrong += [] if answer.status == 200 else [f"{path}: {answer.status}"]
        wrong += [f"{path}: {each}" for each in flaws(page, "large")]
    assert wrong == []


def test_everybody_can_read_what_answers_a_form(site: Served, things: Things, page: Page) -> None:
    """Each row: a page, how its first form is filled in, and what the answer says."""
    person = f"{HERE}/desk/person/{site.wang.person_id}"
    rows: list[tuple[str, dict[str, str], str]] = [
        (f"{HERE}/desk", {"text": "王"}, "Please look at this again"),
        (f"{person}/slip", {}, "once, until"),
        ("/me/numbers", {"id_number": "1"}, "Tick that you agree"),
        (f"{person}/merge", {"other": things.card}, "stays as it is"),
        (f"{person}/family/guardian", {"card": things.card}, "documents of both"),
        (f"{HERE}/organisations/new", {"name": "x"}, "Please look at this again"),
        (f"{HERE}/places/{things.estate}", {"name": " "}, "1 to 60"),
        ("/step-up?next=/me", {"pin": "000000"}, "Please look at this again"),
    ]
    wrong = []
    for path, filled, says in rows:
        page.goto(site.address + path)
        submit(page, **filled)
        wrong += looked_at(page, path, says)
    page.goto(f"{site.address}{HERE}/desk")
    page.select_option("[name=reason]", WHY["reason"])
    submit(page, text=WHY["text"])
    wrong += looked_at(page, "found", "written down")
    submit(page)
    wrong += looked_at(page, "record", "That you looked")
    page.goto(f"{site.address}{person}/visit")
    page.check("[name=card]")
    submit(page, pin=PIN)
    wrong += looked_at(page, "print_card", "Card")
    assert wrong == []


def looked_at(page: Page, name: str, says: str) -> list[str]:
    """What is wrong with an answer: its barriers, its weight, or that it is another one."""
    found = flaws(page, "large")
    content = page.content()
    if len(content.encode()) + FILES_BYTES > WEIGHT_BYTES_MAX:
        found.append(f"{len(content)} characters")
    if says not in page.inner_text("main"):
        found.append(f"does not say {says!r}: {page.inner_text('main')[:200]}")
    return [f"{name}: {each}" for each in found]
