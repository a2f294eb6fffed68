"""What fund keeps of people (see retention.py): of bodies, and of nobody."""

from volunteer_credit.people.rules.retention_words import BOOK, MEMBERS, WHOLE, Kept, Words

_PUBLIC_MONEY = Words("信用基金公开", "a fund that everybody can see")
_LAW = "-"

ROOM: tuple[Kept, ...] = (
    Kept(
        "fund_sponsors",
        "community_id sponsor_id name added_at_ms",
        Words("出资单位名称", "names of the bodies that give"),
        _PUBLIC_MONEY,
        BOOK,
        MEMBERS,
        _LAW,
    ),
    Kept(
        "fund_funds",
        "community_id fund budget_centipoints",
        Words("基金累计注入", "what each fund was given"),
        WHOLE,
        BOOK,
        MEMBERS,
        "-",
    ),
    Kept(
        "fund_changes",
        "community_id book seq fund sponsor_id centipoints fen reason at_ms",
        Words("基金的每次变动", "every change of a fund"),
        _PUBLIC_MONEY,
        BOOK,
        MEMBERS,
        _LAW,
    ),
)
