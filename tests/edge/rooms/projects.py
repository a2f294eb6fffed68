"""Who may call the addresses of projects, written by hand (see tests/edge/table.py)."""

# By role, as in table.py: EVERYBODY is "everybody", SIGNED_IN is "signed_in".
TABLE: dict[str, str] = {
    "everybody": """
        GET /c/<community>/activities
        GET /c/<community>/activities/<activity>
        GET /c/<community>/activities/<activity>/calendar.ics
        GET /c/<community>/activities/<activity>/share
        GET /c/<community>/activities/<activity>/share.svg
        GET /c/<community>/activities/<activity>/poster
        GET /c/<community>/activities/<activity>/sign-up
        GET /c/<community>/activities/<activity>/drop
        GET /c/<community>/activities/<activity>/seen
        GET /c/<community>/activities/<activity>/undo
        GET /c/<community>/shifts/<shift>/list/sign-up
        GET /c/<community>/projects/<venture>/end
        GET /api/v1/communities/<community>/activities
        GET /api/v1/communities/<community>/activities/<activity>
    """,
    "signed_in": """
        GET /me/activities
        GET /me/family/<ward>/activities
        GET /me/activities.ics
        GET /api/v1/me/activities
        GET /api/v1/me/activities/news
    """,
    "member": """
        POST /c/<community>/activities/<activity>/sign-up
        POST /c/<community>/activities/<activity>/drop
        POST /c/<community>/activities/<activity>/seen
        GET /c/<community>/projects
        GET /c/<community>/projects/<venture>
        POST /api/v1/communities/<community>/shifts/<shift>/sign-ups
        POST /api/v1/communities/<community>/shifts/<shift>/sign-ups/drop
        POST /api/v1/communities/<community>/shifts/<shift>/sign-ups/seen
        GET /api/v1/communities/<community>/projects
        GET /api/v1/communities/<community>/projects/<venture>
    """,
    "coordinator staff": """
        GET /c/<community>/organise
        GET /c/<community>/publish
        POST /c/<community>/publish
        GET /c/<community>/activities/<activity>/manage
        POST /c/<community>/activities/<activity>/undo
        GET /c/<community>/activities/<activity>/cancel
        POST /c/<community>/activities/<activity>/cancel
        GET /c/<community>/shifts/<shift>/people
        GET /c/<community>/shifts/<shift>/change
        POST /c/<community>/shifts/<shift>/change
        GET /c/<community>/shifts/<shift>/list
        POST /c/<community>/shifts/<shift>/list
        POST /c/<community>/shifts/<shift>/list/sign-up
        GET /c/<community>/projects/new
        POST /c/<community>/projects/new
        POST /c/<community>/projects/<venture>/end
        POST /api/v1/communities/<community>/activities
        POST /api/v1/communities/<community>/activities/<activity>/undo
        POST /api/v1/communities/<community>/activities/<activity>/cancel
        PUT /api/v1/communities/<community>/shifts/<shift>
        GET /api/v1/communities/<community>/shifts/<shift>/sign-ups
        POST /api/v1/communities/<community>/shifts/<shift>/list
        POST /api/v1/communities/<community>/shifts/<shift>/list/sign-ups
        POST /api/v1/communities/<community>/projects
        POST /api/v1/communities/<community>/projects/<venture>/end
    """,
}
# Where a role that gets in may still meet nothing: what the address names is not there.
NOT_THERE = """
    GET /me/family/<ward>/activities
    GET /c/<community>/projects
    GET /api/v1/communities/<community>/projects
    GET /c/<community>/activities
    GET /c/<community>/activities/<activity>
    GET /c/<community>/activities/<activity>/calendar.ics
    GET /c/<community>/activities/<activity>/share
    GET /c/<community>/activities/<activity>/share.svg
    GET /c/<community>/activities/<activity>/poster
    GET /api/v1/communities/<community>/activities
    GET /api/v1/communities/<community>/activities/<activity>
    POST /c/<community>/activities/<activity>/sign-up
    POST /c/<community>/activities/<activity>/drop
    POST /c/<community>/activities/<activity>/seen
    GET /c/<community>/projects/<venture>
    POST /api/v1/communities/<community>/shifts/<shift>/sign-ups
    POST /api/v1/communities/<community>/shifts/<shift>/sign-ups/drop
    POST /api/v1/communities/<community>/shifts/<shift>/sign-ups/seen
    GET /api/v1/communities/<community>/projects/<venture>
    GET /c/<community>/activities/<activity>/manage
    POST /c/<community>/activities/<activity>/undo
    GET /c/<community>/activities/<activity>/cancel
    POST /c/<community>/activities/<activity>/cancel
    GET /c/<community>/shifts/<shift>/people
    GET /c/<community>/shifts/<shift>/change
    POST /c/<community>/shifts/<shift>/change
    GET /c/<community>/shifts/<shift>/list
    POST /c/<community>/shifts/<shift>/list
    POST /c/<community>/shifts/<shift>/list/sign-up
    POST /c/<community>/projects/<venture>/end
    POST /api/v1/communities/<community>/activities/<activity>/undo
    POST /api/v1/communities/<community>/activities/<activity>/cancel
    PUT /api/v1/communities/<community>/shifts/<shift>
    GET /api/v1/communities/<community>/shifts/<shift>/sign-ups
    POST /api/v1/communities/<community>/shifts/<shift>/list
    POST /api/v1/communities/<community>/shifts/<shift>/list/sign-ups
    POST /api/v1/communities/<community>/projects/<venture>/end
"""
_SHIFT = "b" * 32
_CHANGE = {"place": "西门", "capacity": 5}
_TIMES = {"starts_at_ms": 1_795_900_000_000, "ends_at_ms": 1_795_907_200_000}
_API = "/api/v1/communities/<community>"
# Bodies that read, by "METHOD rule", for the calls of test_who.py.
BODIES: dict[str, dict[str, object]] = {
    "POST /c/<community>/activities/<activity>/sign-up": {"shift": _SHIFT},
    "POST /c/<community>/activities/<activity>/drop": {"shift": _SHIFT},
    "POST /c/<community>/activities/<activity>/seen": {"shift": _SHIFT},
    "POST /c/<community>/activities/<activity>/cancel": {"reason": "下雨"},
    "POST /c/<community>/shifts/<shift>/change": {
        **_CHANGE,
        "day": "2026-11-28",
        "time": "09:00",
        "minutes": "60",
    },
    "POST /c/<community>/shifts/<shift>/list": {"text": "1.王小明"},
    "POST /c/<community>/shifts/<shift>/list/sign-up": {"walk_ins": "1"},
    f"POST {_API}/activities/<activity>/cancel": {"reason": "下雨"},
    f"PUT {_API}/shifts/<shift>": {**_CHANGE, **_TIMES},
    f"POST {_API}/shifts/<shift>/sign-ups": {"person_id": ""},
    f"POST {_API}/shifts/<shift>/sign-ups/drop": {"person_id": ""},
    f"POST {_API}/shifts/<shift>/sign-ups/seen": {"person_id": ""},
    f"POST {_API}/shifts/<shift>/list": {"text": "1.王小明"},
    f"POST {_API}/shifts/<shift>/list/sign-ups": {"walk_ins": 1},
}
# What stands for the parts of an address.
FILLED: dict[str, str] = {"activity": "a" * 32, "shift": _SHIFT, "venture": "c" * 32}
