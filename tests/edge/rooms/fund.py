"""Who may call the addresses of fund, written by hand (see tests/edge/table.py)."""

# By role, as in table.py: EVERYBODY is "everybody", SIGNED_IN is "signed_in".
TABLE: dict[str, str] = {
    "member": """
        GET /c/<community>/fund
        GET /api/v1/communities/<community>/fund
    """,
    "staff supervisor fund_manager": """
        GET /c/<community>/fund/change
        POST /c/<community>/fund/change
        POST /api/v1/communities/<community>/fund/budgets
    """,
}
# Where a role that gets in may still meet nothing: what the address names is not there.
NOT_THERE = """
    GET /c/<community>/fund
    GET /api/v1/communities/<community>/fund
"""
# Bodies that read, by "METHOD rule", for the calls of test_who.py.
BODIES: dict[str, dict[str, object]] = {
    "POST /c/<community>/fund/change": {
        "fund": "main",
        "way": "raise",
        "points": "10",
        "reason": "grant",
        "sponsor_name": "民政局",
    },
    "POST /api/v1/communities/<community>/fund/budgets": {
        "fund": "main",
        "centipoints": 1000,
        "reason": "grant",
        "sponsor_name": "民政局",
    },
}
# What stands for the parts of an address.
FILLED: dict[str, str] = {}
