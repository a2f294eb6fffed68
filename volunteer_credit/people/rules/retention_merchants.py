"""What merchants keeps of people (see retention.py): shops, and none of who works there."""

from volunteer_credit.people.rules.retention_words import (
    DUTY,
    MEMBERS,
    ORDER,
    Kept,
    Words,
)

_SHOP = "PIPL 13"

ROOM: tuple[Kept, ...] = (
    Kept(
        "merchants_merchants",
        "community_id merchant_id kind name sells phone address state added_at_ms changed_at_ms",
        Words("商户：店名、经营内容、店铺电话和地址", "shops: name, what it sells, phone, address"),
        ORDER,
        DUTY,
        MEMBERS,
        _SHOP,
    ),
    Kept(
        "merchants_agreements",
        "community_id book seq merchant_id fund fen_per_point from_day to_day approved_at_ms",
        Words("商户协议：每分支付多少、期限", "agreements: what a point is paid, for how long"),
        ORDER,
        DUTY,
        MEMBERS,
        _SHOP,
    ),
    Kept(
        "merchants_offers",
        "community_id offer_id merchant_id name price_centipoints stock from_day to_day is_listed"
        " changed_at_ms",
        Words("兑换品、价格和库存", "what is given for points, prices, stock"),
        ORDER,
        DUTY,
        MEMBERS,
        _SHOP,
    ),
)
