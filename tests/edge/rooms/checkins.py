"""Who may call the addresses of checkins, written by hand (see tests/edge/table.py)."""

_DOOR = "/c/<community>/door/<shift>"
_CALLS = "/api/v1/communities/<community>"
# By role, as in table.py: EVERYBODY is "everybody", SIGNED_IN is "signed_in".
TABLE: dict[str, str] = {
    "everybody": f"""
        GET /V/<token>
        GET /C/<code>
        GET /check-in/ended
        GET /check-in/vain
        POST /check-in/vain
        GET {_DOOR}/walk-in
        GET {_DOOR}/annul
        GET {_DOOR}/points
        GET {_DOOR}/points/end
        GET /me/visits/<community>/<int:seq>
        GET /c/<community>/visits/<int:seq>
        GET /api/v1/scan-reasons
    """,
    "signed_in": """
        GET /check-in
        POST /check-in
        GET /me/visits
    """,
    "member": f"""
        GET /check-in/<community>/<int:seq>
        POST /me/visits/<community>/<int:seq>
        POST {_CALLS}/scans
        POST {_CALLS}/scans/offers
    """,
    # A coordinator opens the doors of their own organisation only, wherever those are.
    "staff coordinator": """
        GET /c/<community>/doors
        GET /c/<community>/visits
    """,
    "staff": f"""
        GET {_DOOR}
        POST {_DOOR}
        GET {_DOOR}/help
        GET {_DOOR}/scan
        POST {_DOOR}/scan
        POST {_DOOR}/walk-in
        GET {_DOOR}/people
        POST {_DOOR}/annul
        GET {_DOOR}/close
        POST {_DOOR}/close
        POST {_DOOR}/points
        POST {_DOOR}/points/end
        GET {_DOOR}/poster/<site>
        POST /c/<community>/visits/<int:seq>
        GET {_CALLS}/doors/<shift>
        GET {_CALLS}/doors/<shift>/scans
        POST {_CALLS}/doors/<shift>/scans
        POST {_CALLS}/doors/<shift>/walk-ins
    """,
}
# Where a role that gets in may still meet nothing: what the address names is not there.
NOT_THERE = "\n".join(
    [
        "GET /V/<token>",
        "GET /C/<code>",
        "GET /check-in/<community>/<int:seq>",
        "POST /me/visits/<community>/<int:seq>",
        *TABLE["staff"].splitlines(),
    ]
)
# Bodies that read, by "METHOD rule", for the calls of test_who.py.
BODIES: dict[str, dict[str, object]] = {
    "POST /check-in": {"ticket": "x"},
    "POST /check-in/vain": {"report": "x"},
    "POST /me/visits/<community>/<int:seq>": {"answer": "yes"},
    "POST /c/<community>/visits/<int:seq>": {"answer": "yes"},
    f"POST {_DOOR}": {"act": "open"},
    f"POST {_DOOR}/scan": {"code": "12345674"},
    f"POST {_DOOR}/walk-in": {"name": "新来", "phone": "13800000000"},
    f"POST {_DOOR}/annul": {"started": "1", "reason": "mistake"},
    f"POST {_DOOR}/close": {"heads": "1"},
    f"POST {_DOOR}/points": {"name": "北门"},
    f"POST {_DOOR}/points/end": {"site": "00000000"},
    f"POST {_CALLS}/doors/<shift>/scans": {"code": "12345674"},
    f"POST {_CALLS}/doors/<shift>/walk-ins": {"name": "新来", "phone": "13800000000"},
    f"POST {_CALLS}/scans": {"ticket": "x"},
    f"POST {_CALLS}/scans/offers": {"code": "x"},
}
# What stands for the parts of an address.
FILLED: dict[str, str] = {"shift": "6" * 32, "site": "0" * 8, "token": "x", "code": "x"}
