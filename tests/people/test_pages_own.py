"""One's own pages: each form accepts and refuses, and says what it did."""

from dataclasses import dataclass

import pytest
from flask import Flask

from tests.people.desks import household
from tests.people.make import COMMUNITY, OTHER, Resident, Town
from tests.people.sign_in_make import PIN, give_card, with_cheap_pins
from tests.people.visitor import Guest, forms_of, text_of
from tests.service.make import FakeClock
from volunteer_credit.people.operations.look_up import Why, look_up
from volunteer_credit.people.operations.slips import issue_slip
from volunteer_credit.people.rules.roles import CITY
from volunteer_credit.shared.db import end_reading

pytestmark = pytest.mark.engines("sqlite")


@dataclass
class Place:
    """A town, two residents with cards, and the first one's browser."""

    app: Flask
    town: Town
    wang: Resident
    chen: Resident
    cards: tuple[str, str]
    guest: Guest

    def other(self) -> Guest:
        """The second resident's browser."""
        guest = Guest(self.app)
        guest.sign_in(self.cards[1])
        return guest


@pytest.fixture
def place(app: Flask) -> Place:
    with_cheap_pins()
    town = Town(COMMUNITY, OTHER)
    wang, chen = town.add("王小明"), town.add("陈秀英")
    cards = give_card(wang), give_card(chen, value=7654321)
    guest = Guest(app)
    guest.sign_in(cards[0])
    return Place(app, town, wang, chen, cards, guest)


def test_one_sees_and_changes_ones_data(place: Place) -> None:
    changed = {"name": "王晓明", "phone": "13900000009", "skills": "修车、做饭,急救", "sex": "male"}
    answer = place.guest.send("/me/change", **changed)
    text = text_of(place.guest.follow(answer))
    assert "Saved." in text
    assert "王晓明" in text
    assert "修车、做饭、急救" in text
    assert "13900000009" in text
    refused = place.guest.send("/me/change", name="", phone="", reach="")
    assert refused.status_code in (400, 422)
    assert 'role="alert"' in refused.text


def test_the_pass_is_made_once_and_changes(place: Place, clock: FakeClock) -> None:
    answer = place.guest.send("/me/card", "/me/card/pass")
    first = place.guest.follow(answer).text
    assert 'class="qr"' in first
    assert 'content="20"' in first
    clock.pass_ms(30_000)
    end_reading()
    second = place.guest.get("/me/card").text
    assert first.partition("<path")[2] != second.partition("<path")[2]


def test_the_number_is_said_digit_by_digit(place: Place) -> None:
    page = place.guest.follow(place.guest.send("/me/card", "/me/card/pass"))
    assert any(each in text_of(page) for each in ("zero", "one", "two", "three", "four"))
    end_reading()
    assert any(each in place.guest.get("/me/card?lang=zh").text for each in "零一二三四五六七八九")


def test_a_lost_card_stops_at_once(place: Place) -> None:
    answer = place.guest.send("/me/card/lost")
    assert answer.headers["Location"] == "/?done=card_ended"
    assert "opens nothing any more" in place.guest.follow(answer).text
    wrong = Guest(place.app).send("/sign-in/card", card=place.cards[0], pin=PIN)
    assert wrong.status_code == 401
    end_reading()
    guest = Guest(place.app)
    guest.send(f"/s/{issue_slip(None, 'invitation', place.wang.person_id, '', 'key').code}")
    assert "no paper card" in guest.get("/me/card/lost").text
    token = {name: forms_of(guest.get("/me/change"))[0].fields[name] for name in ("_csrf", "_key")}
    assert guest.post("/me/card/lost", data=token).status_code == 404
    taken = {**token, "name": place.cards[1]}  # of somebody else
    assert guest.post("/me/card/lost", data=taken).status_code in (403, 404)


