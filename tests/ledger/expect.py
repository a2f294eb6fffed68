"""What the tests of the book ask of every refusal: its exact code, and that nothing has changed."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import fields, is_dataclass
from typing import Any

import pytest

from ledger import canonical, state
from ledger.book import Book
from ledger.entry import VERSION
from ledger.errors import LedgerError
from ledger.log import Log
from ledger.note import Ed25519Signer
from tests.ledger.make import ANNA, BO, CHEN, ENDLESS, OPERATOR, Maker, actor, digest, family

CACHES = {"_day", "_day_number"}  # of `Book.local_day`: what it remembers decides nothing
STAFF = actor(ANNA)
BOSS = actor(BO, "supervisor")
HOUR_MS = 3600 * 1000
DAY_MS = 24 * HOUR_MS
WALLET, SHOP = f"wallet:{CHEN}:f1:202712", "receivable:baker:f1"
Line = dict[str, Any]


def picture(value: Any) -> Any:
    """Everything that is in a state, as values that no later change reaches."""
    if is_dataclass(value):
        value = {each.name: getattr(value, each.name) for each in fields(value)}
    elif hasattr(value, "__dict__") and not isinstance(value, Mapping):
        value = {key: each for key, each in vars(value).items() if key not in CACHES}
    if isinstance(value, Mapping):
        return {key: picture(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return tuple(picture(each) for each in value)
    if hasattr(value, "hexdigest"):
        return value.hexdigest()
    assert isinstance(value, str | bytes | int | set | frozenset | None)
    return frozenset(value) if isinstance(value, set) else value


class _Watched(Log):
    """A log that keeps the bytes of the note it was last asked to append."""

    tried = b""

    def append(self, fields: Mapping[str, Any], signers: Sequence[Ed25519Signer]) -> bytes:
        value = {**fields, "v": VERSION, "book": self.book.origin, "seq": self.book.size}
        self.tried = note_of(canonical.encode(value) + b"\n", signers)
        return super().append(fields, signers)


@contextmanager
def refused(maker: Maker, code: str, *, read: str = "", **where: Any) -> Iterator[None]:
    """The next entry is refused with this code, by the writer and by a reader of its bytes.

    `where`: what the refusal must name. `read`: the reader's code where its bytes alone are wrong.
    """
    before = picture(maker.book), maker.log.edge.size, maker.log.edge.hashes(), len(maker.notes)
    log = maker.log
    maker.log = watched = _Watched(log.book, log.edge)
    with pytest.raises(LedgerError) as caught:
        yield
    maker.log = log
    assert caught.value.code == code, caught.value
    assert {key: caught.value.where[key] for key in where} == where
    assert caught.value.sentence("zh")
    refuses(maker.book, watched.tried, read or code)
    after = picture(maker.book), log.edge.size, log.edge.hashes(), len(maker.notes)
    assert after == before


def refuses(book: Book, note: bytes, code: str) -> None:
    """A book refuses these bytes with this code and stays as it was."""
    before = picture(book)
    with pytest.raises(LedgerError) as caught:
        book.read(note)
    assert caught.value.code == code, caught.value
    assert picture(book) == before


def note_of(text: bytes, signers: Sequence[Ed25519Signer]) -> bytes:
    """A text with the lines of some signers."""
    return text + b"\n" + b"".join(signer.sign_line_bytes(text) for signer in signers)


def text_of(maker: Maker, kind: str, data: dict[str, Any] | None = None, **extra: Any) -> bytes:
    """The text of the next entry; `extra` may change every field, `seq` and `book` included."""
    envelope = {"v": VERSION, "book": maker.origin, "seq": maker.book.size}
    return canonical.encode({**envelope, **maker.fields(kind, data, **extra)}) + b"\n"


def signed(maker: Maker, kind: str, data: dict[str, Any] | None = None, **extra: Any) -> bytes:
    """The next entry as bytes, signed by the entry key and not appended."""
    return note_of(text_of(maker, kind, data, **extra), [maker.entry_signer])


def read_again(maker: Maker) -> Book:
    """A second book that has read the bytes of the first."""
    book = Book(maker.origin)
    for note in maker.notes:
        book.read(note)
    return book


def opened() -> Iterator[Maker]:
    """An opened book; at the end of the test a reader of all its bytes has the same state."""
    maker = Maker()
    maker.open()
    yield maker
    assert picture(read_again(maker)) == picture(maker.book)


def propose(
    maker: Maker, name: str, data: dict[str, Any], *, by: dict[str, str] = STAFF, **extra: Any
) -> int:
    """Append a proposal; its seq."""
    return maker.add(f"{name}.proposed", data, actor=by, **extra)


def approve(
    maker: Maker,
    name: str,
    data: dict[str, Any],
    seq: int,
    *,
    by: dict[str, str] = BOSS,
    **extra: Any,
) -> int:
    """Append the approval of a proposal; it carries the transfers of `data` unless told others."""
    transfers = extra.pop("transfers", data.get("transfers"))
    carried = {"transfers": transfers} if transfers else {}
    return maker.add(f"{name}.approved", data, actor=by, refs=[seq], **carried, **extra)


def convention(effective_day: int, name: str = "terms", **maxima: int) -> dict[str, Any]:
    """The data of a convention."""
    return {
        "beneficiaries": [],
        "convention": digest(name),
        "effective_day": effective_day,
        "fen_per_point_max": maxima,
    }


def agreement(fen_per_point: int, first: int, last: int, merchant: str = "baker") -> dict[str, Any]:
    """The data of an agreement about the fund `f1`."""
    return {
        "beneficiaries": [],
        "fen_per_point": fen_per_point,
        "from": first,
        "fund": "f1",
        "merchant": merchant,
        "to": last,
    }


def account_line(name: str, unit: str, *, limited: bool = False, closed: int = 0) -> Line:
    """A family as a state has it."""
    return {**family(name, unit, limited=limited), "closed": closed, "type": "account"}


def balance_line(name: str, amount: int) -> Line:
    """A balance as a state has it."""
    return {"account": name, "amount": amount, "type": "balance"}


def role_line(
    holder: str, name: str = "staff", until: int = ENDLESS, scope: str = "community"
) -> Line:
    """A grant as a state has it."""
    return {"account": holder, "role": name, "scope": scope, "type": "role", "until_day": until}


def merged_line(source: str, into: str) -> Line:
    """A merge as a state has it."""
    return {"from": source, "into": into, "type": "merge"}


def price_line(order: int, fen_per_point: int, merchant: str = "baker") -> Line:
    """An agreement as a state has it."""
    days = {"from": 20260101, "to": 20271231}
    who = {"fund": "f1", "merchant": merchant, "type": "agreement"}
    return {**days, **who, "fen_per_point": fen_per_point, "order": order}


def held_line(amount: int, expires_at_ms: int, seq: int = 1) -> Line:
    """An open pending transfer as a state has it."""
    sides = {"credit": SHOP, "debit": WALLET, "unit": "centipoints"}
    rest = {"code": "hold", "expires_at": expires_at_ms, "pending": [seq, 0], "type": "pending"}
    return {**sides, **rest, "amount": amount}


def previous(
    *states: Sequence[dict[str, Any]], names: Sequence[str] = ("old-0", "old-1"), size: int = 3
) -> list[dict[str, Any]]:
    """What `book.opened` says of predecessors with these states."""
    return [
        {
            "origin": f"weihai.example/{name}/1",
            "root": digest(f"root of {name}"),
            "size": size,
            "state": state.state_hash(state.order(lines)),
        }
        for name, lines in zip(names, states, strict=False)
    ]


def successor(*states: Sequence[dict[str, Any]], complete: bool = True, **extra: Any) -> Maker:
    """A book that follows predecessors with these states, and has restated them."""
    maker = Maker(**extra)
    maker.open(previous=previous(*states))
    for k, lines in enumerate(states):
        ordered = state.order(lines)
        for start in range(0, len(ordered), 7):
            maker.restate(k, ordered[start : start + 7])
    if complete:
        maker.add("book.opened.complete", actor=OPERATOR)
    return maker


def close(maker: Maker, *nexts: dict[str, str], **changes: Any) -> int:
    """Append `book.closed` with the right state and these successors."""
    digest_hex = state.state_hash(maker.book.closing_lines(maker.at_ms))
    data = {"next": list(nexts), "reason": "merged", "state": digest_hex, **changes}
    return maker.add("book.closed", data, actor=OPERATOR, signers=maker.both())
