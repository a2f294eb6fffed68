"""Who may call the addresses of merchants, written by hand (see tests/edge/table.py)."""

# By role, as in table.py: EVERYBODY is "everybody", SIGNED_IN is "signed_in".
TABLE: dict[str, str] = {
    "member": """
        GET /c/<community>/shops
        GET /c/<community>/shops/<merchant>
        GET /api/v1/communities/<community>/shops
    """,
    "staff fund_manager": """
        GET /c/<community>/merchants
        GET /c/<community>/merchants/add
        POST /c/<community>/merchants/add
        GET /c/<community>/merchants/<merchant>
        POST /c/<community>/merchants/<merchant>
        GET /c/<community>/merchants/<merchant>/change
        POST /c/<community>/merchants/<merchant>/change
        GET /c/<community>/merchants/<merchant>/offers/add
        POST /c/<community>/merchants/<merchant>/offers/add
        GET /c/<community>/merchants/<merchant>/offers/<offer>
        POST /c/<community>/merchants/<merchant>/offers/<offer>
        POST /api/v1/communities/<community>/merchants
        PATCH /api/v1/communities/<community>/merchants/<merchant>
        PUT /api/v1/communities/<community>/merchants/<merchant>/state
        POST /api/v1/communities/<community>/merchants/<merchant>/offers
        PUT /api/v1/communities/<community>/merchants/<merchant>/offers/<offer>
        DELETE /api/v1/communities/<community>/merchants/<merchant>/offers/<offer>
        GET /c/<community>/merchants/<merchant>/cashier
        POST /c/<community>/merchants/<merchant>/cashier
        POST /api/v1/communities/<community>/merchants/<merchant>/cashiers
    """,
    "staff supervisor fund_manager": """
        GET /c/<community>/merchants/<merchant>/agreement
        POST /c/<community>/merchants/<merchant>/agreement
        POST /api/v1/communities/<community>/merchants/<merchant>/agreements
    """,
}
# Where a role that gets in may still meet nothing: what the address names is not there.
NOT_THERE = """
    GET /c/<community>/shops/<merchant>
    GET /c/<community>/merchants/<merchant>
    POST /c/<community>/merchants/<merchant>
    GET /c/<community>/merchants/<merchant>/change
    POST /c/<community>/merchants/<merchant>/change
    GET /c/<community>/merchants/<merchant>/offers/add
    POST /c/<community>/merchants/<merchant>/offers/add
    GET /c/<community>/merchants/<merchant>/offers/<offer>
    POST /c/<community>/merchants/<merchant>/offers/<offer>
    GET /c/<community>/merchants/<merchant>/agreement
    POST /c/<community>/merchants/<merchant>/agreement
    GET /c/<community>/merchants/<merchant>/cashier
    POST /c/<community>/merchants/<merchant>/cashier
    PATCH /api/v1/communities/<community>/merchants/<merchant>
    PUT /api/v1/communities/<community>/merchants/<merchant>/state
    POST /api/v1/communities/<community>/merchants/<merchant>/offers
    PUT /api/v1/communities/<community>/merchants/<merchant>/offers/<offer>
    DELETE /api/v1/communities/<community>/merchants/<merchant>/offers/<offer>
    POST /api/v1/communities/<community>/merchants/<merchant>/agreements
    POST /api/v1/communities/<community>/merchants/<merchant>/cashiers
"""
_API = "/api/v1/communities/<community>/merchants"
# Bodies that read, by "METHOD rule", for the calls of test_who.py.
BODIES: dict[str, dict[str, object]] = {
    "POST /c/<community>/merchants/add": {"name": "新店", "kind": "merchant"},
    "POST /c/<community>/merchants/<merchant>": {"state": "paused"},
    "POST /c/<community>/merchants/<merchant>/change": {"name": "新店"},
    "POST /c/<community>/merchants/<merchant>/offers/add": {"name": "毛巾", "points": "10"},
    f"POST {_API}": {"name": "新店"},
    f"PATCH {_API}/<merchant>": {"name": "新店"},
    f"PUT {_API}/<merchant>/state": {"state": "paused"},
    f"POST {_API}/<merchant>/offers": {"name": "毛巾", "price_centipoints": 1000},
    f"PUT {_API}/<merchant>/offers/<offer>": {"name": "毛巾", "price_centipoints": 1000},
    f"POST {_API}/<merchant>/agreements": {
        "fund": "main",
        "fen_per_point": 1,
        "from_day": 20261122,
        "to_day": 20271122,
    },
    f"POST {_API}/<merchant>/cashiers": {"card": "12345674"},
}
# What stands for the parts of an address.
FILLED: dict[str, str] = {"merchant": "0" * 32, "offer": "1" * 32}
