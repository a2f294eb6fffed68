"""Forgetting in time what signing in leaves behind."""

from sqlalchemy import Delete, delete, or_

from volunteer_credit.people.models.sessions import ChallengeRow, CodeRow, CounterRow, SessionRow
from volunteer_credit.people.operations.pins import PIN
from volunteer_credit.shared.db import transaction

DAY_MS = 86_400_000
CODES_KEPT_MS = DAY_MS
SESSIONS_KEPT_MS = 30 * DAY_MS
LOCKS_KEPT_MS = 90 * DAY_MS  # of a PIN that was tried too often and never set anew
_sessions = SessionRow.__table__.c


def purge_sign_in(at_ms: int) -> None:
    """Forget codes and challenges a day after they expired, sessions 30 days after their end."""
    old_ms = at_ms - SESSIONS_KEPT_MS
    over = or_(
        _sessions.ends_at_ms < old_ms,
        _sessions.seen_at_ms + _sessions.idle_ms < old_ms,
        _sessions.revoked_at_ms < old_ms,
    )
    locks = CounterRow.kind == PIN, CounterRow.changed_at_ms < at_ms - LOCKS_KEPT_MS
    with transaction() as session:
        for asked in (
            delete(CodeRow).where(CodeRow.expires_at_ms < at_ms - CODES_KEPT_MS),
            delete(ChallengeRow).where(ChallengeRow.expires_at_ms < at_ms - CODES_KEPT_MS),
            delete(SessionRow).where(over),
            delete(CounterRow).where(*locks),
        ):
            session.execute(_plain(asked))


def _plain(asked: Delete) -> Delete:
    return asked.execution_options(synchronize_session=False)
