"""The accounts of a book as one pure state machine (docs/ledger-format.md §9, A1 to A9, W1 to W5).

TigerBeetle's rules and names. The service runs it over locked rows, the verifier over the book.
`apply` takes the transfers of one entry: all of them or none.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import NamedTuple

from ledger import account_errors as refused
from ledger import chart, wallets
from ledger.canonical import INTEGER_MAX
from ledger.errors import LedgerError
from ledger.transfer import MOVES, Pending, Plain, Post, Transfer, Void

Pair = tuple[int, int]  # (seq, index) of a transfer


@dataclass(slots=True)
class Family:
    """What `account.opened` opened: `class:part` with unit and limit (A1)."""

    name: str
    unit: str
    limited: bool
    closed: bool = False


@dataclass(slots=True, eq=False)
class Account:
    """Four gross sums in the family's unit, each 0 to 2^53 − 1 (A6)."""

    name: chart.AccountName
    family: Family
    debits_pending: int = 0
    debits_posted: int = 0
    credits_pending: int = 0
    credits_posted: int = 0

    @property
    def posted(self) -> int:
        """Credits minus debits, posted."""
        return self.credits_posted - self.debits_posted

    @property
    def available(self) -> int:
        """What may still be spent: posted, less what is reserved."""
        return self.credits_posted - self.debits_posted - self.debits_pending


class OpenPending(NamedTuple):
    """A pending transfer that nobody has ended yet; `expires_at_ms` 0 means never."""

    debit: Account
    credit: Account
    amount: int
    code: str
    expires_at_ms: int


class Moment(NamedTuple):
    """What the accounts need to know of the entry that carries the transfers."""

    seq: int
    at_ms: int
    month: int  # local month, YYYYMM
    approved: bool = False  # the kind ends in `.approved`
    scanned: bool = False  # tier 1 to 3 and at least one ref
    closing: bool = False  # the kind is `account.closed`
    opening: bool = False  # the kind is `book.opening`


class _Undo:
    """What one group has changed so far, so that it can be taken back."""

    __slots__ = ("flows", "steps", "sums")

    def __init__(self) -> None:
        self.sums: dict[Account, tuple[int, int, int, int]] = {}
        self.steps: list[Callable[[], object]] = []  # each takes one change back
        self.flows: list[tuple[tuple[str, str, str], int]] = []


