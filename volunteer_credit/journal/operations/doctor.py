"""What `doctor` finds out about the database and its books. It writes nothing."""

from collections.abc import Iterable, Iterator, Sequence

from sqlalchemy import Connection, select
from sqlalchemy.orm import Session

from ledger.errors import LedgerError
from ledger.keys import NAME_ENDING
from ledger.store import head_size
from volunteer_credit.journal import queries
from volunteer_credit.journal.models import HeadRow, KeyRow
from volunteer_credit.journal.operations.backup import backups, snapshot
from volunteer_credit.journal.operations.backup_files import read_manifest
from volunteer_credit.journal.operations.catch_up import unpublished
from volunteer_credit.journal.operations.clocks import clocks
from volunteer_credit.journal.operations.compare import of_book
from volunteer_credit.journal.operations.examine import entry_of, key_ring
from volunteer_credit.journal.operations.folders import PUBLICATION
from volunteer_credit.journal.operations.guard import Guard
from volunteer_credit.journal.operations.keys import ROW_KEY_ID, keeper
from volunteer_credit.journal.operations.sidecar import ARCHIVE as ARCHIVE_KEY
from volunteer_credit.journal.operations.sidecar import archive_name
from volunteer_credit.journal.operations.sidecar_files import operations_archived
from volunteer_credit.journal.rules.errors import HeadChangedError, NotAnEntryError
from volunteer_credit.journal.rules.head import RESTORED, Head, head_of
from volunteer_credit.journal.rules.recovery_errors import RestoredError
from volunteer_credit.journal.rules.times import CONFIRMED_MS, is_confirmed
from volunteer_credit.shared import migrations
from volunteer_credit.shared.checks import Check, State, failed
from volunteer_credit.shared.errors import ServiceError
from volunteer_credit.shared.person_keys import person_keys
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
    with snapshot() as connection:
        yield _database(connection)
        yield _clock(connection, now_ms)
        yield _keys_open(connection)
        books = list(connection.execute(select(_heads.community_id, _heads.origin)))
    for community, origin in books:
        yield from _book(community, origin, now_ms)
    yield _backup(now_ms, [community for community, _ in books])
    yield _person_keys()


def start_checks() -> Iterator[Check]:
    """Look at what a server cannot start without: the schema, and keys that open."""
    try:
        revision, is_behind = migrations.current(), migrations.is_behind()
    except ServiceError as problem:
        yield failed("schema", problem)
        return
    if is_behind:
        yield _schema(revision)
        return
    with snapshot() as connection:
        yield _keys_open(connection)


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


def _database(connection: Connection) -> Check:
    """Name the engine: of SQLite and its locks the checks of the machine say more."""
    version = connection.dialect.server_version_info or ()
    name = {"postgresql": "PostgreSQL", "sqlite": "SQLite"}.get(connection.dialect.name, "?")
    text = f"{name} {'.'.join(map(str, version))}"
    return Check("database", State.OK, text, text)


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


def _book(community_id: str, origin: str, now_ms: int) -> Iterator[Check]:
    """Look at one book; the first thing wrong ends it."""
    name, looked = f"book {origin}", Guard(current())
    try:
        # Before the rows: sealing goes on meanwhile, and the folders must not look ahead of them.
        known, archived = looked.known(origin), operations_archived(community_id)
        with snapshot() as connection, Session(connection) as session:
            row = queries.head_row(session, community_id)
            if row is None or row["origin"] != origin:
                return  # another book has followed by now
            head = head_of(row)
            _check_head(session, head, bytes(row["mac"]), row["beyond"])
            _check_keys(session, head)
            looked.check_archive(session, head)
            looked.check_operations(head, archived)
            looked.look(session, head, known)
            yield Check(
                name,
                State.OK,
                f"{head.size} entries; archive and publication agree.",
                f"{head.size} 个条目；归档与公开副本一致。",
            )
            published = max((each.size for where, each in known if where == PUBLICATION), default=0)
            yield from _times(head, now_ms)
            yield from _waiting(session, head, published, now_ms)
        yield from _earlier(head)
    except (ServiceError, LedgerError) as problem:
        yield Check(name, State.FAILED, problem.sentence("en"), problem.sentence("zh"))


