"""One's own points: what there is, what is coming, when it expires, and where it came from."""

from dataclasses import dataclass, field

from volunteer_credit.conventions.queries.contracts import has_signed
from volunteer_credit.fund.queries.days import book_day
from volunteer_credit.people.queries.links import account_of
from volunteer_credit.people.queries.settings import belongings
from volunteer_credit.points.operations.telling import Told, told_line, told_lines
from volunteer_credit.points.queries.pending import Pending, pending
from volunteer_credit.points.queries.wallets import WalletMonth, wallet
from volunteer_credit.shared.db import Reader
from volunteer_credit.shared.errors import MissingError

MONTH = 100


class LineMissingError(MissingError):
    """A line that is not there, or another's."""

    code = "points_line_missing"
    en = "You have no such line."
    zh = "您没有这条积分记录。"


@dataclass(frozen=True, slots=True)
class Purse:
    """What somebody has in one community, in centipoints. `held`: for a redemption."""

    community_id: str
    name: str
    available: int
    held: int


@dataclass(frozen=True, slots=True)
class OwnPoints:
    """Everything of one community. `months` that are past wait to go back to the fund."""

    purse: Purse
    is_signed: bool
    months: list[WalletMonth]
    coming: list[Pending]
    lines: list[Told] = field(default_factory=list)

    @property
    def coming_centipoints(self) -> int:
        """About how much stands in the notice."""
        return sum(each.centipoints for each in self.coming)

    @property
    def waiting_centipoints(self) -> int:
        """What waits for the fund, of the lines that are shown."""
        records = {(one.award.book, one.award.record_seq): one.award for one in self.lines}
        return sum(each.waiting for each in records.values())


def purses(reader: Reader, person_id: str) -> list[Purse]:
    """What a person has in each community that they belong to."""
    return [
        _purse(each.community_id, each.name, _usable(reader, each.community_id, each.account))
        for each in belongings(reader, person_id)
    ]


def own_points(reader: Reader, community_id: str, person_id: str, before_ms: int = 0) -> OwnPoints:
    """One's points of a community; `before_ms`: only older lines. Raises: LineMissingError."""
    account = account_of(reader, person_id, community_id)
    if account is None:
        raise LineMissingError
    months = _usable(reader, community_id, account)
    names = {each.community_id: each.name for each in belongings(reader, person_id)}
    return OwnPoints(
        _purse(community_id, names.get(community_id, community_id), months),
        has_signed(reader, community_id, account),
        months,
        pending(reader, community_id, account),
        told_lines(reader, community_id, account, before_ms),
    )


def own_line(reader: Reader, community_id: str, person_id: str, book: int, seq: int) -> Told:
    """One of one's lines. Raises: LineMissingError."""
    account = account_of(reader, person_id, community_id)
    found = told_line(reader, community_id, account, book, seq) if account else None
    if found is None:
        raise LineMissingError
    return found


def _usable(reader: Reader, community_id: str, account: str) -> list[WalletMonth]:
    month_now = book_day(reader, community_id) // MONTH
    return [each for each in wallet(reader, community_id, account) if each.month >= month_now]


def _purse(community_id: str, name: str, months: list[WalletMonth]) -> Purse:
    free = sum(each.available for each in months)
    return Purse(community_id, name, free, sum(each.posted for each in months) - free)