class Accounts:
    """Families, accounts, open pending transfers and the gross flows of a book."""

    def __init__(self) -> None:
        self.families: dict[str, Family] = {}
        self.accounts: dict[str, Account] = {}
        self.pendings: dict[Pair, OpenPending] = {}
        self.resolved: dict[Pair, str] = {}  # "posted" or "voided"
        self.flows: dict[tuple[str, str, str], int] = {}  # (fund, debit class, credit class)

    def check_open(self, families: Iterable[Family], *, again: bool = False) -> None:
        """Refuse families that are open already (`again`: as something else), or are not A2."""
        seen: set[str] = set()
        for family in families:
            known = chart.CLASSES.get(chart.parse_family(family.name))
            if known and (known.unit, known.limited) != (family.unit, family.limited):
                raise refused.FamilyNotOfClassError(name=family.name)
            there = self.families.get(family.name)
            same = there and (there.unit, there.limited) == (family.unit, family.limited)
            if family.name in seen or (there and not (again and same)):
                raise refused.AccountExistsError(name=family.name)
            seen.add(family.name)

    def check_close(self, names: Iterable[str], *, closed: bool) -> None:
        """Refuse to close (or reopen) what is not there or is so already."""
        for name in names:
            family = self.families.get(name)
            if family is None:
                raise refused.AccountNotFoundError(name=name)
            if family.closed is closed:
                raise (
                    refused.AccountAlreadyClosedError if closed else refused.AccountNotClosedError
                )(name=name)

    def close(self, names: Iterable[str], *, closed: bool) -> None:
        """Close or reopen families that `check_close` has accepted (A8)."""
        for name in names:
            self.families[name].closed = closed

    def sides(self, transfers: Iterable[Transfer]) -> list[tuple[str, str]]:
        """The debit and credit names of each transfer; a post's or void's are its pending's."""
        names: list[tuple[str, str]] = []
        for transfer in transfers:
            if isinstance(transfer, MOVES):
                names.append((transfer.debit, transfer.credit))
            elif transfer.pending in self.pendings:
                pending = self.pendings[transfer.pending]
                names.append((pending.debit.name.name, pending.credit.name.name))
        return names

    def apply(
        self, transfers: Sequence[Transfer], moment: Moment, opened: Sequence[Family] = ()
    ) -> list[Account]:
        """Apply the transfers of one entry, in order, all or none (A9); the accounts they touched.

        `opened` are families that the entry opens, accepted by `check_open`.
        Raises: BalanceError, with `linked_transfer_failed` around it when there are several.
        """
        undo = _Undo()
        for family in opened:
            if family.name not in self.families:
                self.families[family.name] = family
                undo.steps.append(partial(self.families.pop, family.name))
        index = 0
        try:
            for index, transfer in enumerate(transfers):
                self._apply_one(transfer, (moment.seq, index), moment, undo)
            if not moment.opening:
                wallets.check_past_months_empty(undo.sums, moment.month)
        except LedgerError as problem:
            self._take_back(undo)
            if len(transfers) == 1:
                raise
            raise refused.LinkedTransferFailedError(index=index, reason=problem) from problem
        for flow, amount in undo.flows:
            self.flows[flow] = self.flows.get(flow, 0) + amount
        return list(undo.sums)

    def _apply_one(self, transfer: Transfer, pair: Pair, moment: Moment, undo: _Undo) -> None:
        if isinstance(transfer, MOVES):
            self._move(transfer, pair, moment, undo)
        elif isinstance(transfer, Post):
            self._post(transfer, moment, undo)
        else:
            self._void(transfer, moment, undo)

    def _move(self, transfer: Plain | Pending, pair: Pair, moment: Moment, undo: _Undo) -> None:
        if transfer.debit == transfer.credit:
            raise refused.AccountsMustBeDifferentError(name=transfer.debit)
        known = self.accounts.get
        debit = known(transfer.debit) or self._new(transfer.debit, "debit", moment, undo)
        credit = known(transfer.credit) or self._new(transfer.credit, "credit", moment, undo)
        _check_not_closed(debit, credit)
        if not debit.family.unit == credit.family.unit == transfer.unit:
            raise refused.TransferMustHaveTheSameUnitAsAccountsError(
                unit=transfer.unit, debit=debit.family.unit, credit=credit.family.unit
            )
        _check_route(debit.name, credit.name, transfer.code, moment)
        if not moment.opening:
            wallets.check_months(debit.name, credit.name, transfer.code, moment.month)
        amount = transfer.amount
        if debit.family.limited and debit.available < amount:
            raise refused.ExceedsCreditsError(
                name=transfer.debit, available=debit.available, amount=amount
            )
        _remember(debit, undo)
        _remember(credit, undo)
        if isinstance(transfer, Pending):
            _check_sums(
                debit, debit.debits_pending + amount, credit, credit.credits_pending + amount
            )
            debit.debits_pending += amount
            credit.credits_pending += amount
            timeout_ms = transfer.timeout_seconds * 1000
            expires_at_ms = moment.at_ms + timeout_ms if timeout_ms else 0
            self.pendings[pair] = OpenPending(debit, credit, amount, transfer.code, expires_at_ms)
            undo.steps.append(partial(self.pendings.pop, pair))
        else:
            _check_sums(debit, debit.debits_posted + amount, credit, credit.credits_posted + amount)
            debit.debits_posted += amount
            credit.credits_posted += amount
            _flow(debit.name, credit.name, amount, undo)

    def _post(self, transfer: Post, moment: Moment, undo: _Undo) -> None:
        pending = self._pending(transfer.pending, moment)
        debit, credit, amount = pending.debit, pending.credit, transfer.amount
        if amount > pending.amount:
            raise refused.ExceedsPendingTransferAmountError(
                pair=list(transfer.pending), pending=pending.amount, amount=amount
            )
        if pending.expires_at_ms and moment.at_ms >= pending.expires_at_ms:
            raise refused.PendingTransferExpiredError(
                pair=list(transfer.pending), expires_at_ms=pending.expires_at_ms
            )
        _check_not_closed(debit, credit)
        _check_sums(debit, debit.debits_posted + amount, credit, credit.credits_posted + amount)
        self._end(transfer.pending, pending, "posted", undo)
        debit.debits_posted += amount
        credit.credits_posted += amount
        _flow(debit.name, credit.name, amount, undo)

    def _void(self, transfer: Void, moment: Moment, undo: _Undo) -> None:
        # A void asks neither time nor closing: what is reserved can always be released.
        pending = self._pending(transfer.pending, moment)
        self._end(transfer.pending, pending, "voided", undo)

    def _pending(self, pair: Pair, moment: Moment) -> OpenPending:
        pending = self.pendings.get(pair)
        if pending is not None and pair[0] < moment.seq:
            return pending
        ended = self.resolved.get(pair)
        if ended == "posted":
            raise refused.PendingTransferAlreadyPostedError(pair=list(pair))
        if ended == "voided":
            raise refused.PendingTransferAlreadyVoidedError(pair=list(pair))
        raise refused.PendingTransferNotFoundError(pair=list(pair))

    def _end(self, pair: Pair, pending: OpenPending, how: str, undo: _Undo) -> None:
        _remember(pending.debit, undo)
        _remember(pending.credit, undo)
        del self.pendings[pair]
        self.resolved[pair] = how
        undo.steps.append(partial(self.pendings.__setitem__, pair, pending))
        undo.steps.append(partial(self.resolved.pop, pair))
        pending.debit.debits_pending -= pending.amount
        pending.credit.credits_pending -= pending.amount

    def _new(self, name: str, side: str, moment: Moment, undo: _Undo) -> Account:
        """The account of a family's first transfer under this name (A1)."""
        parsed = chart.parse_name(name)
        if parsed.class_name == chart.OPENING:
            if not moment.opening:
                raise refused.RouteRefusedError(debit=name, credit=name)
            unit = name.partition(":")[2]
            family = Family(name, unit, limited=False)
        else:
            found = self.families.get(parsed.family)
            if found is None:
                raise (
                    refused.DebitAccountNotFoundError
                    if side == "debit"
                    else refused.CreditAccountNotFoundError
                )(name=name)
            family = found
        account = Account(parsed, family)
        self.accounts[name] = account
        undo.steps.append(partial(self.accounts.pop, name))
        return account

    def _take_back(self, undo: _Undo) -> None:
        for account, sums in undo.sums.items():
            (
                account.debits_pending,
                account.debits_posted,
                account.credits_pending,
                account.credits_posted,
            ) = sums
        for step in undo.steps:
            step()


