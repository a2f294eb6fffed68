"""Audit exports: how long they are kept, how often they may be asked for, what is beside them."""

from collections.abc import Sequence
from dataclasses import dataclass

from volunteer_credit.shared.errors import LimitedError, MissingError

HOUR_MS = 3_600_000
KEPT_MS = 7 * 24 * HOUR_MS
HOURLY_MAX = 3
STEP_PERCENT = 5  # how much more must be done before it is written down
DONE_PERCENT = 100

WAITING, MAKING, READY, FAILED = "waiting", "making", "ready", "failed"
OPEN = (WAITING, MAKING)
README, POLICY = "README.txt", "policy"

_README = """\
The books of {community}, as published.    {community} 的账本公开内容

  1. Install Python 3.11 or newer and the package `cryptography`, and get the program
     `ledger` from somebody you trust, not from this archive.
     安装 Python 3.11 以上版本及 cryptography，并从您信任的来源取得 ledger 程序。
  2. Unpack this archive and run in it, for each book:
     解压后，在该目录中对每个账本运行：

{commands}
  The file `policy` names the keys that the service says are its own. Compare it with what your
  supervisors or witnesses have, or bring a policy of your own.
  policy 文件列出服务方自称的密钥；请与居务监督或见证方保存的核对，或使用您自己的策略文件。

  Exit code 0: everything holds. The meaning of the other codes: docs/ledger-format.md, section 15.
  退出码 0 表示全部核对无误；其他退出码见 docs/ledger-format.md 第 15 节。

Entries name persons by random numbers only. They are still personal data: keep them as such.
条目只以随机编号指代个人，但仍属个人信息，请妥善保管。
"""


class ExportsTooManyError(LimitedError):
    """More audit exports than an hour allows."""

    code = "exports_too_many"
    en = "There have been {count} exports within an hour; ask again in {seconds} s."
    zh = "一小时内已导出 {count} 次；请 {seconds} 秒后再申请。"


class ExportMissingError(MissingError):
    """No such export, or another person's, or over."""

    code = "export_missing"
    en = "There is no such export; it may be over. Ask for a new one."
    zh = "没有这份导出文件，可能已过期；请重新申请。"


@dataclass(frozen=True, slots=True)
class Export:
    """An audit export; times are UTC milliseconds."""

    export_id: str
    state: str
    percent: int
    count_bytes: int
    asked_at_ms: int
    ends_at_ms: int


def check_rate(asked_at_ms: Sequence[int], at_ms: int) -> None:
    """Accept one more export after those. Raises: ExportsTooManyError."""
    recent = sorted(each for each in asked_at_ms if each > at_ms - HOUR_MS)
    if len(recent) >= HOURLY_MAX:
        wait_ms = recent[-HOURLY_MAX] + HOUR_MS - at_ms
        raise ExportsTooManyError(count=len(recent), seconds=-(-wait_ms // 1000))


def readme(community_id: str, origins: Sequence[str]) -> bytes:
    """How to verify what is in the archive."""
    commands = []
    for place, origin in enumerate(origins):
        before = "".join(f" --predecessor {each}" for each in origins[:place])
        commands.append(f"     python -m ledger verify {origin} --policy policy{before}\n")
    return _README.format(community=community_id, commands="".join(commands)).encode()