def test_sessions_are_seen_and_ended(place: Place) -> None:
    second = Guest(place.app)
    second.sign_in(place.cards[0])
    page = place.guest.get("/me/sessions")
    assert page.text.count("This one") == 1
    assert place.guest.send(page, "/me/sessions/end").status_code == 303
    end_reading()
    assert second.get("/me").status_code == 303
    second.sign_in(place.cards[0])
    assert place.guest.send("/me/sessions", "/me/sessions/end-others").status_code == 303
    end_reading()
    assert second.get("/me").status_code == 303
    assert place.guest.get("/me").status_code == 200


def test_nobody_ends_what_is_not_theirs(place: Place) -> None:
    page = place.guest.get("/me/change")
    token = {name: forms_of(page)[0].fields[name] for name in ("_csrf", "_key")}
    for path in ("/me/sessions/end", "/me/sessions/revoke"):
        answer = place.guest.post(path, data={**token, "name": "0" * 32})
        assert answer.status_code == 404
        assert place.guest.post(path, data=token).status_code == 404


def test_an_enrolled_device_is_revoked(place: Place) -> None:
    end_reading()
    code = issue_slip(None, "device", place.wang.person_id, COMMUNITY, "key").code
    till = Guest(place.app)
    till.send(f"/d/{code}", pin=PIN, pin_again=PIN, label="till")
    answer = place.guest.send("/me/sessions", "/me/sessions/revoke")
    assert answer.headers["Location"] == "/me/sessions?done=device_revoked"
    end_reading()
    assert till.get("/me").status_code == 303


def test_one_reads_who_looked_and_why(place: Place) -> None:
    assert "Nobody has looked" in place.guest.get("/me/looked").text
    end_reading()
    staff, why = place.town.anna.caller(), Why("other", "因为搬家")
    look_up(staff, COMMUNITY, place.wang.person_id, why, "look")
    end_reading()
    text = text_of(place.guest.get("/me/looked"))
    assert "安○" in text
    assert "因为搬家" in text


def test_a_consent_is_given_and_taken_back_in_one_step_each(place: Place) -> None:
    page = "/me/consents/location/-"
    assert place.guest.send(page).headers["Location"] == "/me/consents?done=given"
    end_reading()
    assert "Agreed" in place.guest.get("/me/consents").text
    assert place.guest.send(page).headers["Location"] == "/me/consents?done=withdrawn"
    assert place.guest.send(page, version="99").status_code in (409, 422)
    assert place.guest.get("/me/consents/minors/-").status_code == 404
    assert place.guest.get("/me/consents/location/other").status_code == 404


def test_everything_can_be_taken_along(place: Place) -> None:
    answer = place.guest.get("/me/export.json")
    assert answer.get_json()["person"]["name"] == "王小明"
    assert "attachment" in answer.headers["Content-Disposition"]
    assert "王" not in answer.headers["Content-Disposition"]


def test_leaving_is_said_ticked_and_done(place: Place) -> None:
    page = f"/me/leave/{COMMUNITY}"
    assert place.guest.send(page).status_code == 422
    answer = place.guest.send(page, sure="yes")
    assert answer.headers["Location"] == "/?done=left"
    assert "You have left" in place.guest.follow(answer).text
    assert place.guest.get("/me").status_code == 303


def test_who_leaves_one_of_two_stays_signed_in(place: Place) -> None:
    zhou = place.town.add("周", communities=[COMMUNITY, OTHER])
    end_reading()
    guest = Guest(place.app)
    guest.send(f"/s/{issue_slip(None, 'invitation', zhou.person_id, '', 'key').code}")
    assert guest.get(f"/me/leave/{CITY}").status_code == 404
    answer = guest.send(f"/me/leave/{OTHER}", sure="yes")
    assert answer.headers["Location"] == "/me?done=left"


def test_erasure_is_asked_for_once(place: Place) -> None:
    assert place.guest.send("/me/erase").status_code == 422
    answer = place.guest.send("/me/erase", sure="yes")
    assert answer.headers["Location"] == "/me/erase?done=erasure_asked"
    assert "it begins within the hour" in text_of(place.guest.follow(answer))


