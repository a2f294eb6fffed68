"""Every way in, on plain pages and without scripts."""

import base64
import json
import re
from dataclasses import dataclass

import pytest
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP
from flask import Flask
from werkzeug.test import TestResponse

from tests.people.authenticator import Authenticator
from tests.people.make import COMMUNITY, Resident, Town
from tests.people.sign_in_make import (
    PIN,
    WRONG_PIN,
    KeptSender,
    give_card,
    with_cheap_pins,
    with_sender,
)
from tests.people.visitor import Guest, forms_of, text_of
from tests.service.make import FakeClock
from volunteer_credit.people.operations.bootstrap import found_with_admins
from volunteer_credit.people.operations.slips import issue_slip
from volunteer_credit.shared.db import end_reading

pytestmark = pytest.mark.engines("sqlite")


@dataclass
class Place:
    """A town, a resident with a card, and a browser before it."""

    app: Flask
    town: Town
    wang: Resident
    card: str
    sender: KeptSender
    guest: Guest


@pytest.fixture
def place(app: Flask) -> Place:
    with_cheap_pins()
    sender = with_sender()
    town = Town()
    wang = town.add("王小明", phone="13900000001")
    return Place(app, town, wang, give_card(wang), sender, Guest(app))


def name_on_home(guest: Guest) -> str:
    end_reading()
    found = re.search(r"<h1>(.*?)</h1>", guest.get("/").text)
    assert found is not None
    return found[1]


def slip(who: Resident, kind: str, key: str = "key") -> str:
    end_reading()
    return issue_slip(None, kind, who.person_id, COMMUNITY, key).code


def test_a_card_and_its_pin(place: Place) -> None:
    place.guest.sign_in(place.card)
    assert name_on_home(place.guest) == "Hello, 王小明"


@pytest.mark.parametrize("card", ["00000000", "9", "x" * 201, ""])
def test_a_wrong_card_says_one_sentence_and_keeps_what_was_typed(place: Place, card: str) -> None:
    answer = place.guest.send("/sign-in/card", card=card, pin=WRONG_PIN)
    assert answer.status_code in (400, 401, 422)
    assert 'role="alert"' in answer.text
    assert WRONG_PIN not in answer.text
    assert forms_of(answer)[0].fields["card"] == card


def test_an_unknown_card_and_a_wrong_pin_read_the_same(place: Place) -> None:
    said = []
    for card in (place.card, "12345689"):
        answer = place.guest.send("/sign-in/card", card=card, pin=WRONG_PIN)
        said.append((answer.status_code, re.sub(r'value="[^"]*"', "", answer.text)))
    assert said[0] == said[1]


def test_too_many_tries_say_when_to_come_back_and_what_the_desk_does(place: Place) -> None:
    for _ in range(6):
        answer = place.guest.send("/sign-in/card", card=place.card, pin=WRONG_PIN)
    assert answer.status_code == 429
    assert "Try again in 15 minutes; the desk can let you in" in text_of(answer)


def test_a_code_comes_and_lets_in(place: Place) -> None:
    page = place.guest.follow(place.guest.send("/sign-in/code", phone=place.wang.phone))
    wrong = place.guest.send(page, "/sign-in/code/typed", code="000000")
    assert wrong.status_code == 401
    code = place.sender.code(place.wang.phone)
    assert place.guest.send(wrong, "/sign-in/code/typed", code=code).status_code == 303
    assert name_on_home(place.guest) == "Hello, 王小明"


def test_an_unknown_phone_gets_the_same_page(place: Place) -> None:
    pages = []
    for phone in (place.wang.phone, "13900009999"):
        answer = place.guest.send("/sign-in/code", phone=phone)
        assert answer.headers["Location"].startswith("/sign-in/code/typed?asked=")
        pages.append(re.sub(r'value="[^"]*"|asked=\w+', "", place.guest.follow(answer).text))
    assert pages[0] == pages[1]
    assert place.guest.send("/sign-in/code", phone="12").status_code == 400


