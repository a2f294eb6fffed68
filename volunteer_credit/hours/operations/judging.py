"""What a second person has to look at singly, by all that the community's rows say now."""

from collections.abc import Mapping, Sequence

from volunteer_credit.conventions.operations.in_force import convention_on
from volunteer_credit.conventions.rules.policies import Reviewer, reviewer
from volunteer_credit.hours.queries import sheets
from volunteer_credit.hours.queries.sheets import Sheet, SheetLine
from volunteer_credit.hours.rules.judging import flags_of, overlapping
from volunteer_credit.people.queries.approvals import sides_of
from volunteer_credit.people.queries.grants import accounts_of
from volunteer_credit.shared.db import Reader


def judged(
    reader: Reader, community_id: str, sheet: Sheet, lines: Sequence[SheetLine]
) -> dict[int, tuple[str, ...]]:
    """The flags of each of these lines of a sheet, by its position."""
    if not lines:
        return {}
    accounts = sorted({each.account for each in lines})
    first, last = (
        min(each.started_at_ms for each in lines),
        max(each.ended_at_ms for each in lines),
    )
    spans = sheets.spans_around(reader, community_id, accounts, first, last)
    reviewers = _reviewers(reader, community_id, sheet.day, accounts)
    kin = kin_accounts(reader, community_id, sheet.lead, sheet.handed_at_ms)
    return {
        each.position: flags_of(
            each.flags.split(),
            each.minutes,
            reviewer=reviewers[each.account],
            overlaps=overlapping(each.span, spans),
            is_kin=each.account in kin,
        )
        for each in lines
    }


def kin_accounts(reader: Reader, community_id: str, account: str, at_ms: int) -> set[str]:
    """The account numbers here of whoever lives with or stands for somebody, or lately did."""
    kin = sides_of(reader, community_id, account, [], at_ms).kin
    return {each for person in kin for each in accounts_of(reader, person, community_id)}


def _reviewers(
    reader: Reader, community_id: str, day: int, accounts: Sequence[str]
) -> Mapping[str, Reviewer]:
    """Who looks at each one's day; without a convention nobody looks twice."""
    found = convention_on(reader, community_id, day)
    if found is None:
        return dict.fromkeys(accounts, "automatic")
    minutes = sheets.day_minutes(reader, community_id, accounts, day)
    return {each: reviewer(found.convention, minutes.get(each, 0)) for each in accounts}
