"""People's pages in a real browser: the ways in, the shared phone, and what everybody can read."""

import pytest
from playwright.sync_api import Browser

from tests.people.make import COMMUNITY
from tests.people.screens import checked, enrolled, phone, submit
from tests.people.sign_in_make import PIN
from tests.people.site import WANG, Served
from tests.web.browser import violations, watched, weight

WEIGHT_BYTES_MAX = 100_000
AUTHENTICATOR = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}
DESK = f"/c/{COMMUNITY}/desk"
OPEN = ("/", "/sign-in", "/sign-in/card", "/sign-in/code", "/sign-in/slip", "/sign-in/totp")
OWN = (
    "/",
    "/me",
    "/me/change",
    "/me/card",
    "/me/card/lost",
    "/me/sessions",
    "/me/looked",
    "/me/consents",
    "/me/consents/location/-",
    "/me/export",
    f"/me/leave/{COMMUNITY}",
    "/me/erase",
    f"/me/household/{COMMUNITY}",
    "/me/settings",
    "/me/security",
    "/me/security/totp",
    "/step-up",
)


@pytest.mark.parametrize(("language", "size"), [("zh", "normal"), ("en", "large")])
def test_everybody_can_read_every_page(
    site: Served, browser: Browser, language: str, size: str
) -> None:
    person = f"{DESK}/person/{site.wang.person_id}"
    desk = [DESK, f"{DESK}/add", f"/c/{COMMUNITY}/approvals", person]
    desk += [f"{person}/{each}" for each in ("visit", "slip", "change", "consents", "role", "end")]
    codes = [f"/s/{site.slip(site.wang)}", f"/d/{site.slip(site.wang, 'device')}"]
    context = phone(site, browser, language)
    page = watched(context.new_page())
    wrong = [each for path in (*OPEN, *codes) for each in checked(page, site.address + path, size)]
    enrolled(site, page)
    page.goto(f"{site.address}/me/card")
    if page.locator("form[action='/me/card/pass']").count():
        submit(page)
    wrong += [each for path in (*OWN, *desk) for each in checked(page, site.address + path, size)]
    context.close()
    assert wrong == []


def test_first_views_are_light(site: Served, browser: Browser) -> None:
    for path in ("/", "/sign-in"):
        context = phone(site, browser)
        assert weight(context.new_page(), site.address + path) <= WEIGHT_BYTES_MAX
        context.close()
    context = phone(site, browser)
    page = context.new_page()
    page.goto(f"{site.address}/sign-in/card")
    submit(page, card=site.card, pin=PIN)
    assert WANG in page.inner_text("h1")
    assert weight(context.new_page(), f"{site.address}/me") <= WEIGHT_BYTES_MAX
    context.close()


def test_in_by_slip_by_card_and_by_passkey(site: Served, browser: Browser) -> None:
    context = phone(site, browser)
    page = watched(context.new_page())
    keys = context.new_cdp_session(page)
    keys.send("WebAuthn.enable")
    keys.send("WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR})
    page.goto(f"{site.address}/s/{site.slip(site.wang)}")
    submit(page)
    assert WANG in page.inner_text("h1")
    page.goto(f"{site.address}/me/security")
    with page.expect_navigation():
        page.click("[data-passkey=create] button")
    assert page.url.endswith("?done=passkey_added")
    page.goto(site.address)
    with page.expect_navigation():
        page.click("form[action='/sign-out'] button")
    page.goto(f"{site.address}/sign-in/card")
    submit(page, card=site.card, pin=PIN)
    assert WANG in page.inner_text("h1")
    with page.expect_navigation():
        page.click("form[action='/sign-out'] button")
    page.goto(f"{site.address}/sign-in?next=/me")
    assert page.locator("[data-passkey-missing]").is_hidden()
    with page.expect_navigation():
        page.click("[data-passkey=get] button")
    assert page.url == f"{site.address}/me"
    assert violations(page) == []
    page.goto(f"{site.address}/step-up?next=/me/erase")
    with page.expect_navigation():
        page.click("[data-passkey=get] button")
    assert page.url == f"{site.address}/me/erase"
    context.close()


def test_a_passkey_that_is_not_given_says_so(site: Served, browser: Browser) -> None:
    context = phone(site, browser)
    page = context.new_page()
    keys = context.new_cdp_session(page)
    keys.send("WebAuthn.enable")
    refusing = {**AUTHENTICATOR, "isUserVerified": False}
    keys.send("WebAuthn.addVirtualAuthenticator", {"options": refusing})
    page.goto(f"{site.address}/sign-in")
    page.click("[data-passkey=get] button")
    page.wait_for_selector("[data-passkey-failed]:visible")
    assert page.url == f"{site.address}/sign-in"
    context.close()


def test_after_done_on_a_shared_phone_the_way_back_shows_no_name(
    site: Served, browser: Browser
) -> None:
    context = phone(site, browser)
    page = context.new_page()
    page.goto(f"{site.address}/sign-in/card")
    page.check("[name=shared]")
    submit(page, card=site.card, pin=PIN)
    page.goto(f"{site.address}/me")
    assert WANG in page.content()
    page.goto(site.address)
    with page.expect_navigation():
        page.click("form[action='/sign-out'] button")
    for _ in range(3):
        page.go_back()
        assert WANG not in page.content()
    context.close()


def test_without_scripts_a_sentence_stands_for_the_passkey(site: Served, browser: Browser) -> None:
    context = browser.new_context(java_script_enabled=False, locale="en")
    page = context.new_page()
    page.goto(f"{site.address}/sign-in?lang=en")
    assert page.locator("[data-passkey]").is_hidden()
    assert "offers no passkeys" in page.inner_text("main")
    page.goto(f"{site.address}/sign-in/card")
    submit(page, card=site.card, pin=PIN)
    assert WANG in page.inner_text("h1")
    context.close()
