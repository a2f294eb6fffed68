"""Commands that write a book in a directory: keygen, new, append, checkpoint."""

from argparse import Namespace
from pathlib import Path
from typing import Any

from ledger import canonical, chart
from ledger.book import Book
from ledger.checkpoint import read_checkpoint
from ledger.cli_errors import (
    BookEmptyError,
    InputEmptyError,
    LineError,
    SignerMissingError,
    UsageError,
)
from ledger.clock import next_at
from ledger.console import Console, input_fields, numbered_lines
from ledger.cosignature import MldsaCosigner
from ledger.entry import NOTE_BYTES_MAX, VERSION, decode, encode, entry_id
from ledger.errors import LedgerError
from ledger.files import WORK, DirectoryStore
from ledger.forms import is_origin
from ledger.keyfiles import WITNESS, KeyFolder, write_book_keys, write_key
from ledger.keys import COSIGN, LOG, NAME_ENDING
from ledger.kinds import FOUNDER_ROLES, FOUNDERS, KEY_ROLES
from ledger.log import Log
from ledger.merkle import Edge, leaf_hash
from ledger.note import Ed25519Signer, parse_note
from ledger.policy import (
    parse_policy,
)
from ledger.seal import seal
from ledger.state import state_hash
from ledger.store import head_size
from ledger.store_errors import NoBookError, TreeForkError
from ledger.vkey import SEED_BYTES

OPERATOR = {"account": "operator:1", "role": "operator"}
NUMBER_BYTES = 16


def keygen(words: Namespace, console: Console) -> int:
    """Make the four keys of a book, one more of them (--role), or the key of a witness."""
    folder = Path(words.folder)
    if folder.exists() and not folder.is_dir():
        raise UsageError(problem=f"{folder} is not a folder")
    if words.witness is not None:
        if words.role:
            raise UsageError(problem="--role goes with --origin")
        made = write_key(folder, WITNESS, words.witness, console.random(SEED_BYTES))
        console.say(f"made {made.stem}.key of the witness {words.witness} in {folder}")
        return 0
    origin = _origin(words.origin)
    if words.role:
        name, seed = origin + NAME_ENDING[words.role], console.random(SEED_BYTES)
        made = write_key(folder, words.role, name, seed)
        console.say(f"made {made.stem}.key of {origin} in {folder}; add {made.stem}.vkey to a book")
        return 0
    write_book_keys(folder, origin, console.random)
    console.say(f"made the four keys of {origin} in {folder}; keep the recovery key somewhere else")
    return 0


def new(words: Namespace, console: Console) -> int:
    """Begin a book in an empty folder: entry 0, its first checkpoint, its policy."""
    origin, keys = _origin(words.origin), KeyFolder(Path(words.keys))
    founders = _founders(words.founder, console)
    previous = canonical.load(console.read_file(words.previous).strip()) if words.previous else []
    data = {
        "clock": words.clock,
        "founders": founders,
        "keys": {role: keys.first(origin, role).encode() for role in KEY_ROLES},
        "previous": previous,
        "type": words.type,
        "utc_offset_minutes": words.utc_offset_minutes,
    }
    fields = {"actor": OPERATOR, "data": data, "kind": "book.opened"}
    fields["key"] = console.random(NUMBER_BYTES).hex()
    log = Log(Book(origin))
    note = _append(log, fields, keys, console.clock_ms(), confirmed=True)
    with DirectoryStore.create(Path(words.folder)) as store:
        store.append(0, [note])
        _publish(store, log, keys, console)
    names = " and ".join(f"{each['role']} {each['account']}" for each in founders)
    console.say(f"began {origin} in {words.folder}; founders: {names}")
    return 0


def append(words: Namespace, console: Console) -> int:
    """Append the entries of standard input, one JSON object a line; all or none."""
    folder, keys = Path(words.folder), KeyFolder(Path(words.keys))
    if not (folder / WORK / "unsealed").is_file():  # or the input would be waited for in vain
        raise NoBookError(path=folder)
    lines = list(numbered_lines(console.read_input()))
    if not lines:
        raise InputEmptyError
    with DirectoryStore(folder) as store:
        log = _reopened(store)
        # D1: the clock, once for the whole batch, after the lock.
        start, now_ms = store.size(), console.clock_ms()
        notes = []
        for number, line in lines:
            try:
                fields = input_fields(line)
                fields.setdefault("key", console.random(NUMBER_BYTES).hex())
                notes.append(_append(log, fields, keys, now_ms, confirmed=words.confirm_clock))
            except LedgerError as problem:
                raise LineError(number, problem) from problem
        store.append(start, notes)
    which = f"entry {start}" if len(notes) == 1 else f"entries {start} to {log.book.size - 1}"
    console.say(f"appended {which}; the next checkpoint publishes what is new")
    return 0


