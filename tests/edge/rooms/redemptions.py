"""Who may call the addresses of redemptions, written by hand (see tests/edge/table.py).

Nobody of that town stands at a till, so a till opens for nobody there; tests/redemptions has the
cashiers.
"""

_TILL = "/c/<community>/till"
_SALES = "/api/v1/communities/<community>/merchants/<merchant>/sales"
# By role, as in table.py: EVERYBODY is "everybody", SIGNED_IN is "signed_in".
TABLE: dict[str, str] = {
    "signed_in": """
        GET /R/<letters>
        GET /r/<letters>
        GET /me/family/<ward>/redemptions/<community>
        GET /api/v1/me/family/<ward>/redemptions/<community>
    """,
    "member": """
        GET /c/<community>/redeem/<merchant>
        POST /c/<community>/redeem/<merchant>
        GET /c/<community>/redemptions
        GET /c/<community>/redemptions/<redemption>
        POST /c/<community>/redemptions/<redemption>
        GET /api/v1/communities/<community>/redemptions
        POST /api/v1/communities/<community>/redemptions
        GET /api/v1/communities/<community>/redemptions/<redemption>
        POST /api/v1/communities/<community>/redemptions/<redemption>/confirm
        POST /api/v1/communities/<community>/redemptions/<redemption>/void
    """,
    "staff fund_manager": """
        GET /c/<community>/till-checks
    """,
    "cashier": f"""
        GET {_TILL}
        GET {_TILL}/<merchant>
        GET {_TILL}/<merchant>/sale
        POST {_TILL}/<merchant>/sale
        GET {_TILL}/<merchant>/code
        POST {_TILL}/<merchant>/code
        GET {_TILL}/<merchant>/day
        GET {_TILL}/<merchant>/sales/<redemption>
        POST {_TILL}/<merchant>/sales/<redemption>
        GET {_TILL}/<merchant>/sales/<redemption>/refund
        POST {_TILL}/<merchant>/sales/<redemption>/refund
        GET {_SALES}
        POST {_SALES}
        POST {_SALES}/find
        GET {_SALES}/<redemption>
        POST {_SALES}/<redemption>/confirm
        POST {_SALES}/<redemption>/confirm-by-card
        POST {_SALES}/<redemption>/void
        POST {_SALES}/<redemption>/refunds
    """,
}
# Where a role that gets in may still meet nothing: what the address names is not there.
NOT_THERE = """
    GET /me/family/<ward>/redemptions/<community>
    GET /api/v1/me/family/<ward>/redemptions/<community>
    GET /R/<letters>
    GET /r/<letters>
    GET /c/<community>/redeem/<merchant>
    POST /c/<community>/redeem/<merchant>
    GET /c/<community>/redemptions/<redemption>
    POST /c/<community>/redemptions/<redemption>
    POST /api/v1/communities/<community>/redemptions
    GET /api/v1/communities/<community>/redemptions/<redemption>
    POST /api/v1/communities/<community>/redemptions/<redemption>/confirm
    POST /api/v1/communities/<community>/redemptions/<redemption>/void
"""
_OWN = "/api/v1/communities/<community>/redemptions"
_BASKET = {"1" * 32: 1}
# Bodies that read, by "METHOD rule", for the calls of test_who.py.
BODIES: dict[str, dict[str, object]] = {
    "POST /c/<community>/redeem/<merchant>": {"pieces": f"{'1' * 32}:1", "centipoints": "100"},
    "POST /c/<community>/redemptions/<redemption>": {"act": "void"},
    f"POST {_OWN}": {"merchant_id": "0" * 32, "pieces": _BASKET, "centipoints": 100},
    f"POST {_OWN}/<redemption>/confirm": {"centipoints": 100},
}
# What stands for the parts of an address.
FILLED: dict[str, str] = {"redemption": "2" * 32, "letters": "A" * 26}
