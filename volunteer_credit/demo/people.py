"""Two hundred made-up residents: families, elders with cards only, minors with guardians."""

from collections.abc import Iterator
from dataclasses import dataclass

from volunteer_credit.demo.town import COMMUNITY, STAFF, Town, fields_of, fresh_key
from volunteer_credit.people.operations.arrivals import add_member
from volunteer_credit.people.operations.cards import Card, issue_card
from volunteer_credit.people.operations.pins import hash_pin
from volunteer_credit.people.rules.identity import parse_fields
from volunteer_credit.shared.caller import Caller
from volunteer_credit.shared.db import db

SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗"
GIVEN = ("秀英", "建国", "桂兰", "志强", "丽华", "海涛", "玉梅", "文斌", "春燕", "永福")
CHILDREN = ("小海", "小雨", "小禾", "小满", "小舟")
ELDER_BIRTH, ADULT_BIRTH, MINOR_BIRTH = 1944_03_01, 1978_06_01, 2011_09_01
PHONE = 139_1000_0000


@dataclass(frozen=True, slots=True)
class Size:
    """How many people are made."""

    adults: int
    elders: int
    minors: int


SIZES = {"community": Size(150, 30, 20), "small": Size(34, 2, 2)}


@dataclass(frozen=True, slots=True)
class Made:
    """A resident. `card`: of elders, whose only way in it is; the PIN of all of them is unknown."""

    name: str
    person_id: str
    account: str
    card: str = ""


def residents(town: Town, size: Size) -> Iterator[Made]:
    """Make them one by one: adults, then elders, then minors with an adult as guardian."""
    caller, guardian = town[STAFF], ""
    for number, name in enumerate(names(size.adults)):
        made = _add(caller, name, f"{PHONE + number}", ADULT_BIRTH + number % 28)
        if not guardian:
            guardian = _card(caller, made.person_id, None).number
        yield made
    for number, name in enumerate(names(size.elders, 3)):
        made = _add(caller, f"{name[0]}奶奶" if number % 2 else name, "", ELDER_BIRTH + number % 28)
        card = _card(caller, made.person_id, None)
        yield Made(made.name, made.person_id, made.account, card.number)
    for number in range(size.minors):
        name = SURNAMES[number % len(SURNAMES)] + CHILDREN[number % len(CHILDREN)]
        yield _add(caller, name, "", MINOR_BIRTH + number % 28, guardian)


def names(count: int, shift: int = 0) -> Iterator[str]:
    """So many different names of people who are nobody."""
    for number in range(count):
        given = GIVEN[(number // len(SURNAMES) + shift) % len(GIVEN)]
        yield SURNAMES[number % len(SURNAMES)] + given


def _add(caller: Caller, name: str, phone: str, birth_day: int, guardian: str = "") -> Made:
    fields = parse_fields({**fields_of(name, phone), "birth_day": birth_day})
    added = add_member(
        caller, fields, community_id=COMMUNITY, key=fresh_key(), guardian_card=guardian
    )
    return Made(name, added.person_id, added.account)


def _card(caller: Caller, person_id: str, pin: str | None) -> Card:
    hashed = hash_pin(db.session(), pin) if pin else None
    return issue_card(caller, person_id, COMMUNITY, fresh_key(), hashed)
