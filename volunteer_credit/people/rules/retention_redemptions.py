"""What redemptions keeps of people (see retention.py)."""

from volunteer_credit.people.rules.retention_words import ORDER, Kept, Words

_TAKEN = Words("积分兑换与结算", "points for goods, and paying the shops")
_PERIOD = Words(
    "会计凭证保存期内；抹除本人时去掉编号",
    "as long as accounts are kept; the number goes with the person",
)
_READERS = Words(
    "本人；商户只看到物品、积分和时限", "you; the shop sees things, points and time only"
)
_LAW = "会计法 23; PIPL 47"

ROOM: tuple[Kept, ...] = (
    Kept(
        "redemptions_redemptions",
        "community_id redemption_id merchant_id account asked_by how confirms proof flags state"
        " reason centipoints refunded_centipoints code_turn held_at_ms held_day expires_at_ms"
        " closed_at_ms closed_day",
        Words(
            "兑换：在哪家、多少分、何时（只有编号）", "redemptions: where, how many points, when"
        ),
        _TAKEN,
        _PERIOD,
        _READERS,
        _LAW,
    ),
    Kept(
        "redemptions_pieces",
        "community_id redemption_id offer_id name price_centipoints pieces returned",
        Words("兑换了什么", "what was redeemed"),
        _TAKEN,
        _PERIOD,
        _READERS,
        _LAW,
    ),
    Kept(
        "redemptions_parts",
        "community_id redemption_id position fund month centipoints refunded_centipoints held_book"
        " held_seq held_index confirmed_book confirmed_seq",
        Words("用了哪些月份的积分", "which months the points came from"),
        ORDER,
        _PERIOD,
        _READERS,
        _LAW,
    ),
    Kept(
        "redemptions_refunds",
        "community_id redemption_id position merchant_id centipoints reason day at_ms",
        Words("退还", "refunds"),
        _TAKEN,
        _PERIOD,
        _READERS,
        _LAW,
    ),
)
