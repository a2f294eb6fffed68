"""What lower rooms are handed from points; wiring.py installs it."""

from collections.abc import Sequence
from typing import Any

from volunteer_credit.fund.operations.raised import on_raised
from volunteer_credit.fund.queries.waiting import register_deferred
from volunteer_credit.journal.operations.succession_hooks import Succession
from volunteer_credit.people.operations.merge_hooks import MergeHooks
from volunteer_credit.people.operations.privacy_hooks import Link, PrivacyHooks
from volunteer_credit.points.operations.closing import close_wallets, forget
from volunteer_credit.points.operations.merging import hand_over, moves
from volunteer_credit.points.operations.paying import pay_waiting
from volunteer_credit.points.operations.succession import stating, succeeded
from volunteer_credit.points.queries.awards import deferred, own_awards
from volunteer_credit.points.queries.wallets import wallet
from volunteer_credit.shared.db import Reader
from volunteer_credit.shared.runtime import Runtime

on_raised.append(pay_waiting)
register_deferred(deferred)


def install(runtime: Runtime) -> None:
    """Points in the export, given back by who leaves, forgotten with who is erased; merged."""
    hooks = runtime.part(PrivacyHooks, PrivacyHooks)
    hooks.exports["points"] = export
    hooks.leaving["points"] = close_wallets
    hooks.forgetting["points"] = forget
    merge = runtime.part(MergeHooks, MergeHooks)
    merge.moving["points"] = moves
    merge.handing_over["points"] = hand_over
    books = runtime.part(Succession, Succession)
    books.stating["points"] = stating
    books.succeeded["points"] = succeeded


def export(reader: Reader, _person_id: str, links: Sequence[Link]) -> list[dict[str, Any]]:
    """Wallets and awards of one person, community by community; amounts in centipoints."""
    return [
        {
            "community": community_id,
            "account": account,
            "wallet": [each._asdict() for each in wallet(reader, community_id, account)],
            "awards": [each._asdict() for each in own_awards(reader, community_id, account)],
        }
        for community_id, account in links
    ]
