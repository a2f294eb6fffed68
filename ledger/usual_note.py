"""The usual note of an entry, read in one match (docs/ledger-format.md §2 to §4).

What matches the grammar below is spelled canonically and has the form of an entry, so nothing of
it is encoded again to compare. The grammar is narrower than the page: what does not match may
still be right, which `entry.decode` then says; it alone refuses.
"""

import binascii
import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Any, TypeAlias

from ledger import canonical, chart, dates, kinds
from ledger.entry import NOTE_BYTES_MAX, REFS_MAX, TRANSFERS_MAX, is_actor, is_commitments
from ledger.errors import MalformedError
from ledger.forms import CODE, HASH, TOKEN, is_kind, is_origin
from ledger.transfer import FORMS, Pending, Plain, Post, Void
from ledger.vkey import KEY_ID_BYTES

# An entry and who signed it, as plain tuples, which travel fast between processes: book, seq, id,
# at_ms, kind, actor, day, rule, tier, refs, transfers (number of its form, its fields), document,
# name and id of the key.
Fields: TypeAlias = tuple[Any, ...]

_PLAIN, _PENDING, _POST, _VOID = (FORMS.index(each) for each in (Plain, Pending, Post, Void))

_CODE, _TOKEN, _HASH = CODE.pattern, TOKEN.pattern, HASH.pattern
_ID = chart.PERSON.pattern  # the same 32 hex digits
_UNIT = "|".join(sorted(chart.UNITS))
# Fewer digits than the caps allow, so that no number has to be compared with them.
_POSITIVE = "[1-9][0-9]{0,14}"
_NUMBER = f"(?:0|{_POSITIVE})"
_ACCOUNT = "[a-z0-9_:-]{1,200}"

_TRANSFER = (
    rf'\{{(?:"amount":({_POSITIVE}),"code":"({_CODE})",'
    rf'(?:"credit":"({_ACCOUNT})","debit":"({_ACCOUNT})",'
    rf'(?:"pending":(0|[1-9][0-9]{{0,7}}),)?"unit":"({_UNIT})"'
    rf'|"post":\[({_NUMBER}),({_NUMBER})\])'
    rf'|"code":"({_CODE})","void":\[({_NUMBER}),({_NUMBER})\])\}}'
)
_EACH = re.compile(_TRANSFER)
_NO_GROUPS = re.sub(r"\((?!\?)", "(?:", _TRANSFER)
_TRANSFERS = rf"{_NO_GROUPS}(?:,{_NO_GROUPS}){{0,{TRANSFERS_MAX - 1}}}"
_REFS = rf"{_NUMBER}(?:,{_NUMBER}){{0,{REFS_MAX - 1}}}"

_FLAT = "[ -z|~]*"  # of printable ASCII all but braces
_OBJECT = rf"\{{{_FLAT}(?:\{{{_FLAT}\}}{_FLAT})*\}}"

# Data of nothing but short words and numbers needs no parsing; only the order of its keys is left.
_KEY = '"([a-z0-9_]{1,64})":'
_WORD = r'(?:0|-?[1-9][0-9]{0,14}|"[ !#-\[\]-~]{0,4096}")'
_MEMBER = _KEY.replace("(", "(?:") + _WORD
_MEMBERS = re.compile(rf"\{{{_MEMBER}(?:,{_MEMBER}){{0,31}}\}}")
_KEYS = re.compile(_KEY)

_NOTE = re.compile(
    rf'\{{"actor":\{{"account":"([a-z0-9_:]+)"(?:,"for":"({_TOKEN})")?,"role":"({_CODE})"\}}'
    r',"at":([1-9][0-9]{0,10}000)'
    r',"book":"([a-z0-9._/-]+)"'
    rf'(?:,"commitments":({_OBJECT}))?'
    rf',"data":({_OBJECT})'
    r'(?:,"day":([1-9][0-9]{7}))?'
    rf'(?:,"document":"({_HASH})")?'
    rf',"id":"({_ID})"'
    r',"kind":"([a-z0-9_.]+)"'
    rf'(?:,"refs":\[({_REFS})\])?'
    rf'(?:,"rule":\{{"clause":"({_TOKEN})","convention":"({_HASH})"\}})?'
    rf',"seq":({_NUMBER})'
    r'(?:,"tier":([1-4]))?'
    rf'(?:,"transfers":\[({_TRANSFERS})\])?'
    r',"v":1\}\n\n'
    "\u00e2\u0080\u0094 ([!-*,-~]{1,255}) "  # the dash's three bytes, a character each
    r"([A-Za-z0-9+/]{90}[AEIMQUYcgkosw048]=)\n"  # base64 of 68 bytes, no stray bits at its end
)


