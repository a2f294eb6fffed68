"""A fund raised in a town, as two persons do it; used by every room above too."""

from tests.people.make import COMMUNITY, Town
from volunteer_credit.fund.operations.budgets import From, propose_budget
from volunteer_credit.fund.rules.budget import BudgetChange
from volunteer_credit.people.operations.pairs import approve
from volunteer_credit.shared.db import end_reading

SPONSOR = From(name="环翠区民政局")
POINT = 100  # centipoints


def propose_change(
    town: Town, points: int, *, yuan: int = 0, fund: str = "main", is_back: bool = False
) -> int:
    """Anna proposes; the seq that waits for bo."""
    change = BudgetChange(fund, points * POINT, yuan * 100, "grant", is_back)
    end_reading()
    key = f"fund {fund} {points} {yuan} {is_back} {town_count(town)}"
    return propose_budget(town.anna.caller(), COMMUNITY, change, SPONSOR, key)


def change_fund(
    town: Town, points: int, *, yuan: int = 0, fund: str = "main", is_back: bool = False
) -> int:
    """Raise a fund by whole points and yuan, or let it give back; the seq of the approval."""
    seq = propose_change(town, points, yuan=yuan, fund=fund, is_back=is_back)
    end_reading()
    made = approve(town.bo.caller(), COMMUNITY, seq, f"approve {seq}")
    end_reading()
    return made


def town_count(town: Town) -> int:
    """How many changes this town has asked for, so that each has a key of its own."""
    count: int = vars(town).get("fund_changes", 0) + 1
    vars(town)["fund_changes"] = count
    return count
