"""What is agreed before the Saturday, each by two: the convention, the fund, the shops."""

import json
from dataclasses import dataclass, field
from datetime import timedelta

from tests.stories.cast import HERE, Cast
from tests.stories.service import COMMUNITY
from volunteer_credit.conventions.queries.shipped import templates
from volunteer_credit.conventions.rules.reading import plain

TEMPLATE = "ten_an_hour"
FUND, POINTS, YUAN = "main", 20_000, 10_000
YUAN_PER_POINT, LAST_DAY = "0.5", "2099-12-31"
SHOPS = (  # the price list of 乳山 银滩 观海苑 诚信超市
    ("信用超市", "community_shop", (("毛巾", 10), ("洒水壶", 8), ("肥皂", 2))),
    ("老米理发", "merchant", (("理发一次", 15),)),
    ("海味早点", "merchant", (("豆浆油条一份", 8),)),
    ("邻家菜店", "merchant", (("时令蔬菜一份", 10),)),
)


@dataclass
class Shop:
    """A shop that takes points. `offers`: ids by name."""

    name: str
    merchant_id: str
    offers: dict[str, str] = field(default_factory=dict)

    @property
    def till(self) -> str:
        """Where its cashier works."""
        return f"{HERE}/till/{self.merchant_id}"


def convention(cast: Cast) -> None:
    """The residents' vote on paper enters the book: one proposes, another approves."""
    now = cast.service.now
    day = (now + timedelta(days=1)).strftime("%Y%m%d")
    staff = cast.staff.at
    page = staff.get(f"{HERE}/conventions/new")
    asked = {
        "template": TEMPLATE,
        "effective_day": day,
        "assembly": "residents_meeting",
        "eligible": "1800",
        "present": "1000",
        "in_favour": "900",
        "called_day": (now - timedelta(days=40)).strftime("%Y%m%d"),
        "decided_day": (now - timedelta(days=20)).strftime("%Y%m%d"),
        "filed_day": (now - timedelta(days=10)).strftime("%Y%m%d"),
        "published_day": (now - timedelta(days=18)).strftime("%Y%m%d"),
        "filed_with": "subdistrict",
        "act": "propose",
    }
    staff.send(page, filled=asked, document=open_market(TEMPLATE))
    assert cast.approve_all() == 1


def open_market(name: str) -> str:
    """A shipped document with a market every day; all else is as the template has it."""
    document = json.loads(json.dumps(plain(templates()[name])))
    document["parameters"] |= {"market_months": [], "market_days": []}
    return json.dumps(document, ensure_ascii=False)


def fund(cast: Cast) -> None:
    """The subdistrict gives points and the money behind them; two persons say so."""
    asked = {"fund": FUND, "way": "raise", "points": str(POINTS), "yuan": str(YUAN)}
    asked |= {"sponsor_name": "街道办事处", "reason": "grant"}
    cast.staff.at.fill(f"{HERE}/fund/change", filled=asked)
    assert cast.approve_all() == 1


def shops(cast: Cast) -> list[Shop]:
    """Each is entered with cashier and agreement in one form; another approves both."""
    staff, found = cast.staff.at, []
    for name, kind, offers in SHOPS:
        cashier = cast.clerk if kind == "community_shop" else cast.cashier
        asked = {"name": name, "sells": name, "kind": kind, "card": cashier.number}
        asked |= {"fund": FUND, "yuan": YUAN_PER_POINT, "to_day": LAST_DAY}
        page = staff.fill(f"{HERE}/merchants/add", filled=asked)
        root = page.path.partition("?")[0]
        shop = Shop(name, root.rpartition("/")[2])
        for title, points in offers:
            staff.fill(f"{root}/offers/add", name=title, points=str(points), stock="20")
        found.append(shop)
    assert cast.approve_all() == 2 * len(found)
    seen = staff.call("GET", f"/communities/{COMMUNITY}/shops")["shops"]
    for shop in found:
        (row,) = (each for each in seen if each["merchant_id"] == shop.merchant_id)
        shop.offers = {each["name"]: each["offer_id"] for each in row["offers"]}
        assert row["takes_points"], shop.name
    return found
