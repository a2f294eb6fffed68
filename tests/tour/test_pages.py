"""The tour from its one address to the broken byte, without scripts."""

import re

import pytest

from tests.tour.make import ADDRESS, Stage, Visitor, approve, check_in, close, plain, publish
from volunteer_credit.people.operations.slips import issue_slip
from volunteer_credit.people.rules.slips import DEVICE, INVITATION
from volunteer_credit.tour.operations.cast import person_of
from volunteer_credit.tour.rules.cast import COMMUNITY, COORDINATOR, VOLUNTEER
from volunteer_credit.tour.rules.ticket import LIFE_MS


def done(visitor: Visitor) -> set[int]:
    """The steps that are ticked."""
    page = visitor.get("/tour")
    items = re.findall(r'<li class="tour__step tour__step--(\w+)"', page)
    assert len(items) == 8
    return {number for number, state in enumerate(items, 1) if state == "done"}


def sold(visitor: Visitor, points: str) -> str:
    """Step 6 with card and PIN, as the bar tells them."""
    page = visitor.step(6)
    said = page.partition('class="tour-bar"')[2].partition("</div>")[0]
    _, card, pin = re.findall(r"<strong>([0-9/]+)</strong>", said)
    sale = f"{visitor.path}/sale"
    offers = re.findall(r'id="field-([0-9a-f]{32})"', visitor.get(sale))
    visitor.send(sale, {**dict.fromkeys(offers, ""), "points": points, "card": card})
    return visitor.send(visitor.path, {"act": "pin", "pin": pin})


def test_the_whole_walk(stage: Stage) -> None:
    visitor = Visitor(stage)
    visitor.begin(stage)
    assert done(visitor) == set()
    publish(visitor)
    assert done(visitor) == {1}
    check_in(visitor)
    assert "08:00" in visitor.text
    assert done(visitor) == {1, 2}
    close(visitor)
    assert done(visitor) == {1, 2, 3}
    approve(visitor)
    page = visitor.get("/tour")
    assert "2 小时" in page
    assert "20 分" in plain(page)
    visitor.step(5)
    line = re.search(r'href="(/me/points/demo-01/line/[^"]+)"', visitor.text)
    assert line is not None
    receipt = re.search(r'href="(/book/demo-01/receipt[^"]+)"', visitor.get(line[1]))
    assert receipt is not None
    got = visitor.client.get(receipt[1].replace("&amp;", "&"), base_url=ADDRESS)
    assert got.data.startswith(b"c2sp.org/tlog-proof@v1\n")
    assert done(visitor) == {1, 2, 3, 4, 5}
    assert "收到 10 分" in sold(visitor, "10")
    assert done(visitor) == {1, 2, 3, 4, 5, 6}
    visitor.step(7)
    assert "11月26日 10:00" in visitor.text
    assert done(visitor) == {1, 2, 3, 4, 5, 6, 7}
    said = plain(visitor.step(8))
    assert "screen--red" in visitor.text
    assert "signature_invalid" in said
    assert re.search("改动前：[0-9]+ 个条目，全部通过", said)
    assert str(stage.folder.parent.parent) not in said  # no address of this machine
    assert done(visitor) == {1, 2, 3, 4, 5, 6, 7, 8}
    assert "八步已全部完成" in visitor.text


def test_whoever_scans_when_it_ends_is_told_at_once(stage: Stage) -> None:
    visitor = Visitor(stage)
    visitor.begin(stage)
    publish(visitor, "saturday")
    check_in(visitor)
    assert "09:00" in visitor.text  # the demo clock went to Saturday
    visitor.step(2)
    assert "已签到" in visitor.get("/tour/door")
    visitor.send("/tour/door/scan")
    visitor.send("/check-in")
    assert "2 小时 00 分" in visitor.text
    assert "约 20 分" in plain(visitor.text)
    assert "已签到并签退" in visitor.get("/tour/door")
    close(visitor)
    assert 3 in done(visitor)
    publish(visitor)
    assert done(visitor) == {1}  # another activity begins anew


