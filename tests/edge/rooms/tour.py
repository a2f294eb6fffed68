"""Who may call the addresses of the tour, written by hand (see tests/edge/table.py).

Everybody, and nobody gets anything: this city is no demonstration, so all of it is 404.
"""

# By role, as in table.py: EVERYBODY is "everybody", SIGNED_IN is "signed_in".
TABLE: dict[str, str] = {
    "everybody": """
        GET /tour
        GET /tour/<key>
        POST /tour/<key>
        POST /tour/step/<int:number>
        GET /tour/thursday
        GET /tour/door
        POST /tour/door
        POST /tour/door/phone
        POST /tour/door/scan
    """,
}
# Where a role that gets in may still meet nothing: what the address names is not there.
NOT_THERE = TABLE["everybody"]
# Bodies that read, by "METHOD rule", for the calls of test_who.py.
BODIES: dict[str, dict[str, object]] = {}
# What stands for the parts of an address.
FILLED: dict[str, str] = {"key": "A" * 26}
