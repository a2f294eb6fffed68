"""Accounts for higher rooms: opened when first needed, and read under the lock or for show."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import ColumnElement, select

from ledger import chart
from volunteer_credit.journal.models import AccountRow, HeadRow
from volunteer_credit.journal.operations.perform import Operation
from volunteer_credit.journal.operations.rows import family_of
from volunteer_credit.journal.rules.requests import Actor, NewEntry
from volunteer_credit.shared.db import Reader

OPENER = Actor("system:accounts", "system")
FAMILIES_MAX = 64  # in one entry

_accounts, _heads = AccountRow.__table__.c, HeadRow.__table__.c


@dataclass(frozen=True, slots=True)
class Balance:
    """The four gross sums of an account, in its unit."""

    name: str
    debits_pending: int = 0
    debits_posted: int = 0
    credits_pending: int = 0
    credits_posted: int = 0

    @property
    def posted(self) -> int:
        """Credits less debits, posted."""
        return self.credits_posted - self.debits_posted

    @property
    def available(self) -> int:
        """What may still be spent: posted, less what is reserved."""
        return self.posted - self.debits_pending


def open_families(operation: Operation, names: Iterable[str], actor: Actor = OPENER) -> None:
    """Open the families of these accounts that are not open yet: `wallet:<person>` and its like.

    `actor`: who says so in the book. Raises: AccountNameError (ledger.chart), RowChangedError.
    """
    families = sorted({family_of(name) for name in names})
    there = opened_families(operation, families)
    missing = [each for each in families if each not in there]
    for start in range(0, len(missing), FAMILIES_MAX):
        lines = [_opened(each) for each in missing[start : start + FAMILIES_MAX]]
        operation.append(NewEntry("account.opened", {"accounts": lines}, actor=actor))


def opened_families(operation: Operation, families: Iterable[str]) -> set[str]:
    """Those of these families that are open, by the locked book. Raises: RowChangedError."""
    asked, rows = list(families), operation.writing.rows
    rows.load([], asked, ())
    return set(asked) & rows.accounts.families.keys()


def balances(operation: Operation, names: Iterable[str]) -> dict[str, Balance]:
    """These accounts as they stand under the lock, entries of this operation included.

    An account that is not there yet has only zeros. Raises: RowChangedError.
    """
    wanted = list(dict.fromkeys(names))
    rows = operation.writing.rows
    rows.load(wanted, (), ())
    known = rows.accounts.accounts
    return {name: _balance(name, known.get(name)) for name in wanted}


def family_balances(reader: Reader, community_id: str, family: str) -> list[Balance]:
    """Every account of a family in the community's book, by name; for show, codes unchecked.

    Inside an operation these are the accounts as they were before it.
    """
    return _stored(reader, community_id, _accounts.family == family)


def class_balances(reader: Reader, community_id: str, class_name: str) -> list[Balance]:
    """Every account of a class, such as `wallet`, that holds something; as `family_balances`."""
    holds = _accounts.credits_posted > _accounts.debits_posted
    return _stored(reader, community_id, _accounts.name.startswith(f"{class_name}:"), holds)


def _stored(reader: Reader, community_id: str, *where: ColumnElement[bool]) -> list[Balance]:
    query = (
        select(
            _accounts.name,
            _accounts.debits_pending,
            _accounts.debits_posted,
            _accounts.credits_pending,
            _accounts.credits_posted,
        )
        .join(
            HeadRow.__table__,
            (_heads.community_id == _accounts.community_id) & (_heads.book == _accounts.book),
        )
        .where(_accounts.community_id == community_id, *where)
        .order_by(_accounts.name)
    )
    return [Balance(*row) for row in reader.execute(query)]


def _balance(name: str, found: object) -> Balance:
    sums = ("debits_pending", "debits_posted", "credits_pending", "credits_posted")
    return Balance(name, *(getattr(found, each, 0) for each in sums))


def _opened(family: str) -> dict[str, object]:
    known = chart.CLASSES[chart.parse_family(family)]
    flags = [chart.LIMIT_FLAG] if known.limited else []
    return {"account": family, "flags": flags, "unit": known.unit}