def test_a_phone_of_ones_own(stage: Stage) -> None:
    visitor = Visitor(stage)
    visitor.begin(stage)
    publish(visitor)
    check_in(visitor)
    visitor.step(2)
    page = visitor.get("/tour/door")
    assert 'action="/tour/door/phone"' not in page  # nobody else reaches this machine
    hidden = visitor.hidden("/tour/door/scan")
    shown = visitor.client.post("/tour/door/phone", base_url=ADDRESS, data=hidden)
    assert "先扫此码" in shown.get_data(as_text=True)


def test_in_english(stage: Stage) -> None:
    visitor = Visitor(stage)
    visitor.begin(stage)
    assert "One Saturday in eight steps" in visitor.get("/tour?lang=en")
    assert "After step 1" in visitor.text
    assert "Fill in what and where" in visitor.step(1)


# ---- what is refused ----------------------------------------------------------------------------


def test_a_key_opens_one_browser(stage: Stage) -> None:
    first, second = Visitor(stage), Visitor(stage)
    path = stage.key()
    first.get(path)
    second.get(path)
    first.send(path)
    assert "导览" in second.send(path, status=404)
    second.get("/tour", 404)
    for wrong in ("/tour/" + "A" * 26, "/tour/x"):
        second.get(wrong)
        second.send(wrong, status=404)


def test_a_key_and_a_tour_end(stage: Stage) -> None:
    late, visitor = Visitor(stage), Visitor(stage)
    path = stage.key()
    visitor.begin(stage)
    late.get(path)
    stage.clock.pass_ms(LIFE_MS)
    late.send(path, status=404)
    visitor.get("/tour", 404)
    assert "tour-bar" not in visitor.get("/")


def test_only_the_slip_of_the_tour_is_a_key(stage: Stage) -> None:
    with stage.app.app_context():
        other = issue_slip(None, INVITATION, person_of(COORDINATOR), COMMUNITY, "other").code
        device = issue_slip(None, DEVICE, person_of(VOLUNTEER), COMMUNITY, "device").code
    visitor = Visitor(stage)
    for letters in (other, device):
        visitor.get(f"/tour/{letters}")
        visitor.send(f"/tour/{letters}", status=404)


def test_a_forged_cookie_carries_nothing(stage: Stage) -> None:
    visitor = Visitor(stage)
    visitor.begin(stage)
    cookie = visitor.client.get_cookie("tour", domain="127.0.0.1")
    assert cookie is not None
    assert cookie.http_only
    value = cookie.value
    for forged in (value[:-1] + "x", value.replace(".0.", ".5.", 1), "", "x", "é", "." + value):
        visitor.client.set_cookie("tour", forged, domain="127.0.0.1")
        visitor.get("/tour", 404)
        assert "tour-bar" not in visitor.get("/")


def test_steps_come_in_order(stage: Stage) -> None:
    visitor = Visitor(stage)
    visitor.begin(stage)
    hidden = visitor.hidden("/tour/step/1")
    for number in (2, 3, 4, 5, 6):
        answer = visitor.client.post(f"/tour/step/{number}", base_url=ADDRESS, data=hidden)
        assert answer.status_code == 409
    for path in ("/tour/door", "/tour/door/scan"):
        assert visitor.client.post(path, base_url=ADDRESS, data=hidden).status_code == 409
    assert visitor.client.post("/tour/step/9", base_url=ADDRESS, data=hidden).status_code == 404
    visitor.get("/tour/door", 409)
    publish(visitor)
    visitor.get("/tour/door", 409)  # nobody has opened it


def test_counts_of_an_address_are_numbers(stage: Stage) -> None:
    visitor = Visitor(stage)
    visitor.begin(stage)
    page = plain(visitor.get("/tour/thursday?recorded=7&paid=<b>&released=99999999&expired=-1"))
    assert "7 条" in page
    assert "0 笔" in page
    assert "999" not in page


PATHS = ("/tour", "/tour/" + "A" * 26, "/tour/thursday", "/tour/door")


@pytest.mark.parametrize("path", PATHS)
def test_nothing_is_there_without_a_tour(stage: Stage, path: str) -> None:
    expected = 200 if len(path) > 20 else 404
    Visitor(stage).get(path, expected)
