"""What a database can do to an operation, said so that a person can act on it."""

import sqlite3

import psycopg
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as NoFreeConnectionError

from volunteer_credit.shared.errors import BusyError, ServiceError, StoppedError

# PostgreSQL's codes: serialization failure, deadlock; lock not available; statement cancelled.
RETRIED = frozenset({"40001", "40P01"})
BUSY = frozenset({"55P03", "57014", "53300"})
# Connection lost, server going down; a commit that may or may not have happened (CockroachDB); an
# operation that was silent for too long.
GONE = ("08", "57P", "40003", "25P03")
DISK_FULL = frozenset({"53100"})


class DatabaseBusyError(BusyError):
    """Other writers held the lock too long."""

    code = "database_busy"
    en = "Many people are writing right now; nothing was saved. Try again (waited {seconds} s)."
    zh = "现在写入的人很多，尚未保存；请稍后重试（已等待 {seconds} 秒）。"


class DatabaseGoneError(BusyError):
    """No connection. If it was lost during COMMIT, only a retry under the same key can say."""

    code = "database_gone"
    retry_after_seconds = 5
    en = (
        "The database does not answer, so it is not certain whether this was saved. Send the same "
        "request again shortly; it counts once."
    )
    zh = "数据库没有响应，尚不确定是否已保存；请稍后原样重新提交同一请求，不会重复记入。"


class DatabaseFullError(StoppedError):
    """No room on the disk of the database."""

    code = "database_full"
    en = "The disk of the database is full; nothing was saved. Make room, then try again."
    zh = "数据库所在磁盘已满，尚未保存；请腾出空间后重试。"


class DatabaseFailedError(StoppedError):
    """The disk or the file of the database."""

    code = "database_failed"
    en = "The database reports a fault ({reason}); nothing was saved. Look at its disk and log."
    zh = "数据库报告故障（{reason}），尚未保存；请检查其磁盘与日志。"


def is_retried(problem: DBAPIError) -> bool:
    """Whether the same transaction may well succeed when run again."""
    return _sqlstate(problem) in RETRIED


def translated(problem: SQLAlchemyError) -> ServiceError | None:
    """The refusal for an error of the driver or the pool; None where it is a fault of ours."""
    if not isinstance(problem, DBAPIError):
        return DatabaseBusyError(seconds=0) if isinstance(problem, NoFreeConnectionError) else None
    if isinstance(problem.orig, sqlite3.Error):
        return _of_sqlite(problem.orig)
    return _of_postgresql(problem)


def _of_postgresql(problem: DBAPIError) -> ServiceError | None:
    state = _sqlstate(problem)
    if state in RETRIED | BUSY:
        return DatabaseBusyError(seconds=0)
    if state in DISK_FULL:
        return DatabaseFullError()
    lost = problem.connection_invalidated or state.startswith(GONE)
    if lost or (isinstance(problem.orig, psycopg.OperationalError) and not state):
        return DatabaseGoneError()
    return None


def _of_sqlite(original: sqlite3.Error) -> ServiceError | None:
    code = getattr(original, "sqlite_errorcode", 0) & 0xFF  # the primary one
    if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        return DatabaseBusyError(seconds=0)
    if code == sqlite3.SQLITE_FULL:
        return DatabaseFullError()
    if code in (
        sqlite3.SQLITE_IOERR,
        sqlite3.SQLITE_CANTOPEN,
        sqlite3.SQLITE_READONLY,
        sqlite3.SQLITE_CORRUPT,
        sqlite3.SQLITE_NOTADB,
    ):
        return DatabaseFailedError(reason=getattr(original, "sqlite_errorname", "SQLITE"))
    return None


def _sqlstate(problem: DBAPIError) -> str:
    return getattr(problem.orig, "sqlstate", None) or ""
