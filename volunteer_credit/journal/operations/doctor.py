"""What `doctor` finds out about the database and its books. It writes nothing."""

from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy import Connection, select
from sqlalchemy.orm import Session

from ledger.errors import LedgerError
from volunteer_credit.journal import queries
from volunteer_credit.journal.models import HeadRow, KeyRow
from volunteer_credit.journal.operations.backup import backups, snapshot
from volunteer_credit.journal.operations.backup_files import read_manifest
from volunteer_credit.journal.operations.clocks import clocks
from volunteer_credit.journal.operations.guard import Guard
from volunteer_credit.journal.operations.keys import keeper
from volunteer_credit.journal.rules.errors import HeadChangedError, NotAnEntryError
from volunteer_credit.journal.rules.head import RESTORED, Head, head_of
from volunteer_credit.journal.rules.recovery_errors import RestoredError
from volunteer_credit.journal.rules.times import CONFIRMED_MS, is_confirmed
from volunteer_credit.shared import migrations
from volunteer_credit.shared.checks import Check, State, failed
from volunteer_credit.shared.errors import ServiceError
from volunteer_credit.shared.runtime import current

CLOCK_MS = 2000
UNSEALED_MS = 5 * 60_000
BACKUP_MS = 26 * 3_600_000
MINUTE_MS = 60_000

_heads, _keys = HeadRow.__table__.c, KeyRow.__table__.c


def journal_checks() -> Iterator[Check]:
    """Look at the schema, the clock, the keys, each book, and the newest backup."""
    try:
        revision = migrations.current()
    except ServiceError as problem:
        yield failed("schema", problem)
        return
    yield _schema(revision)
    if revision != migrations.newest():
        return
    now_ms = current().clock.now_ms()
    with snapshot() as connection, Session(connection) as session:
        yield _clock(connection, now_ms)
        yield _keys_open(connection)
        for community in list(connection.scalars(select(_heads.community_id))):
            row = queries.head_row(session, community)
            if row is not None:
                yield from _book(session, dict(row), now_ms)
    yield _backup(now_ms)


def _schema(revision: str | None) -> Check:
    newest = migrations.newest()
    if revision == newest:
        return Check("schema", State.OK, f"The schema is at {newest}.", f"数据库结构为 {newest}。")
    return Check(
        "schema",
        State.FAILED,
        f"The schema is at {revision}, this release needs {newest}: run migrate.",
        f"数据库结构为 {revision}，本版本需要 {newest}：请运行 migrate。",
    )


def _clock(connection: Connection, now_ms: int) -> Check:
    off_ms = 0  # SQLite has no clock of its own
    if connection.dialect.name == "postgresql":
        off_ms = now_ms - clocks().database_now_ms(connection)
    state = State.OK if abs(off_ms) <= CLOCK_MS else State.FAILED
    return Check(
        "clock",
        state,
        f"This clock is {off_ms} ms ahead of the database's.",
        f"本机时钟比数据库快 {off_ms} 毫秒。",
    )


def _keys_open(connection: Connection) -> Check:
    rows = connection.execute(select(_keys.origin, _keys.role, _keys.key_id)).all()
    for origin, role, key_id in rows:
        try:
            keeper().seed(connection, origin, role, key_id)
        except ServiceError as problem:
            return failed("keys", problem)
    return Check("keys", State.OK, f"All {len(rows)} keys open.", f"{len(rows)} 个密钥均可解密。")


def _book(session: Session, row: Mapping[str, Any], now_ms: int) -> Iterator[Check]:
    """Look at one book; the first thing wrong ends it."""
    head = head_of(row)
    name = f"book {head.origin}"
    try:
        _check_head(session, head, bytes(row["mac"]), row["beyond"])
        looked = Guard(current())
        looked.check_archive(session, head)
        looked.look(session, head)
    except (ServiceError, LedgerError) as problem:
        yield Check(name, State.FAILED, problem.sentence("en"), problem.sentence("zh"))
        return
    yield Check(
        name,
        State.OK,
        f"{head.size} entries; archive and publication agree.",
        f"{head.size} 个条目；归档与公开副本一致。",
    )
    yield from _times(session, head, name, now_ms)


def _check_head(session: Session, head: Head, mac: bytes, beyond: int | None) -> None:
    if mac.startswith(RESTORED):
        raise RestoredError(origin=head.origin)
    if mac != head.code(keeper().keys(session, head).head_key):
        raise HeadChangedError(origin=head.origin)
    if beyond is not None:
        raise NotAnEntryError(origin=head.origin, seq=beyond, reason="beyond the head")


def _times(session: Session, head: Head, name: str, now_ms: int) -> Iterator[Check]:
    """Look at the clock against the last entry, and at how long it waits for its checkpoint."""
    since_ms = now_ms + head.clock_offset_ms - head.last_at_ms
    if since_ms < -CLOCK_MS:
        yield Check(
            name,
            State.FAILED,
            f"The last entry is {-since_ms} ms in the future: look at the clock.",
            f"最后一个条目在未来 {-since_ms} 毫秒：请检查时钟。",
        )
    elif since_ms > CONFIRMED_MS and not is_confirmed(now_ms, head.clock_confirmed_ms):
        yield Check(
            name,
            State.WARNING,
            f"No entry for {since_ms // 3_600_000} h: writing waits for clock-confirm.",
            f"已 {since_ms // 3_600_000} 小时没有条目：写入前须运行 clock-confirm。",
        )
    sealed = queries.sealed_sizes(session)[head.community_id][2]
    if sealed < head.size and since_ms > UNSEALED_MS:
        yield Check(
            name,
            State.FAILED,
            f"{head.size - sealed} entries have waited {since_ms // MINUTE_MS} min for a"
            " checkpoint: does the scheduler run?",
            f"{head.size - sealed} 个条目已等待检查点 {since_ms // MINUTE_MS} 分钟："
            "调度程序在运行吗？",
        )


def _backup(now_ms: int) -> Check:
    found = backups(current().settings.backup_dir)
    if not found:
        return Check("backup", State.WARNING, "There is no backup yet.", "还没有备份。")
    try:
        age_ms = now_ms - read_manifest(found[-1]).at_ms
    except ServiceError as problem:
        return failed("backup", problem)
    hours = age_ms // 3_600_000
    state = State.OK if age_ms <= BACKUP_MS else State.FAILED
    return Check(
        "backup",
        state,
        f"The newest backup is {hours} h old (at most {BACKUP_MS // 3_600_000} h).",
        f"最近的备份距今 {hours} 小时（最多 {BACKUP_MS // 3_600_000} 小时）。",
    )
