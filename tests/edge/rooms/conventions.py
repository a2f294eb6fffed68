"""Who may call the addresses of conventions, written by hand (see tests/edge/table.py)."""

# By role, as in table.py: EVERYBODY is "everybody", SIGNED_IN is "signed_in".
TABLE: dict[str, str] = {
    "everybody": """
        GET /c/<community>/convention
        GET /c/<community>/convention/<name>
        GET /api/v1/convention-schema
        GET /api/v1/communities/<community>/convention
    """,
    "member": """
        GET /me/contract/<community>
        POST /me/contract/<community>
        POST /api/v1/communities/<community>/contract
        DELETE /api/v1/communities/<community>/contract
    """,
    "staff supervisor": """
        GET /c/<community>/conventions/new
        POST /c/<community>/conventions/new
        POST /api/v1/communities/<community>/conventions
    """,
}
# Where a role that gets in may still meet nothing: what the address names is not there.
NOT_THERE = """
    GET /c/<community>/convention
    GET /c/<community>/convention/<name>
    GET /api/v1/communities/<community>/convention
    GET /me/contract/<community>
    POST /me/contract/<community>
"""
# Bodies that read, by "METHOD rule", for the calls of test_who.py.
BODIES: dict[str, dict[str, object]] = {
    "POST /me/contract/<community>": {"name": "sign"},
    "POST /api/v1/communities/<community>/contract": {"person_id": ""},
}
# What stands for the parts of an address.
FILLED: dict[str, str] = {}