def test_a_family_chooses_who_it_is(place: Place) -> None:
    place.town.add("王大明", phone=place.wang.phone)
    page = place.guest.follow(place.guest.send("/sign-in/code", phone=place.wang.phone))
    code = place.sender.code(place.wang.phone)
    choice = place.guest.send(page, "/sign-in/code/typed", code=code)
    forms = [each for each in forms_of(choice) if each.action == "/sign-in/code/person"]
    assert len(forms) == 2
    mine = next(each for each in forms if each.fields["person"] == place.wang.person_id)
    end_reading()
    assert place.guest.post(mine.action, data=mine.fields).status_code == 303
    assert name_on_home(place.guest) == "Hello, 王小明"
    again = place.guest.post(mine.action, data=mine.fields)
    assert again.status_code in (401, 403)


def test_a_proof_for_nobody_lets_nobody_in(place: Place) -> None:
    page = place.guest.get("/sign-in/code")
    fields = {**forms_of(page)[0].fields, "proof": "0" * 96, "person": place.wang.person_id}
    del fields["phone"]
    assert place.guest.post("/sign-in/code/person", data=fields).status_code == 401


def test_looking_at_a_slip_does_not_use_it_and_a_tap_does(place: Place) -> None:
    code = slip(place.wang, "invitation")
    for path in (f"/s/{code}", f"/S/{code}", f"/s/{code}"):
        answer = place.guest.get(path)
        assert answer.status_code == 200
        assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert place.guest.send(f"/s/{code}").status_code == 303
    assert name_on_home(place.guest) == "Hello, 王小明"
    other = Guest(place.app)
    assert other.send(f"/s/{code}").status_code == 409


def test_a_typed_slip_goes_on_as_a_scanned_one(place: Place) -> None:
    code = slip(place.wang, "invitation")
    spaced = " ".join((code[:4], code[4:].lower()))
    answer = place.guest.send("/sign-in/slip", slip=spaced)
    assert answer.headers["Location"] == f"/s/{code}"
    assert place.guest.send("/sign-in/slip", slip="ABC").status_code == 422


def test_a_slip_that_nobody_issued_looks_like_one_and_opens_nothing(place: Place) -> None:
    for code in ("A" * 26, "nonsense"):
        assert place.guest.get(f"/s/{code}").status_code == 200
        assert place.guest.send(f"/s/{code}").status_code == 401


def test_a_device_is_enrolled_and_then_signs_in_with_its_pin(place: Place) -> None:
    code = slip(place.town.anna, "device")
    page = place.guest.get(f"/s/{code}")
    differs = place.guest.send(page, f"/d/{code}", pin=PIN, pin_again=WRONG_PIN)
    assert differs.status_code == 422
    weak = place.guest.send(page, f"/d/{code}", pin="123456", pin_again="123456")
    assert weak.status_code == 422
    assert place.guest.send(f"/d/{code}", pin=PIN, pin_again=PIN).status_code == 303
    assert name_on_home(place.guest) == "Hello, 安娜"
    place.guest.send("/", "/sign-out")
    assert 'href="/sign-in/device"' in place.guest.get("/sign-in").text
    assert 'href="/sign-in/device"' not in Guest(place.app).get("/sign-in").text
    assert place.guest.send("/sign-in/device", pin=WRONG_PIN).status_code == 401
    assert place.guest.send("/sign-in/device", pin=PIN).status_code == 303
    assert place.guest.get(f"/c/{COMMUNITY}/desk").status_code == 200


