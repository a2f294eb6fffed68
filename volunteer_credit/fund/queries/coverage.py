"""Every fund of a community with what it has and owes: for show, balances as they stand."""

from collections.abc import Mapping

from sqlalchemy import select

from volunteer_credit.conventions.operations.in_force import convention_on
from volunteer_credit.conventions.rules.document import Fund
from volunteer_credit.fund.models.budgets import FundRow
from volunteer_credit.fund.queries.days import book_day
from volunteer_credit.fund.queries.waiting import deferred
from volunteer_credit.fund.rules.cover import Coverage, standing
from volunteer_credit.journal.operations.balances import Balance, family_balances
from volunteer_credit.shared.db import Reader

_funds = FundRow.__table__.c
CLASSES = ("fund", "settled", "expired", "correction", "cash")


def coverage(
    reader: Reader, community_id: str, waiting: Mapping[str, int] | None = None
) -> list[Coverage]:
    """The funds of the convention in force, then older ones that were given something.

    `waiting`: deferred centipoints by fund, else as they were registered (waiting.py).
    """
    found = convention_on(reader, community_id, book_day(reader, community_id))
    said = {each.fund: each for each in found.convention.principles.funds} if found else {}
    query = select(_funds.fund, _funds.budget_centipoints).where(
        _funds.community_id == community_id
    )
    budgets = {row[0]: row[1] for row in reader.execute(query)}
    if waiting is None:
        waiting = deferred(reader, community_id)
    names = [*said, *sorted(budgets.keys() - said.keys())]
    return [
        _one(reader, community_id, fund, budgets.get(fund, 0), said.get(fund), waiting)
        for fund in names
    ]


def funds_now(reader: Reader, community_id: str, day: int) -> tuple[str, ...]:
    """The ids of the funds that the convention in force on a day has."""
    found = convention_on(reader, community_id, day)
    return tuple(each.fund for each in found.convention.principles.funds) if found else ()


def _one(
    reader: Reader,
    community_id: str,
    fund: str,
    budget: int,
    said: Fund | None,
    waiting: Mapping[str, int],
) -> Coverage:
    own, settled, expired, correction, cash = (
        _balance(reader, community_id, f"{each}:{fund}") for each in CLASSES
    )
    elsewhere = settled.posted + expired.posted + correction.posted
    now = standing(budget, posted=own.posted, available=own.available, elsewhere=elsewhere)
    return Coverage(
        fund=fund,
        budget_centipoints=budget,
        # What has left the fund for good or for now, and did not come back by expiring.
        issued=budget - own.posted + expired.debits_posted - correction.posted,
        outstanding=now.outstanding,
        available=now.available,
        expired=expired.credits_posted,
        settled=settled.posted,
        deferred=waiting.get(fund, 0),
        cash_fen=cash.available,
        fen_per_point_max=said.fen_per_point_max if said else 0,
        cap_centipoints=said.cap_centipoints if said else 0,
    )


def _balance(reader: Reader, community_id: str, name: str) -> Balance:
    found = family_balances(reader, community_id, name)
    return found[0] if found else Balance(name)
