"""Adding, changing and finding persons. Their data are sealed; no book says anything of them."""

from collections.abc import Mapping

from sqlalchemy.orm import Session

from volunteer_credit.journal.operations.perform import Operation, perform
from volunteer_credit.journal.rules.requests import CITY, Request
from volunteer_credit.people.models.vault import PersonRow
from volunteer_credit.people.operations.agreed import (
    NOBODY,
    NOTHING,
    Agreed,
    Signed,
    take_consents,
)
from volunteer_credit.people.operations.authority import acting, authorised
from volunteer_credit.people.operations.consents import DESK_PAPER, how_given
from volunteer_credit.people.operations.digests import check_same, digest, personal_digest
from volunteer_credit.people.operations.guardians import entrust
from volunteer_credit.people.operations.sealed import Vault, person, put
from volunteer_credit.people.queries.persons import found_by
from volunteer_credit.people.rules.ages import check_birth_day
from volunteer_credit.people.rules.identity import (
    PersonFields,
    changed,
    parse_id_number,
    parse_volunteer_number,
)
from volunteer_credit.people.rules.person_errors import (
    BirthDayFixedError,
    ContactKindError,
    NumberTakenError,
    PersonLockedError,
    PhoneSharedError,
)
from volunteer_credit.people.rules.phones import PERSONS_MAX, parse_phone
from volunteer_credit.people.rules.roles import Target
from volunteer_credit.shared.caller import Caller
from volunteer_credit.shared.db import Reader, retried
from volunteer_credit.shared.ids import new_id
from volunteer_credit.shared.person_keys import person_keys
from volunteer_credit.shared.runtime import current

PARSERS = {
    "phone": parse_phone,
    "id_number": parse_id_number,
    "volunteer_number": parse_volunteer_number,
}


def prepare_person() -> str:
    """A new person's number, whose key is there: before the transaction that adds the person.

    Raises: as `PersonKeys.create`.
    """
    runtime = current()
    person_id = new_id(runtime.random)
    person_keys(runtime).create(person_id, runtime.clock.now_ms())
    return person_id


def new_person(
    session: Session,
    person_id: str,
    fields: PersonFields,
    *,
    at_ms: int,
    day: int,
    state: str = "active",
    city_account: str = "",
) -> str:
    """Add a person whose number `prepare_person` gave, as a step of a city operation.

    `day`: today, YYYYMMDD. `city_account`: their number in the city's book, else a random one.
    Raises: BirthDayError, PhoneSharedError, NumberTakenError.
    """
    check_birth_day(fields.birth_day, day)
    check_contacts(session, person_id, fields)
    row = PersonRow(
        person_id=person_id, state=state, sealed=b"", created_at_ms=at_ms, changed_at_ms=at_ms
    )
    account = city_account or new_id(current().random)
    put(session, row, Vault(fields, ((CITY, account),)), at_ms)
    return person_id


@retried
def add_person(
    caller: Caller,
    fields: PersonFields,
    *,
    community_id: str,
    key: str,
    grid_id: str = "",
    agreed: Agreed = NOTHING,
    guardian_card: str = "",
) -> str:
    """Add a person at a community's desk (or, without community, as the city); their number.

    `agreed`: what they signed, without which no ID or volunteer number is kept. `guardian_card`:
    of a minor's guardian, who is confirmed with it.
    Raises: as `authorised`, `new_person`, `entrust` and `take_consents`; IdempotencyKeyUsedError.
    """
    target = Target(community_id, grid_id=grid_id)
    said = {"fields": fields.stored(), "agreed": agreed.stored(), "guardian": guardian_card}
    actor = acting(caller, "person.add", CITY, target)
    person_id = prepare_person()
    with perform(CITY, Request(actor, key, "person.add", {"to": community_id})) as operation:
        found = authorised(operation, caller, "person.add", target)
        if operation.replayed:
            check_same(operation.result["asked"], operation.result["person"], said)
        else:
            at_ms, day = operation.at_ms, operation.day
            new_person(operation.session, person_id, fields, at_ms=at_ms, day=day)
            if guardian_card:
                entrust(operation, caller, person_id, community_id, guardian_card)
            signed = Signed(person_id, found.person_id, DESK_PAPER, agreed)
            take_consents(operation, signed, NOBODY, fields)
            operation.answer({"person": person_id, "asked": personal_digest(person_id, said)})
    return str(operation.result["person"])


@retried
def change_person(
    caller: Caller,
    person_id: str,
    given: Mapping[str, object],
    *,
    key: str,
    community_id: str = "",
    agreed: Agreed = NOTHING,
) -> None:
    """Change some fields: of oneself or one's ward, or at the desk of `community_id`.

    `given` is as `parse_fields` takes it; what it does not name stays, what is empty goes.
    `agreed`: as in `add_person`, unless the person agreed before.
    Raises: as `authorised`, `changed` and `take_consents`; PersonUnknownError, PersonLockedError,
    BirthDayError, BirthDayFixedError, PhoneSharedError, NumberTakenError.
    """
    action = "person.change" if community_id else "self.change"
    target = Target(community_id, person_id)
    said = {"given": dict(given), "agreed": agreed.stored()}
    body = {"of": person_id, "asked": personal_digest(person_id, said)}
    request = Request(acting(caller, action, CITY, target), key, action, body)
    with perform(CITY, request) as operation:
        found = authorised(operation, caller, action, target)
        if not operation.replayed:
            how = how_given(found, community_id)
            signed = Signed(person_id, found.person_id, how, agreed)
            _change(operation, signed, given, action)
            operation.answer({})


def _change(operation: Operation, signed: Signed, given: Mapping[str, object], action: str) -> None:
    session = operation.session
    row, vault = person(session, signed.person_id)
    if row.state == "locked":
        raise PersonLockedError
    fields = changed(vault.fields, given)
    check_birth_day(fields.birth_day, operation.day)
    known = vault.fields.birth_day
    if known and fields.birth_day != known and action == "self.change":
        raise BirthDayFixedError
    check_contacts(session, signed.person_id, fields)
    put(session, row, Vault(fields, vault.links, vault.former), operation.at_ms)
    take_consents(operation, signed, vault.fields, fields)


def find_persons(reader: Reader, kind: str, text: str) -> list[str]:
    """Who has this phone (up to five), ID number or volunteer number, in whatever form.

    Raises: ContactKindError, PhoneError, IdNumberError, IdNumberCheckError, VolunteerNumberError.
    """
    if kind not in PARSERS:
        raise ContactKindError
    return found_by(reader, kind, digest(reader, kind, PARSERS[kind](text)))


def check_contacts(session: Session, person_id: str, fields: PersonFields) -> None:
    """Refuse a phone that a sixth person would share, and a number that another has.

    Raises: PhoneSharedError, NumberTakenError.
    """
    for kind, text in fields.contacts.items():
        others = set(found_by(session, kind, digest(session, kind, text))) - {person_id}
        if kind == "phone" and len(others) >= PERSONS_MAX:
            raise PhoneSharedError(count_max=PERSONS_MAX)
        if kind != "phone" and others:
            raise NumberTakenError(kind=kind)
