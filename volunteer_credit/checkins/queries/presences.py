"""Reads of who was where."""

from typing import NamedTuple

from sqlalchemy import ColumnElement, bindparam, func, literal_column, or_, select

from volunteer_credit.checkins.models.presences import (
    CityPresenceRow,
    PresenceRow,
    ScanRow,
    TicketRow,
)
from volunteer_credit.checkins.rules.acts import Before
from volunteer_credit.shared.db import Question, Reader
from volunteer_credit.shared.prepared import Prepared
from volunteer_credit.shared.reading import all_rows

LATE_MS = 2**53 - 1  # after every time

_presences, _city = PresenceRow.__table__.c, CityPresenceRow.__table__.c
_tickets, _scans = TicketRow.__table__.c, ScanRow.__table__.c
NONE: ColumnElement[int] = literal_column("0")  # prepared statements take no constants of their own
STANDING = _presences.annulled_seq == NONE


class Presence(NamedTuple):
    """One check-in with what followed: the whole row."""

    community_id: str
    book: int
    started_seq: int
    shift_id: str
    account: str
    day: int
    tier: int
    how: str
    site: str
    sites: str
    started_at_ms: int
    admitted_by: str
    device: str
    flags: str
    seen_book: int
    seen_seq: int
    seen_at_ms: int | None
    ended_book: int
    ended_seq: int
    ended_at_ms: int | None
    ended_how: str
    ended_by: str
    minutes: int
    annulled_book: int
    annulled_seq: int

    @property
    def place(self) -> tuple[int, int]:
        """The entry of coming in, with the number of its book."""
        return self.book, self.started_seq

    @property
    def flag_codes(self) -> tuple[str, ...]:
        """The flags, one by one."""
        return tuple(self.flags.split())


_COLUMNS = [_presences[name] for name in Presence._fields]
_HERE = _presences.community_id == bindparam("community")
_AT_SHIFT = (_HERE, _presences.shift_id == bindparam("shift"), STANDING)
_IN_ORDER = _presences.book, _presences.started_seq
_OF_SHIFT = Prepared(select(*_COLUMNS).where(*_AT_SHIFT).order_by(*_IN_ORDER))
_ONE = Prepared(
    select(*_COLUMNS)
    .where(_HERE, _presences.started_seq == bindparam("started"))
    .order_by(_presences.book.desc())
)
_OWN = Prepared(
    select(*_COLUMNS)
    .where(
        _HERE,
        _presences.account == bindparam("account"),
        STANDING,
        or_(_presences.started_at_ms >= bindparam("since_ms"), _presences.ended_seq == NONE),
    )
    .order_by(*_IN_ORDER)
)
_COME = func.count(func.distinct(_presences.account))
_COUNT_IN = Prepared(select(_COME).where(*_AT_SHIFT, _presences.ended_seq == NONE))
_COUNT_COME = Prepared(select(_COME).where(*_AT_SHIFT))
_COUNT_AT_SITE = Prepared(
    select(func.count()).where(
        _HERE,
        _presences.site == bindparam("site"),
        _presences.started_at_ms > bindparam("since_ms"),
    )
)
_ELSEWHERE = Prepared(
    select(func.count()).where(
        _city.person_id == bindparam("person"),
        _city.community_id != bindparam("community"),
        or_(_city.ended_at_ms.is_(None), _city.ended_at_ms > bindparam("from_ms")),
        _city.started_at_ms < bindparam("to_ms"),
    )
)
_ON_PHONE = Prepared(
    select(func.count()).where(
        *_AT_SHIFT,
        _presences.device == bindparam("device"),
        _presences.account != bindparam("account"),
    )
)
_PHONES = Prepared(
    select(_presences.device)
    .where(*_AT_SHIFT, _presences.account == bindparam("account"))
    .union(
        select(_scans.device).where(
            _scans.community_id == bindparam("community"),
            _scans.shift_id == bindparam("shift"),
            _scans.account == bindparam("account"),
        )
    )
)
_TICKET = Prepared(
    select(_tickets.account).where(
        _tickets.community_id == bindparam("community"), _tickets.nonce == bindparam("nonce")
    )
)
_COUNT_TICKETS = Prepared(
    select(func.count()).where(
        _tickets.community_id == bindparam("community"),
        _tickets.account == bindparam("account"),
        _tickets.used_at_ms > bindparam("since_ms"),
    )
)


def asked_at_door(
    community_id: str, shift_id: str, account: str, device: str, person_id: str, since_ms: int
) -> list[Question]:
    """What is going to be read of somebody who checks in at `since_ms`, for `reading.ahead`."""
    here = {"community": community_id}
    at_shift = {**here, "shift": shift_id}
    span = {"from_ms": since_ms, "to_ms": LATE_MS}
    found: list[Question] = [
        (_COUNT_IN, at_shift),
        (_ELSEWHERE, {**here, "person": person_id, **span}),
    ]
    if device:
        found.append((_ON_PHONE, {**at_shift, "device": device, "account": account}))
        found.append((_PHONES, {**at_shift, "account": account}))
    return found


