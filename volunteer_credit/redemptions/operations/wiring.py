"""What lower rooms are handed from redemptions; wiring.py installs it."""

from collections.abc import Sequence
from typing import Any

from volunteer_credit.journal.operations.perform import Operation
from volunteer_credit.journal.operations.succession_hooks import Succession
from volunteer_credit.people.operations.privacy_hooks import Link, PrivacyHooks
from volunteer_credit.people.rules.erasing import Duty
from volunteer_credit.redemptions.models.redemptions import RedemptionRow
from volunteer_credit.redemptions.operations.due import void_left
from volunteer_credit.redemptions.operations.succession import succeeded
from volunteer_credit.redemptions.queries.redemptions import exported, held_of, named
from volunteer_credit.shared.db import Reader
from volunteer_credit.shared.runtime import Runtime

HELD = Duty(
    "redemption_open",
    "有一笔兑换尚未完成，数分钟内结束",
    "a redemption is open; it ends in minutes",
)


def install(runtime: Runtime) -> None:
    """Redemptions in the export, holds ended by who leaves, names taken off what was erased."""
    hooks = runtime.part(PrivacyHooks, PrivacyHooks)
    hooks.exports["redemptions"] = export
    # Before the wallets are closed: what is held would stay behind in them.
    hooks.leaving = {"redemptions": void_left, **hooks.leaving}
    hooks.duties["redemptions"] = keeping
    hooks.forgetting["redemptions"] = forget
    runtime.part(Succession, Succession).succeeded["redemptions"] = succeeded


def export(reader: Reader, _person_id: str, links: Sequence[Link]) -> list[dict[str, Any]]:
    """What one person redeemed, community by community; amounts in centipoints."""
    return exported(reader, links)


def keeping(reader: Reader, _person_id: str, links: Sequence[Link], _at_ms: int) -> list[Duty]:
    """What is held is decided first."""
    return [HELD] if any(held_of(reader, *each) for each in links) else []


def forget(operation: Operation, account: str) -> None:
    """The shop's day still adds up; whose points it were is known to nobody."""
    for name in named(operation.session, operation.community_id, account):
        row = operation.session.get(RedemptionRow, (operation.community_id, name))
        assert row is not None, "read under the same lock"
        row.account = "" if row.account == account else row.account
        row.asked_by = "" if row.asked_by == account else row.asked_by