def test_a_household_is_asked_agreed_and_left(place: Place) -> None:
    page, add = f"/me/household/{COMMUNITY}", f"/me/household/{COMMUNITY}/add"
    assert place.guest.get("/me/household").headers["Location"] == page
    assert place.guest.send(page, add, card="12345678").status_code in (400, 404)
    asked = place.guest.follow(place.guest.send(page, add, card=place.cards[1]))
    assert "Somebody you asked" in text_of(asked)
    assert "陈" not in text_of(asked)
    other = place.other()
    assert "王○○" in text_of(other.get(page))
    assert other.send(page, f"{page}/agree").status_code == 303
    assert "陈○○" in text_of(place.guest.get(page))
    zhou = place.town.add("周")
    third = give_card(zhou, value=1111111)
    assert place.guest.send(page, add, card=third).status_code == 303
    answer = other.send(page, f"{page}/leave")
    assert answer.status_code == 303
    assert "陈○○" not in text_of(place.guest.get(page))


def test_whoever_wants_no_household_is_not_asked_again(place: Place) -> None:
    page, other = f"/me/household/{COMMUNITY}", place.other()
    assert other.send(page, f"{page}/leave", name="decline").status_code == 303
    answer = place.guest.send(page, f"{page}/add", card=place.cards[1])
    assert "does not want" in text_of(answer)
    token = forms_of(other.get(page))[0].fields
    fields = {"_csrf": token["_csrf"], "_key": token["_key"]}
    assert other.post(f"{page}/leave", data=fields).status_code == 404


def test_a_card_of_another_community_names_nobody(place: Place) -> None:
    zhou = place.town.add("周", communities=[OTHER])
    card = give_card(zhou, value=1111111)
    page = f"/me/household/{COMMUNITY}"
    assert place.guest.send(page, f"{page}/add", card=card).status_code == 404
    assert place.guest.get(f"/me/household/{OTHER}").status_code == 404


def test_who_belongs_nowhere_has_no_household(app: Flask) -> None:
    with_cheap_pins()
    town = Town()
    end_reading()
    guest = Guest(app)
    guest.send(f"/s/{issue_slip(None, 'invitation', town.city[0].person_id, '', 'key').code}")
    assert guest.get("/me/household").headers["Location"] == "/me"


def test_settings_show_at_once_and_in_the_next_browser(place: Place) -> None:
    answer = place.guest.send("/me/settings", language="zh", large_print="yes")
    assert 'lang="zh-Hans-CN" data-size="large"' in place.guest.follow(answer).text
    assert place.guest.send("/me/settings", language="xx").status_code == 400
    assert place.guest.send("/me/settings", language="", large_print="").status_code == 303


def test_the_face_is_switched(place: Place) -> None:
    guest = Guest(place.app)
    end_reading()
    code = issue_slip(None, "device", place.town.anna.person_id, COMMUNITY, "key").code
    guest.send(f"/d/{code}", pin=PIN, pin_again=PIN)
    page = guest.get("/")
    staff = [each for each in forms_of(page) if each.fields.get("face") == "staff"]
    end_reading()
    assert guest.post("/face", data=staff[0].fields).status_code == 303
    end_reading()
    assert f'href="/c/{staff[0].fields["community"]}/desk"' in guest.get("/").text
    wrong = {**staff[0].fields, "face": "merchant"}
    assert guest.post("/face", data=wrong).status_code in (403, 404, 422)
    assert guest.post("/face", data={**wrong, "face": ""}).status_code == 422


def test_a_household_of_old_is_shown_as_it_is(place: Place) -> None:
    household("a", place.wang, place.chen)
    end_reading()
    text = text_of(place.guest.get(f"/me/household/{COMMUNITY}"))
    assert "Confirmed" in text
