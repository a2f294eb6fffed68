"""Approving and ending what waits, whatever it is: a merge is more than its pair in the book."""

from collections.abc import Mapping
from typing import Any

from volunteer_credit.journal.operations.proposal_seen import proposal_data
from volunteer_credit.people.operations.desk_view import name_of_account
from volunteer_credit.people.operations.merges import approve_merge, withdraw_merge
from volunteer_credit.people.operations.pair_words import Line, Text, register_words, same
from volunteer_credit.people.operations.pairs import approve, withdraw
from volunteer_credit.people.queries.approvals import OPEN, Approval, approval
from volunteer_credit.people.queries.grants import person_of
from volunteer_credit.people.queries.merges import closed_seq, newest_merge
from volunteer_credit.people.rules.pairs import MERGE
from volunteer_credit.shared.caller import Caller
from volunteer_credit.shared.db import Reader, db
from volunteer_credit.shared.units import points_text

PROPOSED = "proposed"


def approve_any(caller: Caller, community_id: str, seq: int, key: str) -> int:
    """Approve as the second person; the seq of the approval.

    The vault rows of a merge become one at once, unless another book has to say the same.
    Raises: as `approve` and `approve_merge`.
    """
    if _merge(community_id, seq) is None:
        return approve(caller, community_id, seq, key)
    approve_merge(caller, community_id, seq, key)
    return closed_seq(db.session, community_id, seq)


def withdraw_any(caller: Caller, community_id: str, seq: int, reason: str, key: str) -> int:
    """End it without approving it; the seq of its end.

    Raises: as `withdraw`; of a merge that waits also as `withdraw_merge`.
    """
    found = _merge(community_id, seq)
    if found is not None:
        data = proposal_data(community_id, seq, found.book)
        source, into = (
            person_of(db.session, community_id, data[side]) for side in ("from", "into")
        )
        merge = newest_merge(db.session, source, into)
        # What waits in this book only, because a crash or another desk ended the rest, is a pair.
        if merge is not None and (merge[1] == PROPOSED or found.state != OPEN):
            withdraw_merge(caller, merge[0], community_id=community_id, key=key)
            return closed_seq(db.session, community_id, seq)
    return withdraw(caller, community_id, seq, reason, key)


def _merge(community_id: str, seq: int) -> Approval | None:
    found = approval(db.session, community_id, seq)
    return found if found is not None and found.name == MERGE else None


def _merge_lines(_reader: Reader, community_id: str, data: Mapping[str, Any]) -> list[Line]:
    """Which record stays, which goes (masked names, how their numbers begin), and what moves."""
    sides = {"into": Text("保留的档案", "Stays"), "from": Text("并入的档案", "Goes")}
    told = [
        (word, same(f"{name_of_account(community_id, data[side])} {data[side][:8]}"))
        for side, word in sides.items()
    ]
    moved = {unit: _moved(data, unit) for unit in ("centipoints", "minutes")}
    if moved["centipoints"]:
        points = points_text(moved["centipoints"])
        told.append((Text("转移积分", "Points that move"), same(points)))
    if moved["minutes"]:
        minutes = moved["minutes"]
        told.append(
            (Text("转移时长", "Hours that move"), Text(f"{minutes} 分钟", f"{minutes} min"))
        )
    return told


def _moved(data: Mapping[str, Any], unit: str) -> int:
    return sum(int(each["amount"]) for each in data["transfers"] if each["unit"] == unit)


register_words(MERGE, Text("合并档案", "Two records are one person"), _merge_lines)
