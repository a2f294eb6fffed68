"""Who may call the addresses of hours, written by hand (see tests/edge/table.py)."""

# By role, as in table.py: EVERYBODY is "everybody", SIGNED_IN is "signed_in".
TABLE: dict[str, str] = {
    "everybody": """
        GET /c/<community>/notice
        GET /api/v1/communities/<community>/hours/notice
    """,
    "signed_in": """
        GET /me/hours
        GET /me/family/<ward>/hours/<community>
        GET /me/family/<ward>/hours/<community>/<sheet>/<int:position>
    """,
    "member": """
        GET /me/hours/<community>
        GET /me/hours/<community>/<sheet>/<int:position>
        GET /me/hours/<community>/<sheet>/<int:position>/object
        POST /me/hours/<community>/<sheet>/<int:position>/object
        POST /me/hours/<community>/objections/<int:seq>/withdraw
        GET /api/v1/me/hours/<community>
        POST /api/v1/me/hours/<community>/<sheet>/<int:position>/objections
        POST /api/v1/me/hours/<community>/objections/<int:seq>/withdraw
    """,
    "staff supervisor": """
        GET /c/<community>/hours
        GET /c/<community>/hours/<sheet>
        POST /c/<community>/hours/<sheet>
        POST /c/<community>/hours/<sheet>/sign
        GET /c/<community>/hours/<sheet>/<int:position>
        POST /c/<community>/hours/<sheet>/<int:position>/correct
        POST /c/<community>/hours/<sheet>/<int:position>/void
        GET /c/<community>/hours/objections/<int:seq>
        POST /c/<community>/hours/objections/<int:seq>
        GET /c/<community>/hours/corrections/<int:seq>
        POST /c/<community>/hours/corrections/<int:seq>
        GET /c/<community>/hours/paper
        POST /c/<community>/hours/paper
        GET /api/v1/communities/<community>/hours/sheets
        GET /api/v1/communities/<community>/hours/sheets/<sheet>
        POST /api/v1/communities/<community>/hours/sheets/<sheet>/approve
        POST /api/v1/communities/<community>/hours/sheets/<sheet>/lines/<int:position>/void
        POST /api/v1/communities/<community>/hours/sheets/<sheet>/lines/<int:position>/corrections
        POST /api/v1/communities/<community>/hours/objections/<int:seq>/answer
        POST /api/v1/communities/<community>/hours/papers
    """,
    "staff": """
        GET /c/<community>/hours/calendar
        POST /c/<community>/hours/calendar
        PUT /api/v1/communities/<community>/hours/calendar/<int:year>
    """,
}
# Where a role that gets in may still meet nothing: what the address names is not there.
NOT_THERE = """
    GET /me/family/<ward>/hours/<community>
    GET /me/family/<ward>/hours/<community>/<sheet>/<int:position>
    GET /c/<community>/notice
    GET /api/v1/communities/<community>/hours/notice
    GET /me/hours/<community>/<sheet>/<int:position>
    GET /me/hours/<community>/<sheet>/<int:position>/object
    POST /me/hours/<community>/<sheet>/<int:position>/object
    POST /me/hours/<community>/objections/<int:seq>/withdraw
    POST /api/v1/me/hours/<community>/<sheet>/<int:position>/objections
    POST /api/v1/me/hours/<community>/objections/<int:seq>/withdraw
    GET /c/<community>/hours/<sheet>
    POST /c/<community>/hours/<sheet>
    POST /c/<community>/hours/<sheet>/sign
    GET /c/<community>/hours/<sheet>/<int:position>
    POST /c/<community>/hours/<sheet>/<int:position>/correct
    POST /c/<community>/hours/<sheet>/<int:position>/void
    GET /c/<community>/hours/objections/<int:seq>
    POST /c/<community>/hours/objections/<int:seq>
    GET /c/<community>/hours/corrections/<int:seq>
    POST /c/<community>/hours/corrections/<int:seq>
    GET /api/v1/communities/<community>/hours/sheets/<sheet>
    POST /api/v1/communities/<community>/hours/sheets/<sheet>/approve
    POST /api/v1/communities/<community>/hours/sheets/<sheet>/lines/<int:position>/void
    POST /api/v1/communities/<community>/hours/sheets/<sheet>/lines/<int:position>/corrections
    POST /api/v1/communities/<community>/hours/objections/<int:seq>/answer
"""
_PAPER: dict[str, object] = {
    "title": "清洁海滩",
    "day": "2026-11-21",
    "starts": "08:00",
    "planned": "120",
    "place": "海滨广场",
    "content": "捡拾垃圾",
    "category": "other",
    "organiser": "committee",
    "lead": "12345674",
    "lines": "12345674 120",
}
_VOID: dict[str, object] = {"reason": "not_there", "words": ""}
_SAID: dict[str, object] = {"reason": "too_short", "words": ""}
_CALENDAR: dict[str, object] = {"days_off": "0101", "work_days": ""}
_SHEETS = "/api/v1/communities/<community>/hours/sheets/<sheet>"
# Bodies that read, by "METHOD rule", for the calls of test_who.py.
BODIES: dict[str, dict[str, object]] = {
    "POST /me/hours/<community>/<sheet>/<int:position>/object": _SAID,
    "POST /api/v1/me/hours/<community>/<sheet>/<int:position>/objections": _SAID,
    "POST /c/<community>/hours/<sheet>/sign": {"name": "approve"},
    "POST /c/<community>/hours/corrections/<int:seq>": {"name": "approve"},
    "POST /c/<community>/hours/<sheet>/<int:position>/correct": {
        "minutes": "60",
        "reason": "counted_wrong",
    },
    "POST /c/<community>/hours/<sheet>/<int:position>/void": _VOID,
    "POST /c/<community>/hours/objections/<int:seq>": {
        "outcome": "dismissed",
        "reason": "evidence_right",
    },
    "POST /c/<community>/hours/paper": _PAPER,
    "POST /c/<community>/hours/calendar": {"year": "2027", **_CALENDAR},
    f"POST {_SHEETS}/approve": {"decisions": []},
    f"POST {_SHEETS}/lines/<int:position>/void": _VOID,
    f"POST {_SHEETS}/lines/<int:position>/corrections": {"minutes": 60, "reason": "counted_wrong"},
    "POST /api/v1/communities/<community>/hours/objections/<int:seq>/answer": {
        "is_upheld": False,
        "reason": "evidence_right",
    },
    "POST /api/v1/communities/<community>/hours/papers": _PAPER,
    "PUT /api/v1/communities/<community>/hours/calendar/<int:year>": _CALENDAR,
}
# What stands for the parts of an address.
FILLED: dict[str, str] = {"sheet": "5" * 32, "position": "1", "year": "2027"}
