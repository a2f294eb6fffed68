"""The city's first two persons: `init` makes them, their codes let each of them in once.

The book names both from its first entry on. Until they have enrolled they are pending: nobody knows
who they are, and nobody can sign in as them.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import select

from volunteer_credit.journal.operations.city import ROLE, city_operators, found_city
from volunteer_credit.journal.operations.perform import Operation, perform
from volunteer_credit.journal.rules.requests import CITY, Actor, Appended, Request
from volunteer_credit.people.models.credentials import SlipRow
from volunteer_credit.people.models.vault import PersonRow
from volunteer_credit.people.operations.agreed import refuse_numbers
from volunteer_credit.people.operations.digests import (
    check_same,
    make_people_secret,
    personal_digest,
)
from volunteer_credit.people.operations.grants import write_grant
from volunteer_credit.people.operations.persons import check_contacts, new_person, prepare_person
from volunteer_credit.people.operations.rebuild import rebuild_indexes
from volunteer_credit.people.operations.sealed import Vault, person, put, read_person
from volunteer_credit.people.operations.slips import issue, slip_digest, slip_made, use_slip
from volunteer_credit.people.operations.tries import count_address
from volunteer_credit.people.queries.grants import person_of
from volunteer_credit.people.rules.ages import Stage, check_birth_day, stage_on
from volunteer_credit.people.rules.founding import FoundersError, SameAdminError
from volunteer_credit.people.rules.grants import FAR_DAY, RoleGrant
from volunteer_credit.people.rules.identity import PersonFields, parse_fields
from volunteer_credit.people.rules.sign_in_errors import SignInRefusedError
from volunteer_credit.people.rules.slips import ADMIN, INVITATION, Slip
from volunteer_credit.shared.db import Reader, db, end_reading, retried
from volunteer_credit.shared.ids import new_id
from volunteer_credit.shared.runtime import current

OPERATOR = Actor("operator:1", "operator")
SIGN_IN = Actor("system:sign_in", "system")
PENDING, WAITING, ENROLLED = "pending", "waiting", "enrolled"


@dataclass(frozen=True, slots=True)
class Admin:
    """One of the two. `state`: waiting, enrolled. `slip`: a code made just now, shown this once."""

    account: str
    state: str
    slip: Slip | None = None


def found_with_admins(*, renew_codes: bool = False) -> tuple[bool, list[Admin]]:
    """Found the city's book with its two persons, once: whether it is new, and the two.

    `renew_codes`: new codes for who has not enrolled; the ones before are worth nothing then.
    Raises: as `found_city`, `prepare_person` and `perform`.
    """
    make_people_secret()
    new, accounts = found_city()
    return new, [_admin(account, renew_codes=renew_codes) for account in accounts]


def _admin(account: str, *, renew_codes: bool) -> Admin:
    _ensure(account)
    end_reading()
    state, count = _state(db.session(), account)
    if state != PENDING:
        return Admin(account, ENROLLED)
    slip = _code(account) if renew_codes or not count else None
    return Admin(account, WAITING, slip)


@retried
def _ensure(account: str) -> None:
    """Have a person behind an account number that the city's book names."""
    end_reading()
    if person_of(db.session(), CITY, account):
        return
    person_id = prepare_person()
    with perform(CITY, Request(OPERATOR, f"admin {account}", "admin.make")) as operation:
        is_there = operation.replayed
        if not is_there:
            _make(operation, person_id, account)
            operation.answer({})
    if is_there:  # a recovery brought the person back, and not yet the index
        rebuild_indexes()


def _make(operation: Operation, person_id: str, account: str) -> None:
    new_person(
        operation.session,
        person_id,
        PersonFields(name=""),
        at_ms=operation.at_ms,
        day=operation.day,
        state=PENDING,
        city_account=account,
    )
    grant = RoleGrant(account, ROLE, until_day=FAR_DAY)
    write_grant(operation, grant.data, Appended(0, "", operation.at_ms))


def _state(reader: Reader, account: str) -> tuple[str, int]:
    """The state of the person, and how many codes were ever made for them."""
    person_id = person_of(reader, CITY, account)
    state = reader.execute(
        select(PersonRow.state).where(PersonRow.person_id == person_id)
    ).scalar_one()
    slips = select(SlipRow.slip_digest).where(SlipRow.person_id == person_id, SlipRow.kind == ADMIN)
    return state, len(reader.execute(slips).all())


@retried
def _code(account: str) -> Slip | None:
    """A new code; the old ones end. Under a random key, so that nobody makes it a second time."""
    request = Request(OPERATOR, new_id(current().random), "admin.code", {"account": account})
    with perform(CITY, request) as operation:
        session = operation.session
        person_id = person_of(session, CITY, account)
        operation.answer({})
        if _state(session, account)[0] != PENDING:
            return None
        old = select(SlipRow).where(SlipRow.person_id == person_id, SlipRow.ended_at_ms.is_(None))
        for row in session.execute(old).scalars().all():
            row.ended_at_ms = operation.at_ms
        return issue(operation, ADMIN, person_id, "", "")


@retried
def enrol_admin(code: str, given: Mapping[str, object], address: str, key: str) -> Slip:
    """Let one of the two in: the code, and who it is (`parse_fields`; name and a way to reach).

    The answer signs the person in once (as any invitation), so that they add a passkey, code
    generator or device; before that no role counts.
    Raises: TooManyTriesError, SignInRefusedError, SlipUsedError, SlipOverError, SameAdminError,
    FoundersError, ConsentNeededError, and as `parse_fields`, `new_person`.
    """
    count_address(address, current().clock.now_ms())
    fields = parse_fields(given)
    refuse_numbers(fields)
    body = {"slip": slip_digest(db.session(), code)}
    with perform(CITY, Request(SIGN_IN, key, "admin.enrol", body)) as operation:
        if operation.replayed:
            made = operation.result
            check_same(made["asked"], made["person"], fields.stored())
            return slip_made(operation, INVITATION, made["person"], made["expires_at_ms"])
        person_id = use_slip(operation, code, ADMIN).person_id
        _enrol(operation, person_id, fields)
        slip = issue(operation, INVITATION, person_id, "", person_id)
        asked = personal_digest(person_id, fields.stored())
        made = {"person": person_id, "asked": asked, "expires_at_ms": slip.expires_at_ms}
        operation.answer(made)
        return slip


def _enrol(operation: Operation, person_id: str, fields: PersonFields) -> None:
    session = operation.session
    row, vault = person(session, person_id)
    if row.state != PENDING:
        raise SignInRefusedError
    check_birth_day(fields.birth_day, operation.day)
    if stage_on(fields.birth_day, operation.day) is not Stage.ADULT:
        raise FoundersError
    check_contacts(session, person_id, fields)
    for account in city_operators():
        other_id = person_of(session, CITY, account)
        other = read_person(session, other_id).fields if other_id != person_id else None
        if other and (other.name == fields.name or other.phone == fields.phone != ""):
            raise SameAdminError
    row.state = "active"
    put(session, row, Vault(fields, vault.links, vault.former), operation.at_ms)