def read(note: bytes) -> tuple[Fields, bytes] | None:
    """The fields and the signature of a note; None where a closer look is needed.

    That is so for all kinds with rules of their own: they need more than these fields.
    """
    match = _NOTE.fullmatch(note.decode("latin-1"))
    if match is None or len(note) > NOTE_BYTES_MAX:
        return None
    # fmt: off
    (
        account, acts_for, role, at_ms, book, commitments, data, day_text, document, entry_id,
        kind, refs_text, clause, convention, seq_text, tier, transfers, name, coded,
    ) = match.groups()
    # fmt: on
    seq = int(seq_text)
    actor = _actor(account, acts_for, role)
    refs = _refs(refs_text, seq) if refs_text else ()
    day = _day(day_text) if day_text else 0
    if (
        actor is None
        or refs is None
        or (day_text and not day)
        or (clause and not day)
        or not (is_origin(book) and _is_free(kind) and _is_data(data))
        or (commitments and not _is_commitments(commitments))
    ):
        return None
    signed = binascii.a2b_base64(coded)
    fields = (
        book,
        seq,
        entry_id,
        int(at_ms),
        kind,
        actor,
        day,
        (clause, convention) if clause else None,
        int(tier) if tier else 0,
        refs,
        [_move(each) for each in _EACH.findall(transfers)] if transfers else [],
        document or "",
        name,
        signed[:KEY_ID_BYTES],
    )
    return fields, signed[KEY_ID_BYTES:]


@lru_cache(maxsize=4096)
def _actor(account: str, acts_for: str | None, role: str) -> tuple[str, str, str] | None:
    """An actor's fields, None if there can be no such actor."""
    value = {"account": account, "role": role}
    if acts_for is not None:
        value["for"] = acts_for
    return (account, role, acts_for or "") if is_actor(value) else None


@lru_cache(maxsize=1024)
def _day(text: str) -> int:
    """A day, 0 if there is no such day."""
    return int(text) if dates.is_day(int(text)) else 0


@lru_cache(maxsize=1024)
def _is_free(kind: str) -> bool:
    """Whether this is a kind that has no rules of its own (§6, U2)."""
    return (
        is_kind(kind)
        and kind not in kinds.KINDS
        and not kind.endswith(kinds.PAIR_ENDINGS)
        and kind.partition(".")[0] not in kinds.READ_FIRST_FAMILIES
    )


def _refs(text: str, seq: int) -> tuple[int, ...] | None:
    """References to earlier entries, each once."""
    refs = tuple(map(int, text.split(",")))
    return refs if max(refs) < seq and len(set(refs)) == len(refs) else None


def _is_data(text: str) -> bool:
    if _MEMBERS.fullmatch(text):
        keys = _KEYS.findall(text)
        return keys == sorted(set(keys))
    return _value(text) is not None


def _is_commitments(text: str) -> bool:
    return is_commitments(_value(text))


def _value(text: str) -> canonical.Value:
    """The value of an object inside an entry, None if these are not its canonical bytes."""
    data = text.encode("ascii")
    try:
        value = canonical.load(data)
        canonical.check(value, depth=2)
        canonical.check_spelling(data, value)
    except MalformedError:
        return None
    return value


def _move(found: Sequence[str]) -> tuple[int, tuple[Any, ...]]:
    """A transfer: the number of its form, and its fields."""
    amount, code, credit, debit, timeout, unit, seq, index, void, void_seq, void_index = found
    if unit:
        if timeout:
            return _PENDING, (int(amount), code, credit, debit, int(timeout), unit)
        return _PLAIN, (int(amount), code, credit, debit, unit)
    if void:
        return _VOID, (void, (int(void_seq), int(void_index)))
    return _POST, (int(amount), code, (int(seq), int(index)))
