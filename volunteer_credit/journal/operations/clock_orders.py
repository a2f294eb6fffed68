"""What an operator says about time: this clock is right, go back, move a demo on (design §3.2)."""

from volunteer_credit.journal.operations.clocks import clocks
from volunteer_credit.journal.operations.keys import RECOVERY, signers
from volunteer_credit.journal.operations.perform import perform
from volunteer_credit.journal.rules.clock_errors import (
    ClockNotBehindError,
    DemoStepError,
    NotDemoError,
)
from volunteer_credit.journal.rules.requests import Appended, NewEntry, Request, about
from volunteer_credit.journal.rules.times import check_confirmation
from volunteer_credit.shared.db import retried

DEMO_STEP_MS_MAX = 10 * 366 * 86_400_000


@retried
def confirm_clock(community_id: str, at_ms: int, request: Request) -> int:
    """Say that it is `at_ms` now, which this clock must show too; what the clock showed, in ms.

    It ends `clock_unconfirmed` for 36 h, and on SQLite `clock_ahead`. No entry is written.
    Raises: ClockDiffersError, `clock_ahead` where the database's clock says otherwise.
    """
    with perform(community_id, about(request, at_ms=at_ms)) as operation:
        if not operation.replayed:
            now_ms = clocks().now_ms(operation.writing.head)
            check_confirmation(now_ms, at_ms)
            operation.writing.set_clock(confirmed_ms=now_ms)
            clocks().first_at(operation.session.connection(), operation.writing.head)
            operation.answer(now_ms)
    return int(operation.result)


@retried
def reset_clock(community_id: str, reason: str, request: Request) -> Appended:
    """Append `clock.reset`: the time goes back to what this clock shows, behind the last entry.

    Raises: ClockNotBehindError, `clock_ahead` (ledger.clock), KeyMissingError, LedgerError.
    """
    with perform(community_id, about(request, reason=reason)) as operation:
        if not operation.replayed:
            writing, connection = operation.writing, operation.session.connection()
            operation.begin_again()
            last_at_ms = writing.head.last_at_ms
            if operation.at_ms >= last_at_ms:
                raise ClockNotBehindError(origin=writing.head.origin)
            newest = writing.log.book.keys.in_force(RECOVERY)[-1:]
            lines = [writing.keys.signer, *signers(connection, writing.head.origin, newest)]
            entry = NewEntry("clock.reset", {"last_at": last_at_ms, "reason": reason})
            made = operation.append(entry, signers=lines)
            # Whoever resets a clock has looked at it; an older word was about the wrong time.
            operation.writing.set_clock(confirmed_ms=made.at_ms)
            operation.answer([made.seq, made.id, made.at_ms])
    return Appended(*operation.result)


@retried
def advance_demo_clock(community_id: str, milliseconds: int, request: Request) -> int:
    """Move the clock of a demo book forward; by how much it is ahead then, in ms.

    Raises: NotDemoError, DemoStepError.
    """
    if not 0 < milliseconds <= DEMO_STEP_MS_MAX:
        raise DemoStepError(milliseconds_max=DEMO_STEP_MS_MAX)
    with perform(community_id, about(request, milliseconds=milliseconds)) as operation:
        if not operation.replayed:
            head = operation.writing.head
            if operation.writing.log.book.clock != "demo":
                raise NotDemoError(origin=head.origin)
            moved = head._replace(clock_offset_ms=head.clock_offset_ms + milliseconds)
            now_ms = clocks().now_ms(moved)
            # The silence that the step makes is meant.
            operation.writing.set_clock(confirmed_ms=now_ms, offset_ms=moved.clock_offset_ms)
            operation.answer(moved.clock_offset_ms)
    return int(operation.result)
