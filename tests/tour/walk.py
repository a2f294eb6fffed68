"""The tour walked in a browser on a phone: eight steps, and what is shown at each."""

from collections.abc import Callable

from playwright.sync_api import Page

TITLE, PLACE = "清洁广场", "小区东门"
POINTS = "10"
Shoot = Callable[[str], None]  # takes a picture of what is shown; a name


def walk(page: Page, start: str, shoot: Shoot) -> None:
    """Walk from the address that a start prints to the broken byte. `start`: the whole address."""
    page.goto(start)
    shoot("0-start")
    send(page, "main form button")
    shoot("0-tour")
    acts = (publish, scan, close, approve, see, spend, thursday, break_it)
    for number, act in enumerate(acts, 1):
        act(page, numbered(shoot, number))
        assert tour(page).locator(f"li:nth-child({number}).tour__step--done").count() == 1
    shoot("9-done")


def numbered(shoot: Shoot, number: int) -> Shoot:
    """The same for a step: its number stands before each name."""
    return lambda name: shoot(f"{number}-{name}")


def tour(page: Page) -> Page:
    """Back to the eight steps, as the bar leads there."""
    with page.expect_navigation():
        page.click(".tour-bar a")
    return page


def step(page: Page, number: int) -> None:
    """Press the button of a step."""
    send(page, f"li:nth-child({number}) form button")


def send(page: Page, selector: str) -> None:
    """Press what leads on."""
    with page.expect_navigation():
        page.click(selector)


def publish(page: Page, shoot: Shoot) -> None:
    step(page, 1)
    page.fill("[name=title]", TITLE)
    page.select_option("[name=category]", "environment")
    page.click("label.chip:has([value=now])")
    page.fill("[name=place]", PLACE)
    shoot("publish")
    send(page, "main form button.button--primary")
    shoot("published")


def scan(page: Page, shoot: Shoot) -> None:
    step(page, 2)
    send(page, "main form[action$='/sign-up'] button[type=submit]")
    shoot("signed-up")
    tour(page)
    step(page, 2)
    shoot("door")
    send(page, "form[action='/tour/door/scan'] button")
    shoot("tap")
    send(page, "form[action='/check-in'] button")
    shoot("in")


def close(page: Page, shoot: Shoot) -> None:
    step(page, 3)
    shoot("close")
    send(page, "button[name=all_stayed]")
    shoot("closed")


def approve(page: Page, shoot: Shoot) -> None:
    step(page, 4)
    page.check("[name=decision-1][value=approve]")
    shoot("approve")
    send(page, "main form button.button--primary")
    shoot("approved")


def see(page: Page, shoot: Shoot) -> None:
    step(page, 5)
    shoot("points")
    send(page, "main a[href*='/line/']")
    shoot("line")
    with page.expect_download() as found:
        page.click("a[href*='/receipt']")
    assert found.value.suggested_filename.endswith(".tlog-proof")


def spend(page: Page, shoot: Shoot) -> None:
    step(page, 6)
    card, pin = (page.locator(".tour-bar strong").nth(each).inner_text() for each in (1, 2))
    send(page, "main a[href$='/sale']")
    if page.locator("details:not([open]) [name=points]").count():
        page.click("summary")
    page.fill("[name=points]", POINTS)
    page.fill("[name=card]", card)
    shoot("sale")
    send(page, "main form button.button--primary")
    if page.locator("[name=pin]").is_hidden():
        page.click("summary")
    page.fill("[name=pin]", pin)
    shoot("pin")
    send(page, "button[value=pin]")
    shoot("taken")


def thursday(page: Page, shoot: Shoot) -> None:
    step(page, 7)
    shoot("thursday")


def break_it(page: Page, shoot: Shoot) -> None:
    step(page, 8)
    shoot("broken")