def checkpoint(words: Namespace, console: Console) -> int:
    """Sign and publish the entries so far."""
    keys = KeyFolder(Path(words.keys))
    with DirectoryStore(Path(words.folder)) as store:
        log, published = _reopened(store), head_size(store.head())
        _publish(store, log, keys, console)
    size = log.book.size
    if size == published:
        console.say(f"nothing is new: all {size} entries were published before")
    else:
        console.say(f"published {size} entries, {size - published} new; root {_root(log)}")
    return 0


def _root(log: Log) -> str:
    return log.edge.root().hex()


def _reopened(store: DirectoryStore) -> Log:
    """The log of a stored book, replayed; the signatures were checked when they were made.

    Raises: BookEmptyError (incomplete), TreeForkError (fork), and as `Book.read`.
    """
    if not store.size():
        raise BookEmptyError(folder=store.folder)
    notes, head = store.read(0, store.size()), store.head()
    first = next(notes)
    log = Log(Book(decode(parse_note(first, bytes_max=NOTE_BYTES_MAX).text).book), Edge())
    for note in (first, *notes):
        log.book.read(note, verify=False)
        log.edge.append(leaf_hash(note))
        if head is not None and log.edge.size == head_size(head):
            signed = read_checkpoint(head)[0]
            if log.edge.root() != signed.root:
                raise TreeForkError(checkpoint=signed.size)
    return log


def _append(
    log: Log, fields: dict[str, Any], keys: KeyFolder, now_ms: int, *, confirmed: bool
) -> bytes:
    """Append one entry to the log, signed by whoever has to."""
    key, account = fields.pop("key"), fields["actor"]["account"]
    if fields["kind"] == "clock.reset":
        at_ms = now_ms // 1000 * 1000
    else:
        at_ms = next_at(now_ms, log.book.last_at_ms, now_ms, confirmed=confirmed)
    fields |= {"at": at_ms, "id": entry_id(log.book.origin, account, key, 0)}
    _complete(log.book, fields)
    value = {**fields, "v": VERSION, "book": log.book.origin, "seq": log.book.size}
    entry, _ = encode(value)
    return log.append(fields, [keys.signer(allowed) for allowed in log.book.lines_of(entry)])


def _complete(book: Book, fields: dict[str, Any]) -> None:
    """What only the writer knows of `clock.reset` and `book.closed`, where it is left out."""
    data = fields["data"]
    if fields["kind"] == "clock.reset" and "last_at" not in data:
        data["last_at"] = book.last_at_ms
    elif fields["kind"] == "book.closed" and "state" not in data:
        data["state"] = state_hash(book.closing_lines(fields["at"]))


def _publish(store: DirectoryStore, log: Log, keys: KeyFolder, console: Console) -> None:
    """Publish the policy and a checkpoint, signed with every key in force that we hold (T3)."""
    ring = log.book.keys
    logs = [key for key in keys.held(ring.in_force(LOG)) if isinstance(key, Ed25519Signer)]
    cosigners = [key for key in keys.held(ring.in_force(COSIGN)) if isinstance(key, MldsaCosigner)]
    for role, held in ((LOG, logs), (COSIGN, cosigners)):
        if not held:
            raise SignerMissingError(folder=keys.path, wanted=log.book.origin + NAME_ENDING[role])
    _publish_policy(store, log.book)
    seal(
        store,
        store.published.read,
        log.book.origin,
        logs=logs,
        cosigners=cosigners,
        at_seconds=console.clock_ms() // 1000,
    )


def _publish_policy(store: DirectoryStore, book: Book) -> None:
    """See that the policy lists every log key in force (T4); its other lines stay.

    Raises: as `parse_policy` (malformed).
    """
    try:
        policy = store.published.read("policy")
    except FileNotFoundError:
        policy = b"quorum none\n"
    listed = {log.key for log in parse_policy(policy).logs}
    missing = [key for key in book.keys.in_force(LOG) if key not in listed]
    if missing:
        store.put("policy", "".join(f"log {key.encode()}\n" for key in missing).encode() + policy)


def _origin(text: str) -> str:
    if not is_origin(text):
        raise UsageError(problem="--origin is NAMESPACE/COMMUNITY/NUMBER in small letters")
    return text


def _founders(texts: list[str], console: Console) -> list[dict[str, str]]:
    """The founders named, or two with new numbers."""
    if not texts:
        texts = [
            f"{console.random(NUMBER_BYTES).hex()}:{role}" for role in FOUNDER_ROLES[:FOUNDERS]
        ]
    parts = [text.partition(":") for text in texts]
    for account, colon, role in parts:
        if not chart.is_person(account) or role not in FOUNDER_ROLES:
            raise UsageError(problem=f"{account}{colon}{role} is not ACCOUNT:ROLE of a founder")
    if len({account for account, _, _ in parts}) != FOUNDERS or len(parts) != FOUNDERS:
        raise UsageError(problem="a book has two founders, two different persons")
    return [{"account": account, "role": role} for account, _, role in parts]
