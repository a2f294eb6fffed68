"""Everything that somebody may ask for, by its code; who may do it stands in roles.py.

Codes of rooms that are not built yet stand here too, so that the table of roles is one.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Action:
    """What may be asked for.

    `steps_up`: only by who has just proved again who they are. `in_book`: only by a role that the
    book itself grants, because the book checks it (P6). `strangers`: the person concerned need not
    be a member of the community. `former`: a former member will do.
    """

    code: str
    steps_up: bool = False
    in_book: bool = False
    strangers: bool = False
    former: bool = False


def _plain(group: str, *names: str) -> list[Action]:
    return [Action(f"{group}.{name}") for name in names]


def _pair(group: str) -> list[Action]:
    """What needs two persons: to propose it, and to approve it."""
    return [
        Action(f"{group}.propose", in_book=True),
        Action(f"{group}.approve", in_book=True, steps_up=True),
    ]


_OWN = [
    *_plain("self", "read", "change", "leave", "consent", "sessions", "card", "household"),
    *_plain("self", "organisation"),
    Action("self.erase", steps_up=True),
    Action("self.credentials", steps_up=True),
]
_DESK = [
    Action("person.act_for"),
    Action("person.add", strangers=True),
    *_plain("person", "search", "read", "change"),
    Action("person.merge", in_book=True, steps_up=True),
    Action("person.erase", steps_up=True, former=True),
    Action("member.add", strangers=True),
    Action("member.end"),
    *_plain("card", "issue", "end", "pin_reset"),
    *_plain("slip", "issue"),
    *_plain("device", "enrol", "revoke"),
    *_plain("session", "end"),
    *_plain("household", "confirm"),
    *_plain("place", "change"),
    *_plain("consent", "record"),
    *_plain("guardian", "confirm"),
    *_plain("proxy", "confirm"),
    *_plain("organisation", "register", "change"),
    Action("organisation.member.change", strangers=True),
]
_PUBLIC_BODY = [
    *_pair("role"),
    *_pair("convention"),
    Action("approval.read", in_book=True),
    Action("community.found", steps_up=True, strangers=True),
    Action("community.change"),
    *_plain("book", "read"),
    *_plain("entry", "read"),
    Action("bundle.read", steps_up=True),
    Action("webhook.change", steps_up=True),
    *_plain("access", "read"),
]
_LATER = [
    *_plain("convention", "sign"),
    *_plain("fund", "read"),
    *_pair("fund"),
    *_plain("points", "read", "hold", "take", "refund", "correct"),
    *_pair("points"),
    *_plain("hours", "read", "object"),
    *_pair("hours"),
    *_plain("merchant", "read", "change", "offer"),
    *_pair("agreement"),
    *_plain("project", "read", "change", "sign_up"),
    *_plain("checkin", "scan", "open", "admit", "count", "stop"),
    *_plain("settlement", "read", "close"),
    *_pair("settlement"),
]

ACTIONS: dict[str, Action] = {each.code: each for each in [*_OWN, *_DESK, *_PUBLIC_BODY, *_LATER]}
