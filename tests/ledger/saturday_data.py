"""What the entries of the golden book `saturday` say: who, where, how many minutes and points."""

from typing import Any

from tests.ledger.make import CHEN, DING, ERNA, actor, pending, person, plain

CONVENTION = (
    b"Convention of a Saturday. hours_points: every full six minutes give one point.\n"
    b"day_cap: at most 80 points a day. Points are good through the end of the next month.\n"
)
TERMS = b"Terms of the baker: buns for points, at 0.40 yuan a point.\n"
FANG, GAO, HAN, KAI, LIN, MEI = map(person, ("fang", "gao", "han", "kai", "lin", "mei"))
SHIFT: dict[str, Any] = {"shift": "choir-20261128"}
CHOIR = {"activity": "sing-with-elders", "organiser": "choir"}
WORK = {"category": "elder_care", "lead": DING}
LEAD = actor(DING, "coordinator", **{"for": "organisation:choir"})
SECOND = actor(ERNA, "coordinator", **{"for": "organisation:choir"})
TWO = {"proposer": LEAD, "approver": SECOND}
TILL = actor(person("till"), "cashier", **{"for": "merchant:baker"})
SHOP = "receivable:baker:main"
PLANNED_MINUTES = 120
OWN_SCANS = ("door", "poster", "round")
STAYS = {CHEN: 125, FANG: 60, GAO: 123, HAN: 120, KAI: 10, LIN: 119}
OFFSET_HOURS = 8


def moved_minutes(account: str, before: int, after: int) -> dict[str, Any]:
    """The transfer of a correction."""
    ends = ("organiser:choir", f"hours:{account}")
    debit, credit = ends if after > before else ends[::-1]
    return plain(debit, credit, abs(after - before), code="correction", unit="minutes")


def reserved(account: str, minutes: int) -> dict[str, Any]:
    """Minutes in notice."""
    return pending("organiser:choir", f"hours:{account}", minutes, unit="minutes", code="service")


def award(account: str, minutes: int, centipoints: int, day: int = 20261128) -> dict[str, Any]:
    """`data` of a first award of a day, as `entry_data` of the service writes it."""
    return {
        "account": account,
        "category": "elder_care",
        "centipoints": centipoints,
        "coefficient": "usual",
        "fund": "main",
        "minutes": minutes,
        "moves": [["hours_points", day, 0, 0, 0], ["day_cap", day, 0, 0, 0]],
        "planned_minutes": PLANNED_MINUTES,
        "reason": "",
        "weight": [1, 1],
        "weighted": [0, minutes * 1000],
    }


def correction(
    account: str, before: tuple[int, int], after: tuple[int, int], rest: int = 0
) -> dict[str, Any]:
    """`data` of a correction; before and after: minutes and centipoints."""
    counted, given = before[0] * 1000, before[1]
    moves = [["hours_points", 20261128, 0, counted, given], ["day_cap", 20261128, 0, given, given]]
    return {
        **award(account, after[0], after[1] - given),
        "moves": moves,
        "rest_centipoints": rest,
        "weighted": [counted, after[0] * 1000],
    }


def wallet(account: str, month: int) -> str:
    """The account of somebody's points of one month."""
    return f"wallet:{account}:main:{month}"


def paid(account: str, month: int, centipoints: int) -> dict[str, Any]:
    """The transfer of an award."""
    return plain("fund:main", wallet(account, month), centipoints, code="award")


def expired(account: str, month: int, centipoints: int, code: str = "expired") -> list[Any]:
    """Points that go back to the fund."""
    return [
        plain(wallet(account, month), "expired:main", centipoints, code=code),
        plain("expired:main", "fund:main", centipoints, code="returned"),
    ]


def spent(account: str, centipoints: int, **extra: Any) -> dict[str, Any]:
    """`data` of a redemption."""
    names = {"fund": "main", "merchant": "baker"}
    return {"account": account, "centipoints": centipoints, **names, **extra}
