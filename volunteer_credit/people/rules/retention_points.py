"""What points keeps of people (see retention.py): by account number alone."""

from volunteer_credit.people.rules.retention_words import (
    ERASED,
    SELF,
    Kept,
    Words,
)

_POINTS = Words("积分的计算与说明", "counting points, and explaining them")
_CONTRACT = "PIPL 13(2)"

ROOM: tuple[Kept, ...] = (
    Kept(
        "points_tallies",
        "community_id account clause period epoch counted given",
        Words("各条款的累计数（只有编号）", "counts by clause, by number"),
        _POINTS,
        ERASED,
        SELF,
        _CONTRACT,
    ),
    Kept(
        "points_awards",
        "community_id book record_seq account day category coefficient planned_minutes minutes tier"
        " convention clause fund centipoints waiting debt month state reason seq waits_book"
        " waits_since paid_book paid_seq paid_at_ms opening_seq opening_line",
        Words("每条服务记录的积分（只有编号）", "points of each record of service, by number"),
        _POINTS,
        ERASED,
        SELF,
        _CONTRACT,
    ),
    Kept(
        "points_lines",
        "community_id book seq account record_book record_seq kind minutes_before minutes"
        " centipoints rest reason before at_ms",
        Words("积分明细及其算式（只有编号）", "each line of points with its arithmetic, by number"),
        _POINTS,
        ERASED,
        SELF,
        _CONTRACT,
    ),
)
