"""The keys of a book: which lines each entry bears, and how keys come and go (N3 to N9)."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from ledger.cosignature import MldsaCosigner
from ledger.keys import FIELD_PRIME
from ledger.note import Ed25519Signer, VerifierKey
from ledger.state import state_hash
from ledger.vkey import ED25519, ED25519_COSIGNATURE, MLDSA44_COSIGNATURE, PUBLIC_BYTES
from tests.ledger.expect import opened, refused
from tests.ledger.make import OPERATOR, ORIGIN, Keys, Maker, seed

ROLES = ("entry", "log", "cosign", "recovery")
REASONS = ("planned", "lost", "compromised")
NEW = Keys(ORIGIN, 7)
STRANGERS = {
    "entry": Ed25519Signer(f"{ORIGIN}/entry", seed("stranger")),
    "recovery": Ed25519Signer(f"{ORIGIN}/recovery", seed("stranger")),
    "another book": Keys("weihai.example/other/1").entry,
}
Signers = list[Ed25519Signer]
Made = tuple[str, dict[str, Any], Signers]


@pytest.fixture
def maker() -> Iterator[Maker]:
    yield from opened()


def vkey_of(signer: Ed25519Signer | MldsaCosigner) -> str:
    """The key of a signer as text."""
    return signer.verifier_key.encode()


def added(role: str, key: str, reason: str = "planned") -> dict[str, str]:
    """The data of `key.added`."""
    return {"key": key, "reason": reason, "role": role}


def retired(key: str, reason: str = "planned") -> dict[str, Any]:
    """The data of `key.retired`."""
    return {"key": key, "reason": reason, "suspect_from": 0}


def add(maker: Maker, kind: str, data: dict[str, Any], signers: Signers) -> int:
    """Append an entry by an operator."""
    return maker.add(kind, data, actor=OPERATOR, signers=signers)


def rotate(maker: Maker, number: int) -> tuple[Ed25519Signer, Ed25519Signer]:
    """Replace the entry and the recovery key as planned; the old ones."""
    new, old = Keys(maker.origin, number), (maker.entry_signer, maker.recovery_signer)
    key = added("entry", vkey_of(new.entry))
    add(maker, "key.added", key, [old[0], new.entry, old[1]])
    key = added("recovery", vkey_of(new.recovery))
    add(maker, "key.added", key, [old[0], old[1], new.recovery])
    maker.entry_signer, maker.recovery_signer = new.entry, new.recovery
    add(maker, "key.retired", retired(vkey_of(old[0])), maker.both())
    add(maker, "key.retired", retired(vkey_of(old[1])), maker.both())
    return old


def _added(role: str, reason: str, lines: str) -> Callable[[Maker], Made]:
    """A case of `key.added`: lines are `e` entry, `r` recovery, `n` the new key."""

    def case(maker: Maker) -> Made:
        new = getattr(NEW, role)
        by_letter = {"e": maker.entry_signer, "r": maker.recovery_signer, "n": new}
        signers = [by_letter[letter] for letter in lines]
        return "key.added", added(role, vkey_of(new), reason), signers

    return case


def _retired(role: str) -> Callable[[Maker], Made]:
    """A case of `key.retired`: a second key of the role, in force since just now, goes again."""

    def case(maker: Maker) -> Made:
        lines = {"entry": "enr", "recovery": "ern"}.get(role, "er")
        add(maker, *_added(role, "planned", lines)(maker))
        return "key.retired", retired(vkey_of(getattr(NEW, role))), maker.both()

    return case


def _closed(maker: Maker) -> Made:
    state = state_hash(maker.book.closing_lines(maker.at_ms))
    return "book.closed", {"next": [], "reason": "archived", "state": state}, maker.both()


def _reset(maker: Maker) -> Made:
    return "clock.reset", {"last_at": maker.book.last_at_ms, "reason": "checked"}, maker.both()


# The table of N6, `book.opened` excepted.
LINES: dict[str, Callable[[Maker], Made]] = {
    "every other": lambda maker: ("note.example", {}, [maker.entry_signer]),
    "clock.reset": _reset,
    "book.closed": _closed,
    "entry planned": _added("entry", "planned", "enr"),
    "recovery planned": _added("recovery", "planned", "ern"),
    **{f"entry {reason}": _added("entry", reason, "nr") for reason in REASONS[1:]},
    **{f"log {reason}": _added("log", reason, "er") for reason in REASONS},
    **{f"cosign {reason}": _added("cosign", reason, "er") for reason in REASONS},
    **{f"{role} retired": _retired(role) for role in ROLES},
}


@pytest.mark.parametrize("name", LINES)
def test_lines(maker: Maker, name: str) -> None:
    """Each line of N6 is accepted; one too many, too few, out of order or of another key is not."""
    old_entry, old_recovery = rotate(maker, 1)
    kind, data, right = LINES[name](maker)
    wrong = {
        "key_retired": [old_entry, old_recovery],
        "key_unknown": list(STRANGERS.values()),
        "line_misplaced": [maker.keys.log],
    }
    for place in range(len(right)):
        for code, strangers in wrong.items():
            for stranger in strangers:
                changed = [*right[:place], stranger, *right[place + 1 :]]
                with refused(maker, code, name=stranger.verifier_key.name):
                    add(maker, kind, data, changed)
        for extra in (right[place], maker.keys.log, *STRANGERS.values()):
            with refused(maker, "line_extra", count=len(right) + 1, wanted=len(right)):
                add(maker, kind, data, [*right[:place], extra, *right[place:]])
        if place:
            out_of_order(maker, (kind, data, right), place)
    few(maker, (kind, data, right))
    add(maker, kind, data, right)


def out_of_order(maker: Maker, made: Made, place: int) -> None:
    """Two neighbouring lines the other way round are refused."""
    kind, data, right = made
    swapped = [*right[: place - 1], right[place], right[place - 1], *right[place + 1 :]]
    new = right[place].verifier_key.encode() == data.get("key")
    with refused(maker, "key_unknown" if new else "line_misplaced"):
        add(maker, kind, data, swapped)


def few(maker: Maker, made: Made) -> None:
    """Each line left out is missed; a note without any does not even read."""
    kind, data, right = made
    for place in range(len(right) if len(right) > 1 else 0):
        with refused(maker, "line_missing", count=len(right) - 1, wanted=len(right)):
            add(maker, kind, data, right[:place] + right[place + 1 :])
    fields = maker.fields(kind, data, actor=OPERATOR)
    with refused(maker, "line_missing", read="note_line_malformed", count=0):
        maker.log.append(fields, [])


class _OtherLines(Maker):
    """A maker whose `book.opened` bears these lines."""

    lines: Signers

    def both(self) -> Signers:
        return self.lines


def test_lines_of_entry_zero() -> None:
    """`book.opened` bears the lines of the entry key and the recovery key that it names."""
    maker = _OtherLines()
    e, r, log = maker.entry_signer, maker.recovery_signer, maker.keys.log
    entry, recovery = STRANGERS["entry"], STRANGERS["recovery"]
    unknown = ([r, e], [e, e], [e, log], [entry, r], [e, recovery])
    wrong = {"line_missing": ([e], [r]), "line_extra": ([e, r, log],), "key_unknown": unknown}
    for code, lists in wrong.items():
        for maker.lines in lists:
            with refused(maker, code):
                maker.open()
    maker.lines = [e, r]
    maker.open()


@pytest.mark.parametrize("reason", REASONS[1:])
def test_reasons(maker: Maker, reason: str) -> None:
    """The reason decides the lines: an old entry key signs for the new one only as planned."""
    with refused(maker, "line_extra"):
        add(maker, *_added("entry", reason, "enr")(maker))
    with refused(maker, "line_missing"):
        add(maker, *_added("entry", "planned", "nr")(maker))
    for lines in ("ern", "nr", "er"):
        with refused(maker, "key_reason"):
            add(maker, *_added("recovery", reason, lines)(maker))
    with refused(maker, "data_field"):
        add(maker, *_added("entry", "because", "enr")(maker))
    add(maker, *_added("entry", reason, "nr")(maker))


def test_a_key_enters_once(maker: Maker) -> None:
    """In force or retired, under its own or another role and name: its bytes came in once (N8)."""
    for signer in (*rotate(maker, 1), maker.entry_signer, maker.recovery_signer):
        public = signer.verifier_key.public
        for role, ending in (("entry", "/entry"), ("log", ""), ("recovery", "/recovery")):
            key = VerifierKey(ORIGIN + ending, ED25519, public).encode()
            with refused(maker, "key_used_before", name=ORIGIN + ending):
                add(maker, "key.added", added(role, key), maker.both())
    for role in ("log", "cosign"):
        with refused(maker, "key_used_before"):
            key = vkey_of(getattr(maker.keys, role))
            add(maker, "key.added", added(role, key), maker.both())
    add(maker, "key.added", added("log", vkey_of(NEW.log)), maker.both())


def test_entry_zero_has_four_keys() -> None:
    """No two roles of `book.opened` have the same public bytes, and each key is of its role."""
    maker = Maker()
    same = VerifierKey(ORIGIN, ED25519, maker.keys.entry.verifier_key.public).encode()
    keys = maker.keys.vkeys()
    with refused(maker, "key_used_before"):
        maker.open(keys={**keys, "log": same})
    for role in ROLES:
        for other in set(ROLES) - {role}:
            with refused(maker, "key_role", role=role):
                maker.open(keys={**keys, role: keys[other]})
    maker.open()


def test_last_key(maker: Maker) -> None:
    """The last key of a role stays; with another beside it, either may go (N8)."""
    lines = {"entry": "enr", "recovery": "ern", "log": "er", "cosign": "er"}
    for role in ROLES:
        old = vkey_of(getattr(maker.keys, role))
        with refused(maker, "last_key", role=role):
            add(maker, "key.retired", retired(old), maker.both())
        add(maker, *_added(role, "planned", lines[role])(maker))
    maker.entry_signer, maker.recovery_signer = NEW.entry, NEW.recovery
    for role in ROLES:
        old, new = vkey_of(getattr(maker.keys, role)), vkey_of(getattr(NEW, role))
        add(maker, "key.retired", retired(old, "lost"), maker.both())
        with refused(maker, "last_key", role=role):
            add(maker, "key.retired", retired(new), maker.both())
        assert maker.book.keys.in_force(role) == [getattr(NEW, role).verifier_key]


def test_a_key_does_not_sign_its_own_end(maker: Maker) -> None:
    """Neither the retired entry key nor the retired recovery key signs the retirement (N6)."""
    add(maker, *_added("entry", "planned", "enr")(maker))
    add(maker, *_added("recovery", "planned", "ern")(maker))
    e, r = maker.entry_signer, maker.recovery_signer
    for key, wrong in ((e, [e, r]), (r, [e, r]), (NEW.entry, [NEW.entry, r])):
        with refused(maker, "line_misplaced"):
            add(maker, "key.retired", retired(vkey_of(key)), wrong)
    add(maker, "key.retired", retired(vkey_of(r)), [NEW.entry, NEW.recovery])
    add(maker, "key.retired", retired(vkey_of(e)), [NEW.entry, NEW.recovery])


def test_only_a_key_in_force_is_retired(maker: Maker) -> None:
    """A key that never came, or has gone, cannot be retired (N8)."""
    for signer in (rotate(maker, 1)[0], NEW.entry, STRANGERS["another book"]):
        with refused(maker, "key_not_in_force"):
            add(maker, "key.retired", retired(vkey_of(signer)), maker.both())


def key_of(name: str, algorithm: int = ED25519, y: int = 4) -> str:
    """A key as text; nobody has to be able to sign with it."""
    public = y.to_bytes(PUBLIC_BYTES[algorithm], "little")
    return VerifierKey(name, algorithm, public).encode()


ENDINGS = (("entry", "/entry"), ("log", ""), ("recovery", "/recovery"))
NAMES = (f"{ORIGIN}/mldsa", f"{ORIGIN}x", "weihai.example/other/1")
NOT_CANONICAL = (FIELD_PRIME, FIELD_PRIME + 1, 2**255 - 1, 2**255 + FIELD_PRIME, 2**256 - 1)
# What no key of a role can be: another name or algorithm, another spelling, no key at all.
NO_KEYS = [
    *[(role, key_of(name + end), "key_role") for role, end in ENDINGS for name in NAMES],
    *[(role, key_of(ORIGIN + end, MLDSA44_COSIGNATURE), "key_role") for role, end in ENDINGS],
    ("cosign", key_of(f"{ORIGIN}/mldsa"), "key_role"),
    ("cosign", key_of(f"{ORIGIN}/mldsa", ED25519_COSIGNATURE), "key_role"),
    ("log", key_of(ORIGIN, ED25519_COSIGNATURE), "key_role"),
    *[("log", key_of(ORIGIN, y=y), "key_not_canonical") for y in NOT_CANONICAL],
    *[("log", junk, "vkey_malformed") for junk in ("", "+", ORIGIN, f"{ORIGIN}+00+", "+" * 2200)],
    ("log", key_of(ORIGIN)[:-1], "base64_malformed"),
    ("log", f"{ORIGIN}+00000000+{key_of(ORIGIN)[-44:]}", "key_id_mismatch"),
    ("log", f"{ORIGIN}+00000000+AQ==", "key_length"),
    ("log", f"{ORIGIN}+00000000+AgE=", "key_algorithm"),
]


@pytest.mark.parametrize(("role", "key", "code"), NO_KEYS)
def test_no_key_of_the_role(maker: Maker, role: str, key: str, code: str) -> None:
    """What is no key of its role comes in neither with the book nor later, and does not go."""
    with refused(maker, code):
        add(maker, "key.added", added(role, key), maker.both())
    with refused(maker, "key_not_in_force" if code.endswith(("role", "canonical")) else code):
        add(maker, "key.retired", retired(key), maker.both())
    empty = Maker()
    with refused(empty, code):
        empty.open(keys={**empty.keys.vkeys(), role: key})


def test_the_largest_canonical_key(maker: Maker) -> None:
    """The largest y below 2^255 - 19 is taken (N9)."""
    add(maker, "key.added", added("log", key_of(ORIGIN, y=FIELD_PRIME - 1)), maker.both())
