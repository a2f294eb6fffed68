"""Family pages: who stands for whom, from both sides and at the desk; numbers with consent."""

import pytest
from flask import Flask

from tests.people.counter import BASE, Desk, enrolled
from tests.people.identities import BORN
from tests.people.make import COMMUNITY, Resident, Town
from tests.people.sign_in_make import give_card, with_cheap_pins
from tests.people.visitor import Guest, forms_of, text_of
from tests.people.wards import put_guardian
from volunteer_credit.shared.db import end_reading

pytestmark = pytest.mark.engines("sqlite")


@pytest.fixture
def desk(app: Flask) -> Desk:
    with_cheap_pins()
    town = Town()
    wang = town.add("王小明", birth_day=BORN["adult"])
    return Desk(app, town, wang, enrolled(app, town.anna), enrolled(app, town.bo))


def by_card(app: Flask, who: Resident) -> Guest:
    guest = Guest(app)
    guest.sign_in(give_card(who, value=1111111))
    return guest


def child_of(desk: Desk, key: str = "小宝", born: str = "child") -> Resident:
    child = desk.town.add(key, birth_day=BORN[born])
    put_guardian(child, desk.wang)
    end_reading()
    return child


def test_a_guardian_is_confirmed_from_documents_and_ended(desk: Desk) -> None:
    child = desk.town.add("小宝", birth_day=BORN["child"])
    page = f"{BASE}/person/{child.person_id}/family"
    card = give_card(desk.wang)
    unseen = desk.staff.send(f"{page}/guardian", card=card)
    assert unseen.status_code == 422
    assert desk.staff.send(f"{page}/guardian", card="12345678", seen="yes").status_code == 400
    answer = desk.staff.send(f"{page}/guardian", card=card, seen="yes")
    listed = desk.staff.follow(answer)
    assert "王○○" in text_of(listed)
    assert "Confirmed." in text_of(listed)
    other = f"{BASE}/person/{desk.wang.person_id}/family"
    assert "As guardian" in text_of(desk.staff.get(other))
    grown = desk.staff.send(f"{other}/guardian", card=card, seen="yes")
    assert "under 18" in text_of(grown)
    ended = desk.staff.follow(desk.staff.send(listed, f"{page}/end"))
    assert "王○○" not in text_of(ended)
    assert desk.staff.send(listed, f"{page}/end").status_code == 303, "a retry"
    fresh = forms_of(desk.staff.get(f"{page}/guardian"))[0].fields["_key"]
    assert desk.staff.send(listed, f"{page}/end", _key=fresh).status_code == 404
    assert desk.staff.send(listed, f"{page}/end", kind="king").status_code == 422


def test_a_guardian_sees_changes_and_decides_for_a_child(desk: Desk) -> None:
    child = child_of(desk)
    guest = by_card(desk.app, desk.wang)
    page = f"/me/family/{child.person_id}"
    assert f'href="{page}"' in guest.get("/me/family").text
    shown = text_of(guest.get(page))
    assert "小宝" in shown
    assert "A child takes part" in shown
    assert guest.send(f"{page}/change", name="小宝", phone="", reach="").status_code == 422
    assert guest.send(f"{page}/change", reach="母亲").status_code == 303
    assert "母亲" in text_of(guest.get(page))
    consent = f"{page}/consents/minors/-"
    assert guest.send(consent, version="9").status_code in (409, 422)
    assert "Agreed" in text_of(guest.follow(guest.send(consent)))
    assert guest.send(consent).headers["Location"] == f"{page}?done=withdrawn"
    assert guest.get(f"{page}/consents/minors/{COMMUNITY}").status_code == 404
    at_desk = text_of(desk.staff.get(f"{BASE}/person/{child.person_id}/consents"))
    assert "Signed by 王○○" in at_desk


def test_a_guardian_of_fourteen_decides_only_what_is_theirs(desk: Desk) -> None:
    child = child_of(desk, born="minor")
    guest = by_card(desk.app, desk.wang)
    page = f"/me/family/{child.person_id}"
    assert guest.get(f"{page}/consents/minors/-").status_code == 200
    assert guest.get(f"{page}/consents/location/-").status_code == 404