def test_a_code_generator_is_set_up_and_lets_in(place: Place, clock: FakeClock) -> None:
    code = slip(place.wang, "invitation")
    place.guest.send(f"/s/{code}")
    page = place.guest.send("/me/security", "/me/security/totp")
    secret = re.search(r'data-copy="([A-Z2-7]+)"', page.text)
    assert secret is not None
    wrong = place.guest.send(page, "/me/security/totp/confirm", code="000000")
    assert wrong.status_code == 401
    shown = totp(secret[1], clock)
    confirmed = place.guest.send(wrong, "/me/security/totp/confirm", code=shown)
    assert confirmed.headers["Location"] == "/me/security?done=totp_added"
    place.guest.send("/", "/sign-out")
    clock.pass_ms(60_000)
    phone = place.wang.phone
    assert place.guest.send("/sign-in/totp", phone=phone, code="000000").status_code == 401
    answer = place.guest.send("/sign-in/totp", phone=phone, code=totp(secret[1], clock))
    assert answer.status_code == 303
    clock.pass_ms(1_200_000)
    blocked = place.guest.send("/me/security", "/me/security/totp/remove")
    assert blocked.headers["Location"].startswith("/step-up")
    proved = place.guest.send("/step-up?next=/me/security", "/step-up/totp", code="000000")
    assert proved.status_code == 401
    right = totp(secret[1], clock)
    proved = place.guest.send("/step-up?next=/me/security", "/step-up/totp", code=right)
    assert proved.headers["Location"] == "/me/security"
    assert place.guest.get("/me/security/totp").headers["Location"] == "/me/security"
    removed = place.guest.send("/me/security", "/me/security/totp/remove")
    assert removed.headers["Location"] == "/me/security?done=totp_removed"


