"""What is sent to addresses that take something: what reads, so that more than the form decides."""

from typing import Any

from tests.edge.table import ROOMS
from tests.people.sign_in_make import PIN

WHY = {"reason": "desk_service", "note": ""}
SURE = {"sure": "yes"}
CONSENT = {"purpose": "location", "subject": "-", "version": "1", "act": "give"}
ROLE = {"role": "inspector", "until_day": ""}
HOOK = {"url": "https://hooks.example/in", "events": ["hours.recorded"]}
WITHDRAW = {"reason": "mistaken"}
_DESK = "/c/<community>/desk"
_PERSON = f"{_DESK}/person/<person>"
_PEOPLE = "/api/v1/communities/<community>/people"
_APPROVALS = "<community>/approvals/<int:seq>"

BODIES: dict[str, dict[str, Any]] = {
    f"POST {_DESK}/search": {**WHY, "text": "陈秀英"},
    f"POST {_DESK}/add": {"name": "新来", "reach": "问楼长"},
    f"POST {_PERSON}": WHY,
    f"POST {_PERSON}/consents": CONSENT,
    f"POST {_PERSON}/household": {"how": "desk"},
    f"POST {_PERSON}/change": {"reach": "问楼长"},
    f"POST {_PERSON}/slip": {"kind": "invitation"},
    f"POST {_PERSON}/visit": {"card": "yes"},
    f"POST {_PERSON}/place": {"place": "0" * 32},
    f"POST {_PERSON}/role": ROLE,
    f"POST {_PEOPLE}": {"name": "新来", "reach": "问楼长"},
    f"POST {_PEOPLE}/search": {**WHY, "text": "陈秀英"},
    f"POST {_PEOPLE}/<person>/look": WHY,
    f"POST {_PEOPLE}/<person>/slips": {"kind": "invitation"},
    f"POST {_PEOPLE}/<person>/visits": {"card": True},
    f"POST {_PEOPLE}/<person>/guardians": {"card": "12345674"},
    f"POST {_PEOPLE}/<person>/proxies": {"card": "12345674", "how": "own"},
    "POST /api/v1/communities/<community>/merges": {"source": "0" * 32, "into": "1" * 32},
    f"POST /c/{_APPROVALS}/withdraw": WITHDRAW,
    f"POST /api/v1/communities/{_APPROVALS}/withdraw": WITHDRAW,
    "POST /api/v1/communities/<community>/roles": {"account": "0" * 32, "role": "inspector"},
    "POST /api/v1/communities/<community>/webhooks": HOOK,
    "POST /me/change": {"name": "改名", "reach": "问楼长"},
    "POST /me/settings": {"language": "", "large_print": ""},
    "POST /me/consents/<purpose>/<subject>": CONSENT,
    "POST /me/household/<community>/add": {"card": "12345674"},
    "POST /me/household/<community>/leave": {"name": "leave"},
    "POST /me/sessions/end": {"name": "0" * 32},
    "POST /step-up/pin": {"pin": PIN},
    "POST /sign-in/card": {"card": "99999999", "pin": PIN},
    "POST /c/<community>/organisations/<organisation>/end": {"reason": "inactive"},
    "POST /api/v1/communities/<community>/organisations/<organisation>/end": {"reason": "inactive"},
    "POST /me/family/ask": {"number": "13900000000", "community": "huancui-01"},
    "POST /me/family/asks": {"ask": "0" * 32, "act": "accept"},
    "POST /c/<community>/desk/proxies": {"ask": "0" * 32, "act": "confirm"},
    "POST /api/v1/me/proxy-asks": {"number": "13900000000", "community_id": "huancui-01"},
    "POST /api/v1/communities/<community>/proxy-asks/<ask>/decline": {"reason": "other"},
    "PUT /api/v1/session": {"community_id": "huancui-01", "face": "volunteer"},
    "PATCH /api/v1/me": {"area": "东区"},
    "POST /api/v1/me/consents": {**CONSENT, "version": 1},
}
# What ends somebody's session, and so asks for a new one.
ENDS = frozenset(
    {
        "POST /sign-out",
        "DELETE /api/v1/session",
        "POST /me/sessions/end-others",
        "DELETE /api/v1/me/sessions/<session>",
    }
)

for _room in ROOMS:
    BODIES |= _room.BODIES