def asked_before(
    community_id: str, account: str, nonce: str, site: str, since_ms: tuple[int, int, int]
) -> list[Question]:
    """The same of their scans since three times: own presences, own tickets, those of the place."""
    here = {"community": community_id}
    own_ms, tickets_ms, site_ms = since_ms
    found: list[Question] = [
        (_TICKET, {**here, "nonce": nonce}),
        (_OWN, {**here, "account": account, "since_ms": own_ms}),
        (_COUNT_TICKETS, {**here, "account": account, "since_ms": tickets_ms}),
    ]
    if site:
        found.append((_COUNT_AT_SITE, {**here, "site": site, "since_ms": site_ms}))
    return found


def presences_of(reader: Reader, community_id: str, shift_id: str) -> list[Presence]:
    """Every check-in of a shift that was not annulled, in order."""
    rows = all_rows(reader, _OF_SHIFT, community=community_id, shift=shift_id)
    return [Presence(*row) for row in rows]


def presence(
    reader: Reader,
    community_id: str,
    started_seq: int,
    *,
    book: int = 0,
    account: str = "",
    shift_id: str = "",
) -> Presence | None:
    """One check-in, annulled or not: of a book, account or shift, else that of the newest book."""
    rows = all_rows(reader, _ONE, community=community_id, started=started_seq)
    for found in (Presence(*row) for row in rows):
        wanted = (book or found.book, account or found.account, shift_id or found.shift_id)
        if wanted == (found.book, found.account, found.shift_id):
            return found
    return None


def own_presences(reader: Reader, community_id: str, account: str, since_ms: int) -> list[Presence]:
    """What stands of an account since a time, in order; what is still open is always there."""
    rows = all_rows(reader, _OWN, community=community_id, account=account, since_ms=since_ms)
    return [Presence(*row) for row in rows]


def before(found: list[Presence], shift_id: str) -> Before:
    """What a shift knows of somebody whose presences these are."""
    here = [each for each in found if each.shift_id == shift_id]
    since = next((each.started_at_ms for each in here if not each.ended_seq), None)
    return Before(since, any(each.ended_seq for each in here))


def is_elsewhere(
    reader: Reader, person_id: str, community_id: str, from_ms: int, to_ms: int = LATE_MS
) -> bool:
    """Whether a person was present in another community within a time."""
    span = {"from_ms": from_ms, "to_ms": to_ms}
    return _count(reader, _ELSEWHERE, person=person_id, community=community_id, **span) > 0


def others_on_phone(
    reader: Reader, community_id: str, shift_id: str, device: str, account: str
) -> bool:
    """Whether another account checked in at a shift on the same phone."""
    values = {"community": community_id, "shift": shift_id, "account": account}
    return bool(device) and _count(reader, _ON_PHONE, device=device, **values) > 0


def other_phones(
    reader: Reader, community_id: str, shift_id: str, device: str, account: str
) -> bool:
    """Whether an account was scanned, well or in vain, on another phone at the same shift."""
    values = {"community": community_id, "shift": shift_id, "account": account}
    found = {each for (each,) in all_rows(reader, _PHONES, **values)} if device else set[str]()
    return bool(found - {"", device})


def count_in(reader: Reader, community_id: str, shift_id: str) -> int:
    """How many people are in now."""
    return _count(reader, _COUNT_IN, community=community_id, shift=shift_id)


def count_come(reader: Reader, community_id: str, shift_id: str) -> int:
    """How many people have come, gone or not."""
    return _count(reader, _COUNT_COME, community=community_id, shift=shift_id)


def count_at_site(reader: Reader, community_id: str, site: str, since_ms: int) -> int:
    """How many check-ins a place has had since a time."""
    return _count(reader, _COUNT_AT_SITE, community=community_id, site=site, since_ms=since_ms)


def ticket_account(reader: Reader, community_id: str, nonce: str) -> str | None:
    """Who used a scan; None while nobody has."""
    rows = all_rows(reader, _TICKET, community=community_id, nonce=nonce)
    return next((str(account) for (account,) in rows), None)


def count_tickets(reader: Reader, community_id: str, account: str, since_ms: int) -> int:
    """How many scans an account has used since a time."""
    values = {"community": community_id, "account": account, "since_ms": since_ms}
    return _count(reader, _COUNT_TICKETS, **values)


def _count(reader: Reader, statement: Prepared, **values: object) -> int:
    return int(all_rows(reader, statement, **values)[0][0])