def _remember(account: Account, undo: _Undo) -> None:
    if account not in undo.sums:
        undo.sums[account] = (
            account.debits_pending,
            account.debits_posted,
            account.credits_pending,
            account.credits_posted,
        )


def _flow(debit: chart.AccountName, credit: chart.AccountName, amount: int, undo: _Undo) -> None:
    fund = debit.fund or credit.fund
    if fund:
        undo.flows.append(((fund, debit.class_name, credit.class_name), amount))


def _check_not_closed(debit: Account, credit: Account) -> None:
    if debit.name.month and credit.name.class_name == "expired":
        return
    if debit.family.closed:
        raise refused.DebitAccountAlreadyClosedError(name=debit.name.name)
    if credit.family.closed:
        raise refused.CreditAccountAlreadyClosedError(name=credit.name.name)


def _check_sums(debit: Account, debits_sum: int, credit: Account, credits_sum: int) -> None:
    if debits_sum > INTEGER_MAX:
        raise refused.OverflowsDebitsError(name=debit.name.name)
    if credits_sum > INTEGER_MAX:
        raise refused.OverflowsCreditsError(name=credit.name.name)


def _check_route(
    debit: chart.AccountName, credit: chart.AccountName, code: str, moment: Moment
) -> None:
    """A5, W5 and the last part of W2."""
    if moment.opening and chart.OPENING in (debit.class_name, credit.class_name):
        return
    route = chart.route(debit.class_name, credit.class_name)
    if route is None:
        raise refused.RouteRefusedError(debit=debit.name, credit=credit.name)
    if (debit.fund and credit.fund and debit.fund != credit.fund) or (
        debit.month and credit.month and debit.month != credit.month
    ):
        raise refused.FundsDifferError(debit=debit.name, credit=credit.name)
    if moment.approved or moment.opening:
        return
    if route.two or (route.scanned and not moment.scanned):
        raise refused.RouteNeedsTwoError(debit=debit.name, credit=credit.name)
    if code == "forfeited" and credit.class_name == "expired" and not moment.closing:
        raise refused.RouteNeedsTwoError(debit=debit.name, credit=credit.name)