def _check_head(session: Session, head: Head, mac: bytes, beyond: int | None) -> None:
    if mac.startswith(RESTORED):
        raise RestoredError(origin=head.origin)
    if mac != head.code(keeper().keys(session, head).head_key):
        raise HeadChangedError(origin=head.origin)
    if beyond is not None:
        raise NotAnEntryError(origin=head.origin, seq=beyond, reason="beyond the head")


def _check_keys(session: Session, head: Head) -> None:
    """See that every key in force is here: some are needed only when it is too late."""
    ring = key_ring(session, head)
    for role in NAME_ENDING:
        for key in ring.in_force(role):
            keeper().seed(session, head.origin, role, key.key_id.hex())
    keeper().seed(session, archive_name(head.community_id), ARCHIVE_KEY, ROW_KEY_ID)


def _times(head: Head, now_ms: int) -> Iterator[Check]:
    """Look at the clock against the last entry."""
    name = f"book {head.origin}"
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


def _waiting(session: Session, head: Head, published: int, now_ms: int) -> Iterator[Check]:
    """Look at how long the oldest entry without a published checkpoint waits for one."""
    start = min(published, head_size(queries.newest_checkpoint(session, head)))
    for row in queries.entries(session, head, start, min(start + 1, head.size)):
        since_ms = now_ms + head.clock_offset_ms - entry_of(row.note).at_ms
        if since_ms > UNSEALED_MS:
            yield Check(
                f"book {head.origin}",
                State.FAILED,
                f"{head.size - start} entries have waited {since_ms // MINUTE_MS} min for a"
                " checkpoint: does the scheduler run?",
                f"{head.size - start} 个条目已等待检查点 {since_ms // MINUTE_MS} 分钟："
                "调度程序在运行吗？",
            )


def _earlier(head: Head) -> Iterator[Check]:
    """Look at the ends of the books before."""
    for number in range(1, head.book):
        origin = of_book(head, number).origin
        count = unpublished(origin)
        if count:
            yield Check(
                f"book {origin}",
                State.FAILED,
                f"{count} of its last entries are not published: run the job seal, see its log.",
                f"末尾 {count} 个条目尚未公开：请运行任务 seal 并查看日志。",
            )


def _person_keys() -> Check:
    """Look at the store of people's keys and its second store."""
    try:
        person_keys(current()).require_current()
    except ServiceError as problem:
        return failed("person_keys", problem)
    return Check(
        "person_keys",
        State.OK,
        "People's keys and their second store are of one time.",
        "个人密钥与其第二存储一致。",
    )


def _founded_ms(communities: Iterable[str]) -> int | None:
    """When the first of these books began that is open now."""
    with snapshot() as connection, Session(connection) as session:
        rows = [queries.head_row(session, each) for each in communities]
        heads = [head_of(row) for row in rows if row is not None]
        first = [row.note for head in heads for row in queries.entries(session, head, 0, 1)]
    return min((entry_of(note).at_ms for note in first), default=None)


def _backup(now_ms: int, communities: Sequence[str]) -> Check:
    found = backups(current().settings.backup_dir)
    if not found:
        since_ms = _founded_ms(communities)
        late = since_ms is not None and now_ms - since_ms > BACKUP_MS
        state = State.FAILED if late else State.WARNING
        return Check("backup", state, "There is no backup yet.", "还没有备份。")
    try:
        age_ms = now_ms - read_manifest(found[-1]).at_ms
    except ServiceError as problem:
        return failed("backup", problem)
    if age_ms < -CLOCK_MS:  # the clock was wrong then or is now; its age says nothing
        return Check(
            "backup",
            State.FAILED,
            f"The newest backup, {found[-1].name}, is from the future: remove it, make another.",
            f"最近的备份 {found[-1].name} 的时间在未来：请将其移走并重新备份。",
        )
    hours = age_ms // 3_600_000
    state = State.OK if age_ms <= BACKUP_MS else State.FAILED
    return Check(
        "backup",
        state,
        f"The newest backup is {hours} h old (at most {BACKUP_MS // 3_600_000} h).",
        f"最近的备份距今 {hours} 小时（最多 {BACKUP_MS // 3_600_000} 小时）。",
    )
