"""Scans in vain are kept with their reason: what happened at the door is a fact too."""

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from volunteer_credit.checkins.models.presences import ScanRow
from volunteer_credit.checkins.operations.judgement import Comer
from volunteer_credit.checkins.rules.reasons import Outcome
from volunteer_credit.shared.db import retried, transaction
from volunteer_credit.shared.errors import LimitedError
from volunteer_credit.shared.ids import new_id
from volunteer_credit.shared.limits import TooManyError, spend
from volunteer_credit.shared.runtime import current

TRIES_MAX, TRIES_SECONDS = 6, 60  # of one session or account, in vain or not


def kept(
    session: Session, outcome: Outcome, comer: Comer, at_ms: int, scan_id: str = ""
) -> Outcome:
    """Keep a scan in vain in the caller's transaction, and answer it."""
    session.add(
        ScanRow(
            community_id=outcome.community_id,
            scan_id=scan_id or new_id(current().random),
            at_ms=at_ms,
            shift_id=outcome.shift_id,
            site=comer.site,
            account=comer.account,
            by_account=comer.by or comer.account,
            how=comer.how,
            status=outcome.status,
            reason=outcome.reason,
            device=comer.device,
        )
    )
    return outcome


def kept_alone(outcome: Outcome, comer: Comer, session_id: str) -> Outcome:
    """Keep a scan that no community's operation is needed for. Raises: TooManyError."""
    now_ms = current().clock.now_ms()
    count_vain(session_id, now_ms)
    _write(outcome, comer, now_ms)
    return outcome


def count_vain(session_id: str, now_ms: int) -> None:
    """Count a scan in vain of a session. Raises: TooManyError."""
    wait_seconds = spend("checkin:vain", session_id, TRIES_MAX, TRIES_SECONDS, now_ms)
    if wait_seconds is not None:
        raise TooManyError(seconds=wait_seconds)


@retried
def keep_once(outcome: Outcome, comer: Comer, at_ms: int, scan_id: str) -> None:
    """Keep a scan in vain under its own number, which is there already when it is sent again."""
    try:
        with transaction() as session:
            if session.get(ScanRow, (outcome.community_id, scan_id)) is None:
                kept(session, outcome, comer, at_ms, scan_id)
    except IntegrityError:  # the same at the same moment
        return


@retried
def _write(outcome: Outcome, comer: Comer, now_ms: int) -> None:
    with transaction() as session:
        kept(session, outcome, comer, now_ms)


class SiteFullError(LimitedError):
    """More check-ins at one place than people can walk through a door."""

    code = "site_full"
    en = "Very many check in here at this moment. Try again in {seconds} s; nothing is lost."
    zh = "此处签到人数过多，请 {seconds} 秒后再试，不影响您的时长。"
