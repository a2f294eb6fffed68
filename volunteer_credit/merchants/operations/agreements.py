"""Agreements with shops: proposed by one, approved by another, checked by the book itself."""

from collections.abc import Collection, Mapping
from typing import Any

from volunteer_credit.conventions.operations.in_force import convention_on
from volunteer_credit.journal.operations.perform import Operation, perform
from volunteer_credit.journal.rules.requests import Appended, Request
from volunteer_credit.merchants.models.shops import AgreementRow
from volunteer_credit.merchants.queries.shops import shop
from volunteer_credit.merchants.rules.agreements import AGREEMENT, Terms, check_terms
from volunteer_credit.merchants.rules.shops import CASHIER, MerchantUnknownError, scope_of
from volunteer_credit.people.operations.authority import acting, authorised
from volunteer_credit.people.operations.pair_words import Line, Text, register_words, same
from volunteer_credit.people.operations.pairs import propose_in, register_effect
from volunteer_credit.people.queries.grants import holders_of
from volunteer_credit.people.rules.roles import Target
from volunteer_credit.shared.caller import Caller
from volunteer_credit.shared.db import Reader, retried
from volunteer_credit.shared.units import yuan_text

PROPOSE = "agreement.propose"


@retried
def propose_agreement(caller: Caller, community_id: str, terms: Terms, key: str) -> int:
    """Propose what a shop is paid for a point; the seq of the proposal.

    Raises: as `propose_terms_in` and `authorised`.
    """
    target = Target(community_id)
    actor = acting(caller, PROPOSE, community_id, target)
    body = terms.data(())
    with perform(community_id, Request(actor, key, PROPOSE, body)) as operation:
        authorised(operation, caller, PROPOSE, target)
        if not operation.replayed:
            scope = scope_of(terms.merchant_id)
            at_till = holders_of(operation.reader, community_id, CASHIER, scope, operation.day)
            made = propose_terms_in(operation, caller, terms, at_till)
            operation.answer({"seq": made.seq})
        return int(operation.result["seq"])


def propose_terms_in(
    operation: Operation, caller: Caller, terms: Terms, at_till: Collection[str]
) -> Appended:
    """The same inside an operation; who stands at the till has a part in it and decides nothing.

    Raises: MerchantUnknownError, AgreementDaysError, AgreementFundError, AgreementPriceError, and
    as `propose_in`.
    """
    reader, community_id = operation.session, operation.community_id
    if shop(reader, community_id, terms.merchant_id) is None:
        raise MerchantUnknownError
    found = convention_on(reader, community_id, terms.from_day)
    check_terms(terms, found.convention if found else None, operation.day)
    return propose_in(operation, caller, AGREEMENT, terms.data(at_till), terms.merchant_id)


def _approved(operation: Operation, data: Mapping[str, Any], appended: Appended) -> None:
    operation.session.add(
        AgreementRow(
            community_id=operation.community_id,
            book=operation.head.book,
            seq=appended.seq,
            merchant_id=data["merchant"],
            fund=data["fund"],
            fen_per_point=data["fen_per_point"],
            from_day=data["from"],
            to_day=data["to"],
            approved_at_ms=appended.at_ms,
        )
    )


def _day(number: int) -> str:
    return f"{number // 10000}-{number // 100 % 100:02}-{number % 100:02}"


def _words(reader: Reader, community_id: str, data: Mapping[str, Any]) -> list[Line]:
    found = shop(reader, community_id, data["merchant"])
    yuan = yuan_text(data["fen_per_point"])
    return [
        (Text("商户", "Shop"), same(found.name if found else data["merchant"])),
        (Text("基金", "Fund"), same(data["fund"])),
        (Text("每分支付", "Paid for a point"), Text(f"{yuan} 元", f"{yuan} yuan")),
        (Text("期限", "Days"), same(f"{_day(data['from'])} – {_day(data['to'])}")),
    ]


register_effect(AGREEMENT, _approved)
register_words(AGREEMENT, Text("商户协议", "An agreement with a shop"), _words)
