"""Who may call the addresses of points, written by hand (see tests/edge/table.py)."""

# By role, as in table.py: EVERYBODY is "everybody", SIGNED_IN is "signed_in".
TABLE: dict[str, str] = {
    "signed_in": """
        GET /me/points
        GET /me/family/<ward>/points/<community>
        GET /me/family/<ward>/points/<community>/line/<int:book>/<int:number>
        GET /api/v1/me/family/<ward>/points/<community>
        GET /api/v1/me/points
    """,
    "member": """
        GET /me/points/<community>
        GET /me/points/<community>/line/<int:book>/<int:number>
        GET /api/v1/me/points/<community>
    """,
}
# Where a role that gets in may still meet nothing: what the address names is not there.
NOT_THERE = """
    GET /me/family/<ward>/points/<community>
    GET /me/family/<ward>/points/<community>/line/<int:book>/<int:number>
    GET /api/v1/me/family/<ward>/points/<community>
    GET /me/points/<community>
    GET /me/points/<community>/line/<int:book>/<int:number>
    GET /api/v1/me/points/<community>
"""
# Bodies that read, by "METHOD rule", for the calls of test_who.py.
BODIES: dict[str, dict[str, object]] = {}
# What stands for the parts of an address.
FILLED: dict[str, str] = {"book": "1", "number": "0"}
