"""How often something may be tried: counted in the database, for all processes and restarts.

A window begins with the first try and lasts a fixed time. What is limited (an address, a session, a
telephone number) is stored as a MAC and can't be read back. A try is counted in a transaction of
its own, so it stays counted when the request is then refused: spend before the operation, never
inside of one.
"""

from datetime import time

from sqlalchemy import BigInteger, String, delete, or_, text
from sqlalchemy.orm import Mapped, mapped_column

from volunteer_credit.shared.db import Model, opened, retried, transaction
from volunteer_credit.shared.derived import derived
from volunteer_credit.shared.errors import LimitedError
from volunteer_credit.shared.jobs import Job, Period
from volunteer_credit.shared.runtime import Runtime, current

WINDOW_SECONDS_MAX = 86_400
FULL_KEPT_MAX = 10_000


class LimitRow(Model):
    """How often `what` was tried for one subject in the window that ends at `ends_at_ms`."""

    __tablename__ = "web_limits"
    __table_args__ = ({"info": {"class": "city", "sidecar": False}},)

    what: Mapped[str] = mapped_column(String(40), primary_key=True)
    subject: Mapped[str] = mapped_column(String(32), primary_key=True)
    spent: Mapped[int] = mapped_column(BigInteger)
    ends_at_ms: Mapped[int] = mapped_column(BigInteger)


# A window further away than two lengths was begun by a clock that was wrong.
_SPEND = text("""
    INSERT INTO web_limits (what, subject, spent, ends_at_ms)
    VALUES (:what, :subject, 1, :ends_at_ms)
    ON CONFLICT (what, subject) DO UPDATE SET
        spent = CASE
            WHEN web_limits.ends_at_ms > :at_ms AND web_limits.ends_at_ms <= :latest_ms
            THEN web_limits.spent + 1 ELSE 1 END,
        ends_at_ms = CASE
            WHEN web_limits.ends_at_ms > :at_ms AND web_limits.ends_at_ms <= :latest_ms
            THEN web_limits.ends_at_ms ELSE excluded.ends_at_ms END
    RETURNING spent, ends_at_ms
""")


class TooManyError(LimitedError):
    """More tries than a window allows."""

    code = "too_many_tries"
    en = "Too many tries; nothing was done. Try again in {seconds} s."
    zh = "操作过于频繁，未执行任何操作；请 {seconds} 秒后再试。"


class _Full:
    """The windows that this process knows to be full: a flood of tries costs no writes."""

    def __init__(self, _runtime: Runtime) -> None:
        self.ends_at_ms: dict[tuple[str, str], int] = {}

    def remember(self, pair: tuple[str, str], ends_at_ms: int) -> None:
        if len(self.ends_at_ms) >= FULL_KEPT_MAX:
            self.ends_at_ms.clear()
        self.ends_at_ms[pair] = ends_at_ms


def spend(what: str, key: str, count_max: int, window_seconds: int, at_ms: int) -> int | None:
    """Count one try. None: it is one of the `count_max` of this window; else seconds to wait.

    Raises: DatabaseBusyError and what else `db_errors` knows; then nothing was counted.
    """
    assert 0 < window_seconds <= WINDOW_SECONDS_MAX
    runtime = current()
    pair = (what, derived(runtime).mac("limits", f"{what}\n{key}"))
    window_ms = window_seconds * 1000
    full = runtime.part(_Full, _Full)
    known_ms = full.ends_at_ms.get(pair, 0)
    if at_ms < known_ms <= at_ms + window_ms:
        return _wait_seconds(known_ms, at_ms)
    values = {
        "what": what,
        "subject": pair[1],
        "at_ms": at_ms,
        "ends_at_ms": at_ms + window_ms,
        "latest_ms": at_ms + 2 * window_ms,
    }
    spent, ends_at_ms = _count(values)
    if spent <= count_max:
        return None
    full.remember(pair, ends_at_ms)
    return _wait_seconds(ends_at_ms, at_ms)


@retried
def _count(values: dict[str, object]) -> tuple[int, int]:
    with opened() as now:
        spent, ends_at_ms = now.connection.execute(_SPEND, values).one()
    return spent, ends_at_ms


def _wait_seconds(ends_at_ms: int, at_ms: int) -> int:
    return -(-(ends_at_ms - at_ms) // 1000)


def purge(at_ms: int) -> None:
    """Forget windows that are over, and those that only a wrong clock can have begun."""
    latest_ms = at_ms + 2 * WINDOW_SECONDS_MAX * 1000
    over = or_(LimitRow.ends_at_ms <= at_ms, LimitRow.ends_at_ms > latest_ms)
    with transaction() as session:
        session.execute(delete(LimitRow).where(over).execution_options(synchronize_session=False))


def jobs() -> list[Job]:
    """What the scheduler runs for limits."""
    return [Job(name="purge_limits", run=_purge, daily_at=time(3, 50))]


def _purge(_period: Period) -> None:
    purge(current().clock.now_ms())
