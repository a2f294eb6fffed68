"""From an approval to the public notice: minutes are reserved until it is over."""

from collections.abc import Sequence
from dataclasses import dataclass

from volunteer_credit.conventions.operations.in_force import convention_on
from volunteer_credit.hours.models.sheets import LineRow, SheetRow
from volunteer_credit.hours.operations.recording import record
from volunteer_credit.hours.operations.service import CODE, service, with_words
from volunteer_credit.hours.queries.calendars import calendar_of
from volunteer_credit.hours.rules.calendar import Calendar, Until
from volunteer_credit.hours.rules.notices import notice_days
from volunteer_credit.journal.operations.balances import open_families
from volunteer_credit.journal.operations.perform import Operation
from volunteer_credit.journal.operations.succession_refs import references
from volunteer_credit.journal.rules.requests import NewEntry
from volunteer_credit.people.operations.merge_hooks import root_of


@dataclass(frozen=True, slots=True)
class Notice:
    """For how long the lines of a sheet stand in notice, by tier."""

    calendar: Calendar
    days: tuple[int, ...]

    def until(self, today: int, tier: int) -> Until:
        """The last day of the notice of a line."""
        return self.calendar.after(today, self.days[tier - 1])

    def is_none(self, tier: int) -> bool:
        """Whether a tier needs no notice."""
        return self.days[tier - 1] == 0


def notice_of(operation: Operation, day: int) -> Notice:
    """By the convention of the service's day, or by the rule for hours without one."""
    session, community_id = operation.session, operation.community_id
    found = convention_on(session, community_id, day)
    convention = None if found is None else found.convention
    days = tuple(notice_days(convention, tier) for tier in (1, 2, 3, 4))
    return Notice(calendar_of(session, community_id), days)


def accounts_opened(operation: Operation, organiser: str, accounts: Sequence[str]) -> None:
    """Open what the transfers of some hours name, unless it is open."""
    open_families(operation, [f"organiser:{organiser}", *(f"hours:{each}" for each in accounts)])


def transfer(organiser: str, account: str, minutes: int) -> dict[str, object]:
    """Minutes of service, reserved without a timeout until they are recorded or voided."""
    return {
        "amount": minutes,
        "code": CODE,
        "credit": f"hours:{account}",
        "debit": f"organiser:{organiser}",
        "pending": 0,
        "unit": "minutes",
    }


def evidence(sheet: SheetRow, line: LineRow) -> list[tuple[int, int]]:
    """Book and seq of the entries that a line rests on: in, out, heads."""
    return [
        (line.started_book, line.started_seq),
        (line.ended_book, line.ended_seq),
        (sheet.counted_book, sheet.counted_seq),
    ]


def give_notice(operation: Operation, sheet: SheetRow, lines: Sequence[LineRow]) -> set[int]:
    """Put approved lines of a scanned shift into notice, and record what needs none.

    What it answers: the years that the calendar was not told. Raises: LedgerError, and as `follow`.
    """
    for each in lines:  # who was made one with another since they came
        each.account = root_of(operation, each.account)
    accounts_opened(operation, sheet.organiser, [each.account for each in lines])
    notice, missing, entries = notice_of(operation, sheet.day), set[int](), []
    for ahead, line in enumerate(lines):
        until = notice.until(operation.day, line.tier)
        line.until_day = until.day
        missing |= set(until.missing)
        new = NewEntry(
            "hours.noticed",
            {**service(sheet, line), "until_day": until.day},
            day=sheet.day,
            tier=line.tier,
            refs=references(operation, evidence(sheet, line)),
            transfers=[transfer(sheet.organiser, line.account, line.minutes)],
        )
        entries.append(with_words(operation, sheet, line, new, ahead))
    for line, made in zip(lines, operation.append_all(entries), strict=True):
        line.state, line.noticed_seq = "noticed", made.seq
        line.noticed_book = book = operation.head.book
        line.committed_book, line.committed_seq = (book, made.seq) if line.sealed else (0, 0)
    for line in lines:
        if notice.is_none(line.tier):
            record(operation, sheet, line)
    return missing
