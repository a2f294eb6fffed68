"""What conventions keep of people (see retention.py)."""

from volunteer_credit.people.rules.retention_words import (
    BOOK,
    MEMBERS,
    PUBLIC,
    WHOLE,
    Kept,
    Words,
)

_LAW = "城市居民委员会组织法 30, 31, 34"
_POINTS = Words("按公约计积分", "points under the convention")

ROOM: tuple[Kept, ...] = (
    Kept(
        "conventions_documents",
        "community_id name kind about data added_at_ms",
        Words("公约文件和表决记录（不含个人姓名）", "conventions and their votes, without names"),
        WHOLE,
        BOOK,
        PUBLIC,
        _LAW,
    ),
    Kept(
        "conventions_versions",
        "community_id book seq name effective_day approved_at_ms",
        Words("公约的各个版本", "the versions of a convention"),
        WHOLE,
        BOOK,
        PUBLIC,
        _LAW,
    ),
    Kept(
        "conventions_contracts",
        "community_id account state convention book seq since_ms ended_at_ms",
        Words("是否签约参加积分（只有编号）", "who takes part in the points, by number"),
        _POINTS,
        BOOK,
        MEMBERS,
        "PIPL 14, 15",
    ),
)
