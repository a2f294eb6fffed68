"""Requests to act for somebody, as who asked, who is asked, and the desk see them."""

from dataclasses import dataclass

from volunteer_credit.people.operations.authority import authorise
from volunteer_credit.people.operations.notices import Act, Notice
from volunteer_credit.people.operations.pair_words import Text
from volunteer_credit.people.operations.sealed import read_person
from volunteer_credit.people.operations.sessions import day_of
from volunteer_credit.people.queries.cards import PAPER, number_of
from volunteer_credit.people.queries.proxy_asks import Ask, asking, asks_of, at_desk
from volunteer_credit.people.rules.proxy_asks import OPEN, number_end, waits_since_ms
from volunteer_credit.people.rules.reasons import masked_name
from volunteer_credit.shared.caller import Caller
from volunteer_credit.shared.db import db
from volunteer_credit.shared.runtime import current

FORM = "/me/family/asks"


@dataclass(frozen=True, slots=True)
class OwnAsk:
    """What the caller asked. `state`: as the row's, or `over` for what waited too long."""

    ask: Ask
    state: str

    @property
    def is_open(self) -> bool:
        """Whether it can still be taken back."""
        return self.state in OPEN


@dataclass(frozen=True, slots=True)
class Asking:
    """Somebody who asks. `name`: masked, with the last digits of card or phone."""

    ask_id: str
    name: str
    asked_at_ms: int


@dataclass(frozen=True, slots=True)
class ToConfirm:
    """What both want and the desk has to confirm; names as above."""

    ask_id: str
    principal: str
    proxy: str
    asked_at_ms: int


def own_asks(caller: Caller) -> tuple[list[OwnAsk], list[Asking]]:
    """What the caller asked, and who asks the caller. Raises: as `authorise`."""
    at_ms = current().clock.now_ms()
    authorise(db.session, caller, "self.consent", at_ms=at_ms, day=day_of(at_ms))
    since_ms = waits_since_ms(at_ms)
    own = [
        OwnAsk(each, "over" if each.state in OPEN and each.asked_at_ms <= since_ms else each.state)
        for each in asks_of(db.session, caller.person_id)
    ]
    return own, _asking(caller, since_ms)


def to_confirm(community_id: str) -> list[ToConfirm]:
    """What waits for the desk of a community (its route has asked who calls)."""
    since_ms = waits_since_ms(current().clock.now_ms())
    return [
        ToConfirm(each.ask_id, _name(each.principal_id), _name(each.proxy_id), each.asked_at_ms)
        for each in at_desk(db.session, community_id, since_ms)
        if each.proxy_id is not None
    ]


def notices_of(caller: Caller) -> list[Notice]:
    """Who asks the caller, for their first page."""
    return [
        Notice(
            "info",
            Text(f"{each.name} 请您为其代办", f"{each.name} asks you to act for them"),
            (
                Text(
                    "您可代其出示志愿码、报名、提出异议。同意后由社区服务台确认。",
                    "You could show their pass, sign them up and object for them. The desk confirms"
                    " it once you agree.",
                ),
            ),
            "/me/family",
            (
                Act(Text("同意", "I agree"), FORM, (("ask", each.ask_id), ("act", "accept"))),
                Act(Text("不同意", "No"), FORM, (("ask", each.ask_id), ("act", "refuse"))),
            ),
        )
        for each in _asking(caller, waits_since_ms(current().clock.now_ms()))
    ]


def _asking(caller: Caller, since_ms: int) -> list[Asking]:
    return [
        Asking(each.ask_id, _name(each.principal_id), each.asked_at_ms)
        for each in asking(db.session, caller.person_id, since_ms)
    ]


def _name(person_id: str) -> str:
    fields = read_person(db.session, person_id).fields
    digits = number_of(db.session, person_id, PAPER) or fields.phone
    return masked_name(fields.name) + (f" …{number_end(digits)}" if digits else "")