def totp(secret: str, clock: FakeClock) -> str:
    key = base64.b32decode(secret + "=" * (-len(secret) % 8))
    generator = TOTP(key, 6, SHA1(), 30)  # noqa: S303 - what generators speak
    return generator.generate(clock.now_ms() // 1000).decode()


def test_a_passkey_is_added_and_lets_in(place: Place) -> None:
    key = Authenticator()
    place.guest.send(f"/s/{slip(place.wang, 'invitation')}")
    page = place.guest.get("/me/security")
    hidden = next(each for each in forms_of(page) if each.action == "/me/security/passkey")
    asked = place.guest.post("/me/security/passkey/ask", data=hidden.fields).get_json()
    fields = {"challenge": asked["challenge"], "answer": key.make(json_of(asked))}
    added = place.guest.send("/me/security", "/me/security/passkey", label="mine", **fields)
    assert added.headers["Location"] == "/me/security?done=passkey_added"
    stepped = ask(place.guest, "/step-up", "/step-up/passkey", key)
    assert stepped.status_code == 303
    place.guest.send("/", "/sign-out")
    page = place.guest.get("/sign-in")
    assert ask(place.guest, "/sign-in", "/sign-in/passkey", key).status_code == 303
    assert name_on_home(place.guest) == "Hello, 王小明"
    assert "mine" in place.guest.get("/me/security").text
    refused = ask(place.guest, "/sign-in", "/sign-in/passkey", Authenticator())
    assert refused.status_code == 401
    unnamed = place.guest.send("/me/security", "/me/security/passkey/remove", passkey="")
    assert unnamed.status_code == 404
    gone = place.guest.send("/me/security", "/me/security/passkey/remove")
    assert gone.headers["Location"] == "/me/security?done=passkey_removed"


def json_of(asked: dict[str, object]) -> str:
    return json.dumps(asked["options"])


def ask(guest: Guest, page: str, action: str, key: Authenticator) -> TestResponse:
    end_reading()
    hidden = next(each for each in forms_of(guest.get(page)) if each.action == action)
    asked = guest.post(f"{action}/ask", data=hidden.fields).get_json()
    end_reading()
    answer = key.use(json_of(asked))
    return guest.send(page, action, challenge=asked["challenge"], answer=answer)


def test_on_a_phone_that_is_not_mine_nothing_stays(place: Place, clock: FakeClock) -> None:
    answer = place.guest.send("/sign-in/card", card=place.card, pin=PIN, shared="yes")
    cookies = answer.headers.getlist("Set-Cookie")
    kept = {each.partition("=")[0]: each for each in cookies}
    for name in ("__Host-session", "__Host-device"):
        assert "Max-Age" not in kept[name]
        assert "Expires" not in kept[name]
    assert "Done, sign out" in place.guest.get("/").text
    done = place.guest.send("/", "/sign-out")
    assert done.headers["Clear-Site-Data"] == '"cache"'
    gone = [each.partition(";")[0] for each in done.headers.getlist("Set-Cookie")]
    assert {"__Host-device=", "__Host-session="} <= set(gone)
    assert "王小明" not in place.guest.follow(done).text
    place.guest.send("/sign-in/card", card=place.card, pin=PIN, shared="yes")
    clock.pass_ms(181_000)
    end_reading()
    assert place.guest.get("/me").status_code == 303


def test_on_my_own_phone_the_session_stays(place: Place, clock: FakeClock) -> None:
    place.guest.sign_in(place.card)
    clock.pass_ms(86_400_000)
    end_reading()
    assert place.guest.get("/me").status_code == 200


@pytest.mark.parametrize(
    ("asked", "where"), [("/me/card", "/me/card"), ("//evil.example", "/"), ("https://x.y", "/")]
)
def test_after_signing_in_one_goes_on_within_this_host(
    place: Place, asked: str, where: str
) -> None:
    page = place.guest.get("/sign-in/card", query_string={"next": asked})
    answer = place.guest.send(page, "/sign-in/card", card=place.card, pin=PIN)
    assert answer.headers["Location"] == where


def test_signing_out_without_a_session_does_no_harm(place: Place) -> None:
    page = place.guest.get("/sign-in/card")
    token = forms_of(page)[0].fields["_csrf"]
    answer = place.guest.post("/sign-out", data={"_csrf": token})
    assert answer.status_code == 303


def test_without_a_sender_there_is_no_code(app: Flask) -> None:
    guest = Guest(app)
    Town()
    end_reading()
    assert guest.get("/sign-in/code").status_code == 404
    assert 'href="/sign-in/code' not in guest.get("/sign-in").text


def test_inside_an_app_the_page_says_where_passkeys_work(place: Place) -> None:
    agent = {"User-Agent": "Mozilla/5.0 (Linux; Android 14) MicroMessenger/8.0"}
    text = place.guest.get("/sign-in", headers=agent).text
    assert "do not work inside WeChat" in text


def test_a_founder_says_who_they_are_and_is_in(app: Flask) -> None:
    _, admins = found_with_admins()
    made = admins[0].slip
    assert made is not None
    guest = Guest(app)
    page = guest.get(f"/s/{made.code}")
    action = f"/s/{made.code}/founder"
    assert guest.send(page, action, name="", phone="", reach="").status_code == 422
    unreached = guest.send(page, action, name="李建国", phone="", reach="")
    assert unreached.status_code in (400, 422)
    answer = guest.send(page, action, name="李建国", phone="13900000002", reach="")
    assert answer.headers["Location"] == "/me/security?done=founded"
    assert name_on_home(guest) == "Hello, 李建国"


def test_a_pin_steps_up_and_a_wrong_one_does_not(place: Place, clock: FakeClock) -> None:
    place.guest.sign_in(place.card)
    clock.pass_ms(700_000)
    assert "First prove" in place.guest.get("/me/erase").text
    page = "/step-up?next=/me/erase"
    assert place.guest.send(page, "/step-up/pin", pin=WRONG_PIN).status_code == 401
    answer = place.guest.send(page, "/step-up/pin", pin=PIN)
    assert answer.headers["Location"] == "/me/erase"
    assert "Erase for ever?" in place.guest.follow(answer).text


def test_without_anything_to_prove_it_with_the_page_says_so(place: Place) -> None:
    chen = place.town.add("陈秀英")
    place.guest.send(f"/s/{slip(chen, 'invitation')}")
    assert "Ask the desk for a new slip" in text_of(place.guest.get("/step-up"))
