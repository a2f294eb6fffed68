"""What `doctor` finds out about the machine: versions, file locks, permissions, room on disks."""

import os
import platform
import shutil
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from importlib.metadata import version
from pathlib import Path
from typing import TypeAlias

from volunteer_credit.config import FILE_ENDING, PREFIX, Settings
from volunteer_credit.shared.errors import ServiceError
from volunteer_credit.shared.write_lock import file_locks_work

FREE_SHARE_MIN = 0.1
LIBRARIES = (
    "alembic",
    "apscheduler",
    "click",
    "cryptography",
    "flask",
    "granian",
    "psycopg",
    "sqlalchemy",
)
OTHERS, OTHERS_WRITE = 0o077, 0o022

Room: TypeAlias = tuple[int, int]  # bytes that are free, and all


class State(StrEnum):
    """What a check found."""

    OK = "ok"
    WARNING = "warning"
    FAILED = "failed"


@dataclass(frozen=True)
class Check:
    """One thing that was looked at, and what a person should know of it, in two languages."""

    name: str
    state: State
    en: str
    zh: str


def failed(name: str, problem: ServiceError) -> Check:
    """A check that ended with a refusal."""
    return Check(name, State.FAILED, problem.sentence("en"), problem.sentence("zh"))


def room(path: Path) -> Room:
    """The room on the disk of a folder."""
    usage = shutil.disk_usage(path)
    return usage.free, usage.total


def machine(
    settings: Settings,
    environ: Mapping[str, str],
    room_of: Callable[[Path], Room] = room,
    sqlite_version: tuple[int, ...] = sqlite3.sqlite_version_info,
) -> Iterator[Check]:
    """Look at everything outside of the database."""
    yield _versions()
    if settings.database_url.drivername == "sqlite":
        folder = Path(str(settings.database_url.database)).parent
        if folder.is_dir():
            locks = file_locks_work(folder)
            yield _locks(folder, works=locks)
            yield _wal(sqlite_version, locks=locks)
    yield from places(settings)
    for name, path in folders(settings).items():
        if path.is_dir():
            yield _room(name, room_of(path))
    for name, path in secret_files(environ).items():
        yield _secret_file(name, path)
    yield from _web(settings)


def places(settings: Settings) -> Iterator[Check]:
    """Look at the folders: there, ours, and closed to others."""
    for name, path in folders(settings).items():
        yield _folder(name, path, public=name == "export_dir")


def folders(settings: Settings) -> dict[str, Path]:
    """The folders that the settings name, the ones of SQLite's files included."""
    found = {
        "archive_dir": settings.archive_dir,
        "export_dir": settings.export_dir,
        "backup_dir": settings.backup_dir,
        "person_keys_backup_dir": settings.person_keys_backup_dir,
    }
    for name in ("database_url", "person_keys_url"):
        url = getattr(settings, name)
        if url.drivername == "sqlite":
            found[name] = Path(str(url.database)).parent
    return found


def secret_files(environ: Mapping[str, str]) -> dict[str, Path]:
    """The files that hold a setting."""
    return {
        name: Path(path)
        for name, path in sorted(environ.items())
        if name.startswith(PREFIX) and name.endswith(FILE_ENDING)
    }


def has_wal_fault(sqlite_version: tuple[int, ...]) -> bool:
    """Whether this SQLite has the race between a WAL reset and a writer (mended in 3.51.3)."""
    mended = ((3, 44, 6), (3, 50, 7))  # and in these older lines
    in_line = any(line <= sqlite_version < (line[0], line[1] + 1) for line in mended)
    return sqlite_version < (3, 51, 3) and not in_line


def _versions() -> Check:
    found = ", ".join(f"{name} {version(name)}" for name in LIBRARIES)
    text = f"Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}, {found}"
    return Check("versions", State.OK, text, text)


def _locks(folder: Path, *, works: bool) -> Check:
    if works:
        return Check(
            "file_locks", State.OK, f"File locks work in {folder}.", f"{folder} 的文件锁正常。"
        )
    return Check(
        "file_locks",
        State.FAILED,
        f"File locks do not work in {folder}, so SQLite runs slower, without WAL (TRUNCATE): move"
        " the database to a local disk.",
        f"{folder} 的文件锁不起作用，SQLite 未使用 WAL（TRUNCATE），较慢：请把数据库移到本地磁盘。",
    )


