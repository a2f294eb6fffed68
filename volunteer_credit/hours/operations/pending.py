"""Hours in notice as the wallet shows them: about how many points they will come to."""

from collections.abc import Sequence

from volunteer_credit.hours.queries import sheets
from volunteer_credit.people.queries.grants import accounts_of, person_of
from volunteer_credit.points.operations.estimating import estimate
from volunteer_credit.points.queries.pending import Pending
from volunteer_credit.shared.db import Reader


def pending_hours(reader: Reader, community_id: str, account: str) -> Sequence[Pending]:
    """What stands in notice for an account, and for those that were merged into it."""
    found = []
    own = accounts_of(reader, person_of(reader, community_id, account), community_id) or [account]
    noticed = sheets.with_sheets(reader, community_id, accounts=own, state="noticed")
    for sheet, line in noticed:
        about = estimate(
            reader,
            community_id,
            account,
            sheet.day,
            sheet.category,
            sheet.coefficient,
            line.minutes,
            sheet.planned_minutes,
        )
        found.append(
            Pending(
                line.noticed_seq,
                sheet.day,
                line.until_day,
                line.minutes,
                about.centipoints if about else 0,
                sheet.title,
                about.clause if about else "",
                line.noticed_book,
            )
        )
    return found
