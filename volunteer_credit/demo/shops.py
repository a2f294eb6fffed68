"""Eight merchants with the price list of Rushan, and the fund behind the points."""

from volunteer_credit.demo.town import CASHIER, COMMUNITY, STAFF, SUPERVISOR, Town, fresh_key
from volunteer_credit.fund.operations.budgets import From, propose_budget
from volunteer_credit.fund.rules.budget import BudgetChange
from volunteer_credit.merchants.operations.agreements import propose_agreement
from volunteer_credit.merchants.operations.offers import add_offer
from volunteer_credit.merchants.operations.shops import Opening, add_merchant
from volunteer_credit.merchants.rules.agreements import Terms
from volunteer_credit.merchants.rules.offers import OfferForm
from volunteer_credit.merchants.rules.shops import COMMUNITY_SHOP, MERCHANT, Sign
from volunteer_credit.people.operations.pairs import approve

FUND = "main"
BUDGET_POINTS, BUDGET_YUAN = 20_000, 10_000
# 乳山 银滩 观海苑 诚信超市, 2023-06-27: towel 10, watering can 20, peanut oil 60.
SHOPS = (
    ("信用超市（演示）", COMMUNITY_SHOP, "日用品", (("毛巾", 10), ("洒水壶", 20), ("花生油", 60))),
    ("老米理发（演示）", MERCHANT, "理发", (("老人理发一次", 15), ("普通理发一次", 30))),
    ("海味早点（演示）", MERCHANT, "早餐", (("豆浆油条一份", 8), ("鲅鱼水饺一份", 25))),
    ("邻家菜店（演示）", MERCHANT, "蔬菜水果", (("时令蔬菜一份", 10), ("苹果两斤", 12))),
    ("便民维修（演示）", MERCHANT, "维修", (("换锁芯", 60), ("修自行车", 20))),
    ("社区洗衣（演示）", MERCHANT, "洗衣", (("羽绒服清洗", 45), ("床单清洗", 20))),
    ("书香小铺（演示）", MERCHANT, "文具图书", (("练习本五本", 10), ("图书借阅一年", 50))),
    ("海草房照相（演示）", MERCHANT, "照相文印", (("证件照一套", 25), ("复印二十张", 5))),
)
FEN_PER_POINT, STOCK = 50, 40
LAST_DAY = 99991231


def fund(town: Town) -> None:
    """Money and points from the subdistrict, by two persons."""
    change = BudgetChange(FUND, BUDGET_POINTS * 100, BUDGET_YUAN * 100, "grant")
    giver = From(name="街道办事处（演示）")
    town.second(propose_budget(town[STAFF], COMMUNITY, change, giver, fresh_key()))


def shops(town: Town, today: int) -> list[str]:
    """Enter the shops, agree on a price with each, list what they give; their ids."""
    found = []
    for name, kind, sells, offers in SHOPS:
        sign = Sign(name, sells, "0631-5201234", "桃园小区东门", kind)
        made = add_merchant(town[STAFF], COMMUNITY, Opening(sign), fresh_key())
        terms = Terms(made, FUND, FEN_PER_POINT, today, LAST_DAY)
        seq = propose_agreement(town[STAFF], COMMUNITY, terms, fresh_key())
        approve(town[SUPERVISOR], COMMUNITY, seq, fresh_key())
        for title, points in offers:
            offer = OfferForm(title, points * 100, STOCK)
            add_offer(town[STAFF], COMMUNITY, made, offer, fresh_key())
        found.append(made)
    town.grant(CASHIER, "cashier", f"merchant:{found[0]}")
    return found
