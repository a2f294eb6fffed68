"""What was recorded for some shifts, added up."""

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import func, select

from volunteer_credit.hours.models.sheets import LineRow, SheetRow
from volunteer_credit.shared.db import Reader

RECORDED = "recorded"
_sheets, _lines = SheetRow.__table__.c, LineRow.__table__.c


class Totals(NamedTuple):
    """Person-times that were recorded, and their minutes."""

    person_times: int
    minutes: int


def totals_of_shifts(reader: Reader, community_id: str, shift_ids: Sequence[str]) -> Totals:
    """Of these shifts together."""
    query = (
        select(func.count(), func.coalesce(func.sum(_lines.minutes), 0))
        .select_from(LineRow.__table__)
        .join(
            SheetRow.__table__,
            (_lines.community_id == _sheets.community_id) & (_lines.sheet_id == _sheets.sheet_id),
        )
        .where(
            _lines.community_id == community_id,
            _lines.state == RECORDED,
            _sheets.shift.in_(shift_ids),
        )
    )
    count, minutes = reader.execute(query).one()
    return Totals(int(count), int(minutes))
