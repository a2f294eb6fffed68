"""The golden books: small books that use every kind, every form and every rule of the format.

    python -m tests.ledger.golden NAME …    writes those books anew; only ever for a new name

A committed golden book is never changed: later kinds add books.
"""

import sys
from collections.abc import Callable
from pathlib import Path

from ledger import state
from ledger.canonical import Value
from ledger.cosignature import MldsaCosigner
from ledger.note import Ed25519Signer
from tests.ledger.golden_handover import handover
from tests.ledger.golden_saturday import saturday
from tests.ledger.make import (
    ANNA,
    BO,
    CHEN,
    DING,
    ENDLESS,
    ERNA,
    OPERATOR,
    Keys,
    Maker,
    actor,
    digest,
    family,
    pending,
    person,
    plain,
)
from tests.ledger.publish import Published

FOLDER = Path(__file__).parent / "vectors" / "golden"
NAMESPACE = "weihai.example"
TERMS = b"Terms of the baker: towels for points, paid in the first week of each month.\n"
CONVENTION = b"Convention of the example community, clause 3: ten points an hour.\n"


def first(old: dict[str, bytes]) -> dict[str, bytes]:
    """One community's book with every known kind but the opening of a successor."""
    maker = Maker(f"{NAMESPACE}/first/1")
    published = Published(maker, old)
    maker.open()
    published.checkpoint(1, maker.at_ms // 1000)
    maker.fund(amount=500_000)
    _accounts(maker)
    _roles(maker)
    _prices(maker)
    _points(maker)
    published.checkpoint(maker.book.size, maker.at_ms // 1000)
    _hours(maker)
    _months(maker)
    _merge(maker)
    _rotate(maker)
    _clock(maker)
    published.files[f"document/{digest(CONVENTION.decode())}"] = CONVENTION
    published.files[f"document/{digest(TERMS.decode())}"] = TERMS
    published.checkpoint(maker.book.size, maker.at_ms // 1000)
    published.prove([0, 1, maker.book.size // 2, maker.book.size - 1])
    published.policy()
    return published.files


def _accounts(maker: Maker) -> None:
    maker.wallets(CHEN, DING)
    maker.add(
        "account.opened",
        {
            "accounts": [
                family("receivable:baker", "centipoints", limited=True),
                family("donor:city", "fen"),
                family("cash:f1", "fen", limited=True),
                family("paid:baker", "fen"),
                family("organiser:choir", "minutes"),
                family(f"hours:{CHEN}", "minutes", limited=True),
                family(f"hours:{DING}", "minutes", limited=True),
                family("pool:first", "aid_minutes"),
                family(f"aid:{CHEN}", "aid_minutes", limited=True),
                family(f"aid:{DING}", "aid_minutes", limited=True),
                family("lottery:spring", "centipoints"),
            ]
        },
        actor=actor(ANNA),
    )


def _roles(maker: Maker) -> None:
    maker.role(CHEN, "coordinator", scope="organisation:choir")
    maker.role(DING, "fund_manager")
    maker.role(ERNA, "supervisor", until=20261231)
    maker.role(ERNA, "supervisor", until=20261121)  # taken back: a day already past
    proposal = {
        "account": ERNA,
        "beneficiaries": [ERNA],
        "role": "staff",
        "scope": "community",
        "until_day": ENDLESS,
    }
    seq = maker.add("role.proposed", proposal, actor=OPERATOR)
    maker.add("role.withdrawn", {"reason": "typed_wrong"}, actor=actor(BO), refs=[seq])


def _prices(maker: Maker) -> None:
    maker.pair(
        "convention",
        {
            "beneficiaries": [],
            "convention": digest(CONVENTION.decode()),
            "effective_day": 20261123,
            "fen_per_point_max": {"f1": 10},
        },
    )
    maker.pair(
        "agreement",
        {
            "beneficiaries": [ERNA],
            "fen_per_point": 8,
            "from": 20261123,
            "fund": "f1",
            "merchant": "baker",
            "to": 20271231,
        },
        proposer=actor(DING, "fund_manager"),
        document=digest(TERMS.decode()),
    )
    moves = [plain("donor:city", "cash:f1", 300_000, code="given", unit="fen")]
    maker.pair("fund.example", {"beneficiaries": [], "transfers": moves})
    maker.at_ms += 24 * 3600 * 1000


def _points(maker: Maker) -> None:
    """Every form of transfer: plain, pending, posts whole and in part, voids, groups."""
    wallet, later = f"wallet:{CHEN}:f1:202611", f"wallet:{CHEN}:f1:202712"
    award = maker.add(
        "points.example",
        {"minutes": 125, "before": 0, "after": 125},
        day=20261123,
        rule={"clause": "3", "convention": digest(CONVENTION.decode())},
        tier=1,
        commitments={"service": digest("some commitment")},
        transfers=[
            plain("fund:f1", wallet, 2_080, code="award"),
            plain("fund:f1", later, 900, code="award"),
        ],
    )
    shop = "receivable:baker:f1"
    hold = [pending(wallet, shop, 700, timeout_seconds=180, code="hold")]
    whole = maker.add("redemption.example_held", {"item": "towel"}, transfers=hold, refs=[award])
    post = {"amount": 700, "code": "redeem", "post": [whole, 0]}
    maker.add("redemption.example_posted", {}, transfers=[post], refs=[whole])
    part = maker.add("redemption.example_held", {"item": "oil"}, transfers=hold)
    post = {"amount": 600, "code": "redeem", "post": [part, 0]}
    maker.add("redemption.example_posted", {}, transfers=[post], refs=[part])
    lost = maker.add("redemption.example_held", {"item": "soap"}, transfers=hold)
    maker.at_ms += 600_000
    maker.add("redemption.example_voided", {}, transfers=[{"code": "expired", "void": [lost, 0]}])
    maker.add(
        "redemption.example_refunded", {}, transfers=[plain(shop, wallet, 200, code="refund")]
    )
    maker.add(
        "points.example_corrected",
        {"minutes": 120, "before": 125, "after": 120},
        actor=actor(ANNA),
        refs=[award],
        transfers=[plain(wallet, "fund:f1", 83, code="reversal")],
    )
    moves = [plain("fund:f1", "lottery:spring", 50, code="an_unknown_class")]
    maker.pair("lottery.example", {"beneficiaries": [], "transfers": moves})
    moves = [plain("correction:f1", wallet, 20, code="made_good")]
    maker.pair("points.example_made_good", {"beneficiaries": [CHEN], "transfers": moves})
    moves = [
        plain(shop, "settled:f1", 1_000, code="settled"),
        plain("cash:f1", "paid:baker:f1", 80, code="paid", unit="fen"),
    ]
    maker.pair("settlement.example", {"beneficiaries": [ERNA], "transfers": moves})


def _hours(maker: Maker) -> None:
    moves = [pending("organiser:choir", f"hours:{CHEN}", 90, unit="minutes", code="notice")]
    seq = maker.pair(
        "hours.example",
        {"beneficiaries": [CHEN], "transfers": moves},
        proposer=actor(DING, "fund_manager"),
        approver=actor(ANNA),
        day=20261122,
        tier=4,
    )
    post = {"amount": 90, "code": "recorded", "post": [seq, 0]}
    maker.add("hours.example_recorded", {}, transfers=[post], refs=[seq])
    scan = [plain("organiser:choir", f"hours:{DING}", 60, unit="minutes", code="recorded")]
    maker.add("hours.example_scanned", {}, transfers=scan, refs=[seq], day=20261123, tier=1)
    moves = [plain("pool:first", f"aid:{CHEN}", 120, unit="aid_minutes", code="granted")]
    maker.pair("aid.example", {"beneficiaries": [CHEN], "transfers": moves})
    gift = [plain(f"aid:{CHEN}", f"aid:{DING}", 45, unit="aid_minutes", code="given")]
    maker.add("aid.example_given", {}, actor=actor(CHEN, "member"), transfers=gift)


def _months(maker: Maker) -> None:
    """A hold that outlives its month, the rest expiring, a late refund, an account closed."""
    wallet, shop = f"wallet:{CHEN}:f1:202611", "receivable:baker:f1"
    hold = [pending(wallet, shop, 500, code="hold")]
    seq = maker.add("redemption.example_held", {}, transfers=hold)
    maker.at_ms += 10 * 24 * 3600 * 1000  # December
    left = maker.book.accounts.accounts[wallet].available
    maker.add(
        "redemption.example_posted",
        {},
        transfers=[
            {"amount": 300, "code": "redeem", "post": [seq, 0]},
            plain(wallet, "expired:f1", left + 200, code="expired"),
        ],
    )
    maker.add(
        "points.example_returned",
        {},
        transfers=[plain("expired:f1", "fund:f1", left + 200, code="returned")],
    )
    late = f"wallet:{CHEN}:f1:202612"
    maker.add(
        "redemption.example_refunded", {}, transfers=[plain(shop, late, 50, code="refund_late")]
    )
    held = pending(late, shop, 50, code="hold")
    seq = maker.add("redemption.example_held", {}, transfers=[held])
    wallets = {"accounts": [f"wallet:{CHEN}"], "reason": "left"}
    rest = plain(f"wallet:{CHEN}:f1:202712", "expired:f1", 900, code="forfeited")
    maker.add("account.closed", wallets, actor=actor(CHEN, "member"), transfers=[rest])
    maker.add("redemption.example_voided", {}, transfers=[{"code": "left", "void": [seq, 0]}])
    maker.add("account.reopened", {**wallets, "reason": "came_back"}, actor=actor(ANNA))


def _merge(maker: Maker) -> None:
    twin = person("ding again")
    maker.wallets(twin)
    maker.add(
        "points.example",
        {"minutes": 60, "before": 0, "after": 60},
        transfers=[plain("fund:f1", f"wallet:{twin}:f1:202712", 1_000, code="award")],
    )
    moves = [plain(f"wallet:{twin}:f1:202712", f"wallet:{DING}:f1:202712", 1_000, code="merged")]
    data = {
        "beneficiaries": sorted([twin, DING]),
        "from": twin,
        "into": DING,
        "transfers": moves,
    }
    maker.pair("account.merge", data)
    maker.add("note.example", {"text": "an unknown kind without transfers"}, actor=actor(twin))


def _rotate(maker: Maker) -> None:
    """Each role gets a new key as planned, the entry key once more as compromised."""
    for number, reason in ((1, "planned"), (2, "compromised")):
        new = Keys(maker.origin, number)
        vkey = {"key": new.entry.verifier_key.encode(), "reason": reason, "role": "entry"}
        signers = [maker.entry_signer, new.entry, maker.recovery_signer]
        if reason == "compromised":
            signers = signers[1:]
        maker.add("key.added", vkey, actor=OPERATOR, signers=signers)
        _retire(maker, maker.entry_signer, new.entry, reason)
        maker.entry_signer = new.entry
    new = Keys(maker.origin, 3)
    signers = [maker.entry_signer, maker.recovery_signer, new.recovery]
    vkey = {"key": new.recovery.verifier_key.encode(), "reason": "planned", "role": "recovery"}
    maker.add("key.added", vkey, actor=OPERATOR, signers=signers)
    old, maker.recovery_signer = maker.recovery_signer, new.recovery
    _retire(maker, old, maker.entry_signer, "planned")
    for role, old_key, new_key in (
        ("log", maker.keys.log, new.log),
        ("cosign", maker.keys.cosign, new.cosign),
    ):
        vkey = {"key": new_key.verifier_key.encode(), "reason": "lost", "role": role}
        maker.add("key.added", vkey, actor=OPERATOR, signers=maker.both())
        _retire(maker, old_key, maker.entry_signer, "lost")
    maker.keys = new


def _retire(
    maker: Maker, old: Ed25519Signer | MldsaCosigner, entry: Ed25519Signer, reason: str
) -> None:
    data = {
        "key": old.verifier_key.encode(),
        "reason": reason,
        "suspect_from": maker.book.size,
    }
    maker.add("key.retired", data, actor=OPERATOR, signers=[entry, maker.recovery_signer])


def _clock(maker: Maker) -> None:
    maker.at_ms += 3600 * 1000 * 24 * 365 * 5
    maker.add("note.example", {"text": "written with a clock that was five years ahead"})
    last = maker.book.last_at_ms
    maker.at_ms -= 3600 * 1000 * 24 * 365 * 5
    data = {"last_at": last, "reason": "clock_was_ahead"}
    maker.add("clock.reset", data, actor=OPERATOR, signers=maker.both())


def _village(name: str, *, unit: str) -> Maker:
    """A small book that will be merged with another."""
    maker = Maker(f"{NAMESPACE}/{name}/1")
    maker.open(
        founders=[
            {"account": person(f"{name} staff"), "role": "staff"},
            {"account": person(f"{name} supervisor"), "role": "supervisor"},
        ]
    )
    staff = actor(person(f"{name} staff"))
    supervisor = actor(person(f"{name} supervisor"), "supervisor")
    both = {"proposer": staff, "approver": supervisor}
    elder = person(f"{name} elder")
    fund, wallet = f"fund:{name}", f"wallet:{elder}"
    maker.add(
        "account.opened",
        {
            "accounts": [
                family("sponsor:city", "centipoints"),
                family(fund, "centipoints", limited=True),
                family(wallet, "centipoints", limited=True),
                family("receivable:baker", "centipoints", limited=True),
                family(f"organiser:{unit}", "minutes"),
                family(f"pool:{name}", "aid_minutes"),
                family(f"hours:{elder}", "minutes", limited=True),
            ]
        },
    )
    moves = [plain("sponsor:city", fund, 10_000, code="granted")]
    maker.pair("fund.example", {"beneficiaries": [], "transfers": moves}, **both)
    terms = {
        "beneficiaries": [],
        "convention": digest(f"convention of {name}"),
        "effective_day": 20261123,
        "fen_per_point_max": {name: 10},
    }
    maker.pair("convention", terms, **both)
    price = {
        "beneficiaries": [],
        "fen_per_point": 7,
        "from": 20261123,
        "fund": name,
        "merchant": "baker",
        "to": 20281231,
    }
    maker.pair("agreement", price, **both)
    month = f"{wallet}:{name}:202712"
    held = pending(month, f"receivable:baker:{name}", 40, timeout_seconds=86_400, code="hold")
    maker.add("points.example", {}, transfers=[plain(fund, month, 700, code="award")])
    maker.add("redemption.example_held", {}, transfers=[held])
    notice = [pending(f"organiser:{unit}", f"hours:{elder}", 75, unit="minutes", code="notice")]
    sheet = {"beneficiaries": [elder], "transfers": notice}
    maker.pair("hours.example", sheet, day=20261121, tier=4, **both)
    maker.add("account.closed", {"accounts": [f"pool:{name}"], "reason": "never_used"})
    granted = {
        "account": elder,
        "beneficiaries": [elder],
        "role": "coordinator",
        "scope": f"organisation:{unit}",
        "until_day": ENDLESS,
    }
    maker.pair("role", granted, **both)
    twin = person(f"{name} elder again")
    one = {"beneficiaries": sorted([elder, twin]), "from": twin, "into": elder, "transfers": []}
    maker.pair("account.merge", one, **both)
    return maker


def _close(maker: Maker, successor: str) -> list[Value]:
    """Close a book for one successor; its closing state."""
    lines = maker.book.closing_lines(maker.at_ms)
    digest_hex = state.state_hash(lines)
    data = {
        "next": [{"origin": successor, "state": digest_hex}],
        "reason": "merged",
        "state": digest_hex,
    }
    maker.add("book.closed", data, actor=OPERATOR, signers=maker.both())
    return lines


def villages(old: dict[str, bytes]) -> dict[str, bytes]:
    """Two books that close, and the one that follows both."""
    files: dict[str, bytes] = {}
    united = f"{NAMESPACE}/united/1"
    previous, states = [], []
    for name, unit in (("east", "choir"), ("west", "garden")):
        maker = _village(name, unit=unit)
        lines = _close(maker, united)
        published = Published(maker, _under(old, name))
        published.checkpoint(maker.book.size, maker.at_ms // 1000)
        published.policy()
        text = f"convention of {name}"
        published.files[f"document/{digest(text)}"] = text.encode()
        digest_hex = state.state_hash(lines)
        published.files[f"state/{digest_hex}"] = state.encode(lines)
        files |= {f"{name}/{path}": data for path, data in published.files.items()}
        root = maker.log.edge.root().hex()
        previous.append(
            {"origin": maker.origin, "root": root, "size": maker.book.size, "state": digest_hex}
        )
        states.append(lines)
    maker = Maker(united, at_ms=maker.at_ms + 3600 * 1000)
    published = Published(maker, _under(old, "united"))
    _restate(maker, previous, states)
    published.checkpoint(maker.book.size, maker.at_ms // 1000)
    published.prove([0, maker.book.size - 1])
    published.policy()
    return files | {f"united/{path}": data for path, data in published.files.items()}


def _restate(maker: Maker, previous: list[dict[str, object]], states: list[list[Value]]) -> None:
    maker.open(previous=previous)
    for k, lines in enumerate(states):
        for start in range(0, len(lines), 5):
            maker.restate(k, lines[start : start + 5])
    maker.add("book.opened.complete", actor=OPERATOR)
    post = {"amount": 75, "code": "recorded", "post": list(maker.pending_seq("notice"))}
    maker.add("hours.example_recorded", {}, transfers=[post], refs=[[0, 3]], day=20261122)


def many(old: dict[str, bytes]) -> dict[str, bytes]:
    """A book of 300 entries, long enough for a full tile and one on the level above."""
    maker = Maker(f"{NAMESPACE}/many/1")
    published = Published(maker, old)
    maker.open(clock="demo", type="city", utc_offset_minutes=-30)
    while maker.book.size < 300:
        maker.add("note.example", {"number": maker.book.size})
        if maker.book.size in (255, 256, 257, 300):
            published.checkpoint(maker.book.size, maker.at_ms // 1000)
    published.prove([0, 255, 256, 299])
    published.policy()
    return published.files


BOOKS: dict[str, Callable[[dict[str, bytes]], dict[str, bytes]]] = {
    "first": first,
    "handover": handover,
    "many": many,
    "saturday": saturday,
    "villages": villages,
}


def _under(files: dict[str, bytes], folder: str) -> dict[str, bytes]:
    start = f"{folder}/"
    return {path[len(start) :]: data for path, data in files.items() if path.startswith(start)}


def committed(name: str) -> dict[str, bytes]:
    """The files of a committed golden book, by path."""
    folder = FOLDER / name
    paths = sorted(path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}


def main(names: list[str]) -> None:
    """Write the named books."""
    for name in names:
        for path, data in BOOKS[name](committed(name)).items():
            target = FOLDER / name / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(data)


if __name__ == "__main__":
    main(sys.argv[1:])