def _wal(sqlite_version: tuple[int, ...], *, locks: bool) -> Check:
    spelled = ".".join(map(str, sqlite_version))
    if locks and not has_wal_fault(sqlite_version):
        text = f"SQLite {spelled}: WAL"
        return Check("sqlite", State.OK, text, text)
    if locks:
        return Check(
            "sqlite",
            State.OK,
            f"SQLite {spelled} has the WAL-reset fault; WAL is safe: one lock holds all writers.",
            f"SQLite {spelled} 有 WAL 重置缺陷；所有写入由同一把锁保护，因此 WAL 是安全的。",
        )
    text = f"SQLite {spelled}: TRUNCATE"
    return Check("sqlite", State.OK, text, text)


def _folder(name: str, path: Path, *, public: bool) -> Check:
    if not path.is_dir():
        return Check(
            name,
            State.FAILED,
            f"{path} is missing; run init, or mount its disk.",
            f"缺少 {path}；请运行 init，或挂载其磁盘。",
        )
    if not os.access(path, os.R_OK | os.W_OK | os.X_OK):
        return Check(
            name,
            State.FAILED,
            f"{path} cannot be written to by this user.",
            f"当前用户不能写入 {path}。",
        )
    if path.stat().st_mode & (OTHERS_WRITE if public else OTHERS):
        mode = "go-w" if public else "go-rwx"
        return Check(
            name,
            State.FAILED,
            f"{path} is open to others: chmod {mode}.",
            f"{path} 对其他用户开放：请执行 chmod {mode}。",
        )
    return Check(name, State.OK, f"{path} is there and ours.", f"{path} 存在，权限正确。")


def _room(name: str, there: Room) -> Check:
    free, total = there
    share = free * 100 // max(total, 1)
    state = State.OK if free > total * FREE_SHARE_MIN else State.FAILED
    return Check(
        f"{name}_room",
        state,
        f"{share} % of the disk is free (more than {FREE_SHARE_MIN:.0%} is needed).",
        f"磁盘剩余 {share} %（须多于 {FREE_SHARE_MIN:.0%}）。",
    )


def _secret_file(name: str, path: Path) -> Check:
    if path.stat().st_mode & OTHERS:
        return Check(
            name,
            State.FAILED,
            f"{path} is open to others: chmod 600.",
            f"{path} 对其他用户开放：请执行 chmod 600。",
        )
    return Check(name, State.OK, f"{path} is closed to others.", f"{path} 仅本用户可读。")


def _web(settings: Settings) -> Iterator[Check]:
    url = settings.public_url
    if settings.plain_http:
        yield Check(
            "web",
            State.WARNING,
            f"{url} is plain http: a demonstration, whose sign-ins others on the way can read.",
            f"{url} 未加密（http）：仅供演示，途中的人可能读到登录信息。",
        )
    elif not settings.trusted_proxies:
        yield Check(
            "web",
            State.WARNING,
            f"{url} needs a proxy that speaks https, and VC_TRUSTED_PROXIES is 0: all people share"
            " one address, so one of them can use up the sign-in tries of all.",
            f"{url} 需要提供 https 的代理，而 VC_TRUSTED_PROXIES 为 0：所有人共用一个地址，"
            "一个人就可能用尽所有人的登录次数。",
        )
    else:
        count = settings.trusted_proxies
        yield Check(
            "web", State.OK, f"{url}, behind {count} proxies.", f"{url}，经过 {count} 层代理。"
        )
    port = settings.metrics_port
    where = (f"from port {port} on", f"端口从 {port} 起") if port else ("off", "未启用")
    yield Check("metrics", State.OK, f"Metrics: {where[0]}.", f"运行指标：{where[1]}。")
    if settings.code_sender == "console" and settings.clock != "demo":
        yield Check(
            "code_sender",
            State.WARNING,
            "VC_CODE_SENDER=console prints one-time codes to the log; it is for demonstrations.",
            "VC_CODE_SENDER=console 会把验证码写入日志，仅供演示。",
        )
