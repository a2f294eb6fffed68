"""The golden books `handover`: hours and points that go on in the next book of a community.

Book 1 awards, defers, has an hour in notice and closes with what it states (S8); book 2 restates
it, pays what waited, records what was in notice and corrects an hour of book 1. The arithmetic is
that of `saturday`.
"""

from typing import Any

from ledger import state
from tests.ledger.make import ANNA, BO, CHEN, DING, OPERATOR, Maker, actor, digest, family, plain
from tests.ledger.publish import Published
from tests.ledger.saturday_data import (
    CHOIR,
    CONVENTION,
    FANG,
    GAO,
    PLANNED_MINUTES,
    SHIFT,
    WORK,
    award,
    moved_minutes,
    paid,
    reserved,
)

ONE, TWO = "weihai.example/handover/1", "weihai.example/handover/2"
NAME = digest(CONVENTION.decode())
RULE = {"clause": "hours_points", "convention": NAME}
DAY, MONTH = 20261124, 202612
SPONSOR = "sponsor:city"
DAY_MS = 86_400_000
JOB = actor("system:points", "system")


def handover(old: dict[str, bytes]) -> dict[str, bytes]:
    """Both books, in folders `1` and `2`."""
    one = Maker(ONE)
    _first(one)
    lines = one.book.closing_lines(one.at_ms)
    digest_hex = state.state_hash(lines)
    nexts = [{"origin": TWO, "state": digest_hex}]
    data = {"next": nexts, "reason": "planned", "state": digest_hex}
    one.add("book.closed", data, actor=OPERATOR, signers=one.both())
    root = one.log.edge.root().hex()
    two = Maker(TWO, at_ms=one.at_ms + DAY_MS)
    said = {"origin": ONE, "root": root, "size": one.book.size, "state": digest_hex}
    _second(two, said, lines)
    files: dict[str, bytes] = {}
    for folder, maker in (("1", one), ("2", two)):
        mine = {path[2:]: each for path, each in old.items() if path.startswith(f"{folder}/")}
        published = Published(maker, mine)
        published.checkpoint(maker.book.size, maker.at_ms // 1000)
        published.prove([maker.book.size - 1])
        published.policy()
        published.files[f"document/{NAME}"] = CONVENTION
        files |= {f"{folder}/{path}": each for path, each in published.files.items()}
    files[f"1/state/{digest_hex}"] = state.encode(lines)
    return files


def _service(account: str, minutes: int) -> dict[str, Any]:
    same = {"account": account, "coefficient": "usual", "flags": [], "minutes": minutes}
    return {**SHIFT, **CHOIR, **WORK, **same, "planned_minutes": PLANNED_MINUTES}


def _noticed(maker: Maker, account: str, minutes: int) -> int:
    data = {**_service(account, minutes), "until_day": DAY}
    how: dict[str, Any] = {"day": DAY, "refs": [0], "tier": 2}
    return maker.add("hours.noticed", data, transfers=[reserved(account, minutes)], **how)


def _recorded(maker: Maker, account: str, minutes: int, at: list[int]) -> int:
    post = {"amount": minutes, "code": "service", "post": at}
    how: dict[str, Any] = {"day": DAY, "refs": [at[0]], "tier": 2}
    return maker.add("hours.recorded", _service(account, minutes), transfers=[post], **how)


def _about(seq: int, **extra: Any) -> dict[str, Any]:
    """What an entry about points says beside its data."""
    return {"actor": JOB, "day": DAY, "refs": [seq], "rule": RULE, **extra}


def _raise(maker: Maker, centipoints: int) -> None:
    moves = [plain(SPONSOR, "fund:main", centipoints, code="budget")]
    budget = {"beneficiaries": [], "fund": "main", "reason": "grant", "sponsor": "city"}
    maker.pair("fund.budget", {**budget, "transfers": moves})


def _first(maker: Maker) -> None:
    maker.open()
    families = [family("fund:main", "centipoints", limited=True), family(SPONSOR, "centipoints")]
    maker.add("account.opened", {"accounts": families})
    _raise(maker, 20_00)
    maker.wallets(CHEN, FANG, GAO)
    hours = [f"hours:{each}" for each in sorted((CHEN, FANG, GAO))]
    lines = [family(each, "minutes", limited=True) for each in hours]
    maker.add("account.opened", {"accounts": [*lines, family("organiser:choir", "minutes")]})
    maker.role(DING, "coordinator", "organisation:choir")
    terms = {"convention": NAME, "effective_day": 20261123, "fen_per_point_max": {"main": 50}}
    maker.pair("convention", {"beneficiaries": [], **terms})
    maker.at_ms += 2 * DAY_MS
    for account in (CHEN, FANG, GAO):
        data = {"account": account, "convention": NAME}
        maker.add("contract.signed", data, actor=actor(account, "member"))
    first = _recorded(maker, CHEN, 120, [_noticed(maker, CHEN, 120), 0])
    given = {**award(CHEN, 120, 20_00, DAY), "month": MONTH}
    maker.add(
        "points.awarded", given, tier=2, **_about(first, transfers=[paid(CHEN, MONTH, 20_00)])
    )
    short = _recorded(maker, FANG, 60, [_noticed(maker, FANG, 60), 0])
    maker.add("points.deferred", award(FANG, 60, 10_00, DAY), tier=2, **_about(short))
    _noticed(maker, GAO, 90)
    lines = state.order(_handed_on(first, short))
    for start in range(0, len(lines), 5):
        said = {"lines": lines[start : start + 5]}
        maker.add("closing.stated", said, actor=OPERATOR)


def _handed_on(first: int, short: int) -> list[dict[str, Any]]:
    """What book 1 states: two records, their tallies, three contracts."""
    same: dict[str, Any] = {
        "book": ONE,
        "category": "elder_care",
        "clause": "hours_points",
        "coefficient": "usual",
    }
    same |= {"convention": NAME, "day": DAY, "debt": 0, "fund": "main", "tier": 2}
    same |= {"planned_minutes": PLANNED_MINUTES, "type": "record"}
    chen = {"centipoints": 20_00, "minutes": 120, "month": MONTH, "turn": 0, "waiting": 0}
    fang = {"centipoints": 10_00, "minutes": 60, "month": 0, "turn": 1, "waiting": 10_00}
    lines: list[dict[str, Any]] = [
        {"form": 1, "type": "service"},
        {**same, **chen, "account": CHEN, "record": first},
        {**same, **fang, "account": FANG, "record": short},
    ]
    for account, minutes, given in ((CHEN, 120, 20_00), (FANG, 60, 10_00)):
        key: dict[str, Any] = {
            "account": account,
            "epoch": 0,
            "given": given,
            "period": DAY,
            "type": "tally",
        }
        lines.append({**key, "clause": "hours_points", "counted": minutes * 1000})
        lines.append({**key, "clause": "day_cap", "counted": given})
    contracts = ({"account": each, "convention": NAME} for each in (CHEN, FANG, GAO))
    return [*lines, *({**each, "type": "contract"} for each in contracts)]


def _second(maker: Maker, previous: dict[str, Any], lines: list[Any]) -> None:
    maker.open(previous=[previous])
    places: dict[str, tuple[int, int]] = {}
    for start in range(0, len(lines), 7):
        piece = lines[start : start + 7]
        seq = maker.restate(0, piece)
        for place, line in enumerate(piece):
            if line["type"] == "record":
                places[line["account"]] = (seq, place)
    maker.add("book.opened.complete", actor=OPERATOR)
    _raise(maker, 50_00)
    data = {"account": FANG, "centipoints": 10_00, "fund": "main", "month": MONTH}
    moves = [paid(FANG, MONTH, 10_00)]
    maker.add("points.paid", data, **_about(places[FANG][0], transfers=moves))
    late = _recorded(maker, GAO, 90, list(maker.pending_seq("service")))
    given = {**award(GAO, 90, 15_00, DAY), "month": MONTH}
    maker.add("points.awarded", given, tier=2, **_about(late, transfers=[paid(GAO, MONTH, 15_00)]))
    _corrected(maker, *places[CHEN])


def _corrected(maker: Maker, opening: int, place: int) -> None:
    """Two persons halve an hour of book 1, named by its line in the opening; its points follow."""
    data: dict[str, Any] = {
        "account": CHEN,
        "beneficiaries": [CHEN],
        "minutes": 60,
        "minutes_before": 120,
        "reason": "counted_wrong",
        "record": place,
        "transfers": [moved_minutes(CHEN, 120, 60)],
    }
    kind = "hours.correction"
    how: dict[str, Any] = {"day": DAY, "tier": 2}
    seq = maker.add(f"{kind}.proposed", data, actor=actor(ANNA), refs=[opening], **how)
    supervisor = actor(BO, "supervisor")
    moves = data["transfers"]
    seq = maker.add(f"{kind}.approved", data, actor=supervisor, refs=[seq], transfers=moves, **how)
    changed = {
        **award(CHEN, 60, -10_00, DAY),
        "moves": [["hours_points", DAY, 0, 120_000, 20_00], ["day_cap", DAY, 0, 20_00, 20_00]],
        "rest_centipoints": 0,
        "weighted": [120_000, 60_000],
    }
    back = plain(f"wallet:{CHEN}:main:{MONTH}", "fund:main", 10_00, code="taken_back")
    about = {**_about(seq, transfers=[back]), "refs": [seq, opening]}
    maker.add("points.corrected", changed, tier=2, **about)
