"""What a book hands to its successors: the lines of its closing state (S1)."""

from collections.abc import Iterator

from ledger import chart, state
from ledger.accounts import Accounts
from ledger.canonical import Value
from ledger.parties import Parties
from ledger.prices import Prices


def closing_lines(
    accounts: Accounts, parties: Parties, prices: Prices, at_ms: int, local_day: int
) -> list[Value]:
    """The closing state, ordered. `at_ms` and `local_day` are those of the last entry."""
    lines: list[Value] = []
    lines.extend(_account_lines(accounts, at_ms))
    lines.extend(_price_lines(prices))
    for source in parties.merges:
        lines.append({"from": source, "into": parties.root(source), "type": "merge"})
    for (account, role, scope), until_day in parties.grants.items():
        if until_day >= local_day:
            lines.append(
                {
                    "account": account,
                    "role": role,
                    "scope": scope,
                    "type": "role",
                    "until_day": until_day,
                }
            )
    return state.order(lines)


def _account_lines(accounts: Accounts, at_ms: int) -> Iterator[Value]:
    for family in accounts.families.values():
        yield {
            "account": family.name,
            "closed": int(family.closed),
            "flags": [chart.LIMIT_FLAG] if family.limited else [],
            "type": "account",
            "unit": family.unit,
        }
    for name, account in accounts.accounts.items():
        if account.posted and account.name.class_name != chart.OPENING:
            yield {"account": name, "amount": account.posted, "type": "balance"}
    for pair, pending in accounts.pendings.items():
        if not 0 < pending.expires_at_ms <= at_ms:
            yield {
                "amount": pending.amount,
                "code": pending.code,
                "credit": pending.credit.name.name,
                "debit": pending.debit.name.name,
                "expires_at": pending.expires_at_ms,
                "pending": list(pair),
                "type": "pending",
                "unit": pending.debit.family.unit,
            }


def _price_lines(prices: Prices) -> Iterator[Value]:
    for order, agreement in enumerate(prices.agreements):
        yield {
            "fen_per_point": agreement.fen_per_point,
            "from": agreement.first,
            "fund": agreement.fund,
            "merchant": agreement.merchant,
            "order": order,
            "to": agreement.last,
            "type": "agreement",
        }
    for number, timeline in enumerate(prices.timelines()):
        for day, convention in timeline:
            yield {
                "convention": convention.document,
                "effective_day": day,
                "fen_per_point_max": dict(convention.fen_per_point_max),
                "timeline": number,
                "type": "convention",
            }
