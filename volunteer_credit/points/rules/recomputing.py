"""Every award of a book computed again, out of its entries and documents alone.

The same pure rules as the service's, and none of its rows: what an entry about points says must be
what its convention gives for the hours before it. Believe the book first (the verifier); then this.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from volunteer_credit.conventions.rules.award import Award, Service, award, correct, keys
from volunteer_credit.conventions.rules.award_errors import CoefficientUnknownError
from volunteer_credit.conventions.rules.document import Convention
from volunteer_credit.conventions.rules.explaining import entry_data
from volunteer_credit.conventions.rules.periods import expiry_month
from volunteer_credit.conventions.rules.succession import in_force
from volunteer_credit.conventions.rules.tallies import Tally, TallyKey
from volunteer_credit.journal.rules.replayed import Replayed
from volunteer_credit.points.rules.corrections import Owing, Settled, heightened, lowered
from volunteer_credit.points.rules.funds_seen import FundsSeen
from volunteer_credit.points.rules.handed_on import STATED, Inherited, compare
from volunteer_credit.points.rules.recorded import (
    LEFT,
    NO_COEFFICIENT,
    NO_CONVENTION,
    NOT_SIGNED,
)
from volunteer_credit.points.rules.records import Record, lines_of

OLDER = "records of an earlier book that this one does not restate"
BOOKS = ("book.", STATED)
PROPOSED = "hours.correction.proposed"
CONTRACTS, MERGED = ("contract.signed", "contract.ended"), "account.merge.approved"
RECORDED, CORRECTION = "hours.recorded", "hours.correction.approved"
FOLLOWING = ("points.awarded", "points.deferred", "points.none", "points.corrected")
# What may stand between hours and the entry that follows them, in one operation.
BETWEEN = ("account.opened", "account.reopened", "redemption.voided")


@dataclass(frozen=True, slots=True)
class Wrong:
    """An entry that is not what the rules give. `code` is stable, `said` beside `expected`."""

    seq: int
    code: str
    said: str = ""
    expected: str = ""

    def line(self) -> str:
        """For a person."""
        more = f": the book says {self.said}, the rules give {self.expected}" if self.said else ""
        return f"entry {self.seq}: {self.code}{more}"


@dataclass(slots=True)
class Recomputation:
    """A book as far as it was replayed. `document(name)`: a document's convention, None if missing.

    `wrong`: what the book should not say; `missing`: conventions that are not there, and whatever
    else cannot be computed, so that the outcome is `incomplete`. `left_out`: accounts that the
    books before did not hand on, and later this one.
    """

    document: Callable[[str], Convention | None]
    wrong: list[Wrong] = field(default_factory=list)
    missing: set[str] = field(default_factory=set)
    counts: dict[str, int] = field(default_factory=dict)
    centipoints: int = 0
    left_out: set[str] = field(default_factory=set)
    origins: list[str] = field(default_factory=list)  # of the books before
    _origin: str = ""
    _inherited: Inherited = field(default_factory=Inherited)
    _stated: list[Mapping[str, Any]] = field(default_factory=list)
    _stated_at: int = -1
    _proposed: dict[int, Replayed] = field(default_factory=dict)  # open corrections
    _versions: list[tuple[int, str]] = field(default_factory=list)
    _signed: dict[str, str] = field(default_factory=dict)  # the convention; empty: ended
    _merges: dict[str, str] = field(default_factory=dict)  # from → into
    _records: dict[int, Record] = field(default_factory=dict)
    _by_entry: dict[int, Record] = field(default_factory=dict)  # of what followed the record
    _waiting: dict[str, list[Record]] = field(default_factory=dict)  # by fund, the oldest first
    _tallies: dict[TallyKey, Tally] = field(default_factory=dict)
    _funds: FundsSeen = field(default_factory=FundsSeen)
    _hours: Replayed | None = None  # waits for the entry that follows

    def take(self, entry: Replayed) -> None:
        """The next entry."""
        hours, kind = self._hours, entry.kind
        if hours is not None and kind not in (*FOLLOWING, *BETWEEN):
            self._note(hours.seq, "not_followed")
            self._hours = None
        if kind in (RECORDED, CORRECTION):
            self._hours = entry
        elif kind in FOLLOWING:
            self._follow(entry)
        elif kind == "points.paid":
            self._paid(entry)
        elif kind.startswith(BOOKS):
            self._book(entry)
        else:
            self._other(entry)
        self._funds.take(entry)

    def _other(self, entry: Replayed) -> None:
        """What later awards depend on."""
        kind, data = entry.kind, entry.data
        if kind == "convention.approved":
            self._versions.append((data["effective_day"], data["convention"]))
        elif kind in CONTRACTS:
            self._signed[data["account"]] = data["convention"] if kind == CONTRACTS[0] else ""
            self._check_left_out(entry)
        elif kind == MERGED:
            self._merge(data["from"], self._root(data["into"]))
        elif kind == PROPOSED:
            self._proposed[entry.seq] = entry

    def finish(self) -> None:
        """After the last entry."""
        if self._hours is not None:
            self._note(self._hours.seq, "not_followed")
        if self._stated:
            self._compare()

    # ---- what comes from the books before, and goes to those after ----------------------------

    def _book(self, entry: Replayed) -> None:
        """The first entries of a book, and its last."""
        kind, inherited = entry.kind, self._inherited
        if kind == "book.opened":
            self._origin = entry.origin
            inherited.origins = self.origins = [each["origin"] for each in entry.data["previous"]]
        elif kind == "book.opening":
            inherited.take(entry)
        elif kind == "book.opened.complete":
            self.missing.update(inherited.complete())
            for seq in inherited.wrong:
                self._note(seq, "state_tally")
            self._signed, self._merges = dict(inherited.signed), dict(inherited.merges)
            self._tallies, self._waiting = dict(inherited.tallies), inherited.waiting
        elif kind == STATED:
            self._stated += entry.data["lines"]
            self._stated_at = entry.seq

    def _compare(self) -> None:
        """What a book states for its successor is what its entries give."""
        records = [*self._inherited.records.values(), *self._records.values()]
        computed = lines_of(records, self._waiting, self._tallies, self._signed)
        found = compare(self._stated, computed)
        for line in found.extra:
            self._note(self._stated_at, "state_line", line, "no such line")
        for line in found.wanting:
            self._note(self._stated_at, "state_line", "no such line", line)
        self.left_out |= found.left_out

    def _check_left_out(self, entry: Replayed) -> None:
        """Who was not handed on is gone, and cannot begin at nothing again."""
        if self._root(entry.data["account"]) in self.left_out:
            self._note(entry.seq, "left_out")

    def _restated(self, entry: Replayed, number: int) -> Record | None:
        """The record that a place in an opening names, which one of the refs of an entry is."""
        places = ((seq, number) for seq in entry.refs)
        found = (self._inherited.records.get(place) for place in places)
        return next((each for each in found if each is not None), None)

    def _root(self, account: str) -> str:
        """Who is left of an account after all merges."""
        while account in self._merges:
            account = self._merges[account]
        return account

    def _merge(self, source: str, into: str) -> None:
        """Two accounts are one person's: what was counted adds up, and records go along."""
        source = self._root(source)
        self._merges[source] = into
        if source in self._signed:
            self._signed.setdefault(into, self._signed.pop(source))
        for record in (*self._inherited.records.values(), *self._records.values()):
            if record.service.account == source:
                record.service = replace(record.service, account=into)
        for key in [each for each in self._tallies if each.account == source]:
            one, new = self._tallies.pop(key), replace(key, account=into)
            other = self._tallies.get(new, Tally())
            total = Tally(one.counted + other.counted, one.given + other.given)
            self._tallies[new] = total

    def _follow(self, entry: Replayed) -> None:
        hours, self._hours = self._hours, None
        self.counts[entry.kind] = self.counts.get(entry.kind, 0) + 1
        if hours is None:
            self._given_up(entry)
        elif hours.seq not in entry.refs[:1]:
            self._note(entry.seq, "follows_another")
        elif hours.kind == RECORDED:
            self._award(hours, entry)
        else:
            self._correction(hours, entry)

    # ---- awards ----------------------------------------------------------------------------

    def _award(self, hours: Replayed, entry: Replayed) -> None:
        data = hours.data
        service = Service(
            self._root(data["account"]),
            hours.day,
            data["category"],
            data["minutes"],
            data["coefficient"],
            data["planned_minutes"],
        )
        self._check_left_out(hours)
        record = Record(service, hours.tier, self._origin, hours.seq)
        self._records[hours.seq] = self._by_entry[entry.seq] = record
        name = in_force(self._versions, hours.day) or in_force(self._inherited.versions, hours.day)
        if name is None or not self._signed.get(service.account):
            self._expect_none(entry, NO_CONVENTION if name is None else NOT_SIGNED)
            return
        convention = self._convention(name)
        if convention is None:
            return
        try:
            made = award(convention, service, self._known(convention, service))
        except CoefficientUnknownError:
            self._expect_none(entry, NO_COEFFICIENT)
            return
        record.convention, record.clause, record.fund = name, made.clause, made.fund
        if not made.moves:
            self._expect_none(entry, made.reason)
            return
        self._move(made)
        self._give(entry, record, convention, made)

    def _give(self, entry: Replayed, record: Record, convention: Convention, made: Award) -> None:
        amount, is_deferred = made.centipoints, entry.kind == "points.deferred"
        month = expiry_month(entry.local_day, convention.principles.validity_months)
        expected: dict[str, Any] = entry_data(made)
        if not is_deferred:
            expected["month"] = month
        self._expect(entry, "points.deferred" if is_deferred else "points.awarded", expected)
        self._expect_place(entry, record, made.clause)
        record.centipoints = amount
        self._check_turn(entry, record, convention, amount, is_deferred=is_deferred)
        owing = Owing(amount, 0, 0) if is_deferred else Owing(0, 0, month if amount else 0)
        self._owe(record, owing)
        paid = amount if not is_deferred else 0
        self._expect_moves(entry, self._payment(record, month, paid))

    def _check_turn(
        self,
        entry: Replayed,
        record: Record,
        convention: Convention,
        amount: int,
        *,
        is_deferred: bool,
    ) -> None:
        """Whether it was paid, or waits, as the fund stood."""
        others = bool(self._waiting.get(record.fund))
        waits = bool(amount) and (
            others or self._funds.must_wait(entry, convention, record.fund, amount)
        )
        if waits != is_deferred:
            self._note(entry.seq, "deferred_without_need" if is_deferred else "out_of_turn")

    def _payment(self, record: Record, month: int, amount: int) -> list[tuple[str, str, int]]:
        if not amount:
            return []
        account, fund = record.service.account, record.fund
        return [(f"fund:{fund}", f"wallet:{account}:{fund}:{month}", amount)]

    def _paid(self, entry: Replayed) -> None:
        """What waited, whole, and the oldest first."""
        record = self._record_of(entry, entry.data["fund"])
        if record is None and entry.has_older_refs:
            self.missing.add(OLDER)
            return
        if record is None:
            self._note(entry.seq, "pays_nothing_known")
            return
        convention = self._convention(record.convention)
        if self._waiting.get(record.fund, [])[:1] != [record]:
            self._note(entry.seq, "paid_out_of_order")
        if convention is None:
            return
        amount = record.owing.waiting
        month = expiry_month(entry.local_day, convention.principles.validity_months)
        expected = {
            "account": record.service.account,
            "centipoints": amount,
            "fund": record.fund,
            "month": month,
        }
        self._expect(entry, "points.paid", expected)
        if (entry.rule, entry.day) != ((record.convention, record.clause), record.service.day):
            self._note(entry.seq, "rule", str(entry.rule), record.clause)
        self._expect_moves(entry, self._payment(record, month, amount))
        self._owe(record, Owing(0, record.owing.debt, record.owing.month or month))

    # ---- corrections -----------------------------------------------------------------------

    def _correction(self, hours: Replayed, entry: Replayed) -> None:
        number = hours.data["record"]
        proposed = self._proposed.pop(hours.refs[0], hours) if hours.refs else hours
        record = self._restated(proposed, number) or self._records.get(number)
        if record is None:
            if any(each.has_older_refs for each in (entry, hours, proposed)):
                self.missing.add(OLDER)
            else:
                self._expect_none(entry, NO_CONVENTION)
            return
        was = record.service
        now = Service(
            was.account,
            was.day,
            was.category,
            hours.data["minutes"],
            was.coefficient,
            was.planned_minutes,
        )
        record.service = now
        if not record.convention:
            self._expect_kind(entry, "points.none")
            return
        convention = self._convention(record.convention)
        if convention is None:
            return
        made = correct(convention, was, now, self._known(convention, now))
        if not made.moves:
            self._expect_none(entry, made.reason)
            return
        self._move(made)
        settled = self._settled(entry, record, convention, made)
        record.centipoints += made.centipoints
        record.clause, record.fund = made.clause, made.fund
        expected = {**entry_data(made), "rest_centipoints": settled.rest}
        self._expect(entry, "points.corrected", expected)
        self._expect_place(entry, record, made.clause)

    def _settled(
        self, entry: Replayed, record: Record, convention: Convention, made: Award
    ) -> Settled:
        fund, account = made.fund, record.service.account
        if made.centipoints < 0:
            free = self._funds.wallets_before(entry, account, fund)
            settled = lowered(record.owing, -made.centipoints, free)
            wallet = f"wallet:{account}:{fund}"
            moves = [(f"{wallet}:{month}", f"fund:{fund}", sum_) for month, sum_ in settled.taken]
            self._expect_moves(entry, moves)
            waiting, month = settled.waiting, record.owing.month
        else:
            is_lost = entry.is_closed(f"wallet:{account}")
            settled = heightened(record.owing, made.centipoints, is_lost=is_lost)
            waits = bool(settled.to_pay) and not entry.transfers
            self._check_turn(entry, record, convention, settled.to_pay, is_deferred=waits)
            now = expiry_month(entry.local_day, convention.principles.validity_months)
            paid = 0 if waits else settled.to_pay
            self._expect_moves(entry, self._payment(record, now, paid))
            waiting = settled.waiting + (settled.to_pay if waits else 0)
            month = record.owing.month or (now if paid else 0)
        self._owe(record, Owing(waiting, settled.debt, month))
        return settled

    def _given_up(self, entry: Replayed) -> None:
        """What waits for somebody who leaves is paid to nobody."""
        record = self._record_of(entry)
        is_told = entry.kind == "points.none" and entry.data["reason"] == LEFT
        if record is None or not is_told or not record.owing.waiting:
            self._note(entry.seq, "follows_nothing")
            return
        owing = record.owing
        self._owe(record, Owing(0, owing.debt - owing.waiting, owing.month))

    # ---- what is expected ------------------------------------------------------------------

    def _convention(self, name: str) -> Convention | None:
        found = self.document(name)
        if found is None:
            self.missing.add(f"document {name}")
        return found

    def _known(self, convention: Convention, service: Service) -> Mapping[TallyKey, Tally]:
        return {key: self._tallies.get(key, Tally()) for key in keys(convention, service)}

    def _move(self, made: Award) -> None:
        for move in made.moves:
            self._tallies[move.key] = move.after
        self.centipoints += made.centipoints

    def _record_of(self, entry: Replayed, fund: str = "") -> Record | None:
        """The record whose entry is named; of an opening's the first that it can be about."""
        seq = entry.refs[0] if entry.refs else -1
        if seq in self._by_entry:
            return self._by_entry[seq]
        told = self._root(entry.data["account"]), entry.day, entry.rule
        for queue in [self._waiting.get(fund, [])] if fund else self._waiting.values():
            for each in queue:
                rule = each.convention, each.clause
                is_it = (each.service.account, each.service.day, rule) == told
                if each.opening == seq and is_it:
                    return each
        return None

    def _owe(self, record: Record, owing: Owing) -> None:
        """How a record stands now; who waits anew waits behind all others of the fund."""
        queue = self._waiting.setdefault(record.fund, [])
        if record.owing.waiting and not owing.waiting:
            queue.remove(record)
        elif owing.waiting and not record.owing.waiting:
            queue.append(record)
        record.owing = owing

    def _expect_none(self, entry: Replayed, reason: str) -> None:
        if self._expect_kind(entry, "points.none") and entry.data["reason"] != reason:
            self._note(entry.seq, "reason", entry.data["reason"], reason)
        self._expect_moves(entry, [])

    def _expect_kind(self, entry: Replayed, kind: str) -> bool:
        if entry.kind != kind:
            self._note(entry.seq, "kind", entry.kind, kind)
        return entry.kind == kind

    def _expect(self, entry: Replayed, kind: str, data: Mapping[str, Any]) -> None:
        if self._expect_kind(entry, kind):
            for key in sorted(data):
                if entry.data.get(key) != data[key]:
                    self._note(entry.seq, f"data_{key}", str(entry.data.get(key)), str(data[key]))

    def _expect_place(self, entry: Replayed, record: Record, clause: str) -> None:
        said = (entry.rule, entry.day, entry.tier)
        expected = ((record.convention, clause), record.service.day, record.tier)
        if said != expected:
            self._note(entry.seq, "rule", str(said), str(expected))

    def _expect_moves(self, entry: Replayed, moves: list[tuple[str, str, int]]) -> None:
        said = [
            (each.get("debit", ""), each.get("credit", ""), each.get("amount", 0))
            for each in entry.transfers
        ]
        if said != moves:
            self._note(entry.seq, "transfers", str(said), str(moves))

    def _note(self, seq: int, code: str, said: str = "", expected: str = "") -> None:
        self.wrong.append(Wrong(seq, code, said, expected))