def test_who_stands_for_nobody_sees_nobody(desk: Desk) -> None:
    child = child_of(desk)
    chen = desk.town.add("陈秀英")
    guest = by_card(desk.app, chen)
    assert "Nobody." in text_of(guest.get("/me/family"))
    for path in ("", "/change", "/consents/minors/-"):
        assert guest.get(f"/me/family/{child.person_id}{path}").status_code == 404
        assert guest.get(f"/me/family/{chen.person_id}{path}").status_code == 404
    token = {name: forms_of(guest.get("/me/change"))[0].fields[name] for name in ("_csrf", "_key")}
    assert guest.post("/me/family/end", data=token).status_code == 404
    taken = {**token, "name": desk.wang.person_id}
    assert guest.post("/me/family/end", data=taken).status_code == 404


def test_a_guardian_signs_on_paper_at_the_desk(desk: Desk) -> None:
    child = child_of(desk)
    page = f"{BASE}/person/{child.person_id}/consents"
    assert desk.staff.send(page).status_code in (403, 422), "nobody's signature"
    answer = desk.staff.send(page, guardian=desk.wang.person_id)
    assert answer.headers["Location"].endswith("done=given")
    assert "Withdrawn by 王○○" in text_of(desk.staff.follow(answer))


def test_one_of_the_family_is_confirmed_and_the_person_ends_it(desk: Desk) -> None:
    chen = desk.town.add("陈秀英", birth_day=BORN["adult"])
    page, card = f"{BASE}/person/{chen.person_id}/family", give_card(desk.wang)
    assert desk.staff.send(f"{page}/proxy", card=card, how="rumour").status_code == 422
    answer = desk.staff.send(f"{page}/proxy", card=card, how="desk_paper")
    assert "Acts for them" in text_of(desk.staff.follow(answer))
    helper = Guest(desk.app)
    helper.sign_in(card)
    ward = f"/me/family/{chen.person_id}"
    assert "陈秀英" in text_of(helper.get("/me/family"))
    assert helper.get(ward).status_code == 200
    assert helper.get(f"{ward}/change").status_code == 404, "a proxy changes nothing"
    own = by_card(desk.app, chen)
    assert "王○○" in text_of(own.get("/me/family"))
    ended = own.send("/me/family", "/me/family/end")
    assert ended.headers["Location"] == "/me/family?done=standing_ended"
    end_reading()
    assert helper.get(ward).status_code == 404
    again = desk.staff.send(f"{page}/proxy", card=card, how="own")
    assert desk.staff.send(desk.staff.follow(again), f"{page}/end").status_code == 303


def test_numbers_are_kept_with_a_tick_and_go_with_it(desk: Desk) -> None:
    guest = by_card(desk.app, desk.wang)
    page = "/me/numbers"
    assert "never put in a code" in text_of(guest.get(page))
    assert "one of the two" in text_of(guest.send(page))
    unticked = guest.send(page, volunteer_number="371002123456")
    assert unticked.status_code == 422
    assert "Tick that you agree" in text_of(unticked)
    wrong = guest.send(page, id_number="1", id_number_agreed="yes")
    assert wrong.status_code in (400, 422)
    ticked = {"id_number": number(), "id_number_agreed": "yes"}
    kept = text_of(guest.follow(guest.send(page, **ticked)))
    assert number() not in kept
    assert number()[-4:] in kept
    assert "and delete it" in kept
    stale = guest.send(
        page,
        volunteer_number="371002123456",
        volunteer_number_agreed="yes",
        volunteer_number_version="9",
    )
    assert stale.status_code in (409, 422)
    assert guest.send("/me/consents/id_number/-").status_code == 303
    assert "and delete it" not in text_of(guest.get(page))
    assert "ID number 3" not in text_of(guest.get("/me"))


def number() -> str:
    """An ID number of somebody born as Wang was, with its check character."""
    first = f"371002{BORN['adult']}001"
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    total = sum(int(digit) * weight for digit, weight in zip(first, weights, strict=True))
    return first + "10X98765432"[total % 11]


def test_the_desk_keeps_what_was_signed(desk: Desk) -> None:
    page = f"{desk.page}/numbers"
    given = {"volunteer_number": "371002123456"}
    assert desk.staff.send(page, **given).status_code == 422
    assert desk.staff.send(page, **given, volunteer_number_agreed="yes").status_code == 303
    shown = desk.staff.get(page).text
    assert "Agreed" in shown
    assert "371002123456" not in shown
    child = child_of(desk)
    page = f"{BASE}/person/{child.person_id}/numbers"
    given = {"volunteer_number": "371002654321", "volunteer_number_agreed": "yes"}
    assert desk.staff.send(page, **given, guardian="0" * 32).status_code in (403, 422)
    assert desk.staff.send(page, **given, guardian=desk.wang.person_id).status_code == 303
