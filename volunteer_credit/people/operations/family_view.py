"""Who stands for whom, as the family and the desk see it; names of others are masked."""

from dataclasses import dataclass, field

from volunteer_credit.people.operations.authority import authorise
from volunteer_credit.people.operations.consent_rows import (
    ConsentRow,
    consent_rows,
    guardian_consent_rows,
)
from volunteer_credit.people.operations.look_up import texts_of
from volunteer_credit.people.operations.own_record import with_masked_number
from volunteer_credit.people.operations.sealed import read_person
from volunteer_credit.people.operations.sessions import day_of
from volunteer_credit.people.queries.family import GUARDIAN, Bond, standing_for, wards_of
from volunteer_credit.people.queries.settings import Belonging, belongings
from volunteer_credit.people.rules.ages import age_on
from volunteer_credit.people.rules.reasons import NoSuchPersonError, masked_name
from volunteer_credit.people.rules.roles import Target
from volunteer_credit.shared.caller import Caller
from volunteer_credit.shared.db import db
from volunteer_credit.shared.errors import DeniedError
from volunteer_credit.shared.runtime import current


@dataclass(frozen=True, slots=True)
class Kin:
    """Somebody who stands for another, or is stood for. `kind`: guardian or proxy."""

    kind: str
    person_id: str
    name: str
    since_ms: int


@dataclass(frozen=True, slots=True)
class Family:
    """`wards`: for whom a person stands; `standing`: who stands for them."""

    wards: list[Kin]
    standing: list[Kin]


@dataclass(frozen=True, slots=True)
class Ward:
    """Somebody whom the caller stands for, with what is kept of them.

    `rows`: the consents that are a guardian's to give; a proxy has none.
    """

    kind: str
    person_id: str
    name: str
    fields: dict[str, str]
    rows: list[ConsentRow]
    places: list[Belonging] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class StoodFor:
    """Somebody whom the caller stands for: their name, and where they belong or belonged."""

    kind: str
    person_id: str
    name: str
    places: list[Belonging]


@dataclass(frozen=True, slots=True)
class Paper:
    """What may be signed at a desk. `by_guardian`: the purposes that one of `guardians` signs."""

    rows: list[ConsentRow]
    guardians: list[Kin]
    by_guardian: frozenset[str]


def own_family(caller: Caller) -> Family:
    """The caller's; those they stand for by their whole name. Raises: as `authorise`."""
    at_ms = current().clock.now_ms()
    authorise(db.session, caller, "self.read", at_ms=at_ms, day=day_of(at_ms))
    wards = [
        Kin(each.kind, each.person_id, _fields_name(each.person_id), each.since_ms)
        for each in wards_of(db.session, caller.person_id)
    ]
    return Family(wards, _masked(standing_for(db.session, caller.person_id)))


def desk_family(person_id: str) -> Family:
    """A person's, for a desk that may open their record (`desk_person` has asked)."""
    wards = _masked(wards_of(db.session, person_id))
    return Family(wards, _masked(standing_for(db.session, person_id)))


def own_ward(caller: Caller, person_id: str) -> Ward:
    """One whom the caller stands for. Raises: NoSuchPersonError; as `authorise`."""
    bonds = wards_of(db.session, caller.person_id)
    kind = next((each.kind for each in bonds if each.person_id == person_id), None)
    if kind is None:
        raise NoSuchPersonError
    at_ms = current().clock.now_ms()
    day = day_of(at_ms)
    authorise(db.session, caller, "self.read", Target(person_id=person_id), at_ms=at_ms, day=day)
    vault = read_person(db.session, person_id)
    age = age_on(vault.fields.birth_day, day) if vault.fields.birth_day else None
    rows = guardian_consent_rows(person_id, age) if kind == GUARDIAN else []
    fields = with_masked_number(texts_of(vault))
    places = belongings(db.session, person_id)
    return Ward(kind, person_id, vault.fields.name, fields, rows, places)


def stood_for(caller: Caller, person_id: str, action: str, community_id: str = "") -> StoodFor:
    """One whom the caller stands for now, and may do this for; of `community_id`, if one is named.

    Raises: NoSuchPersonError for everybody else, and once it has ended.
    """
    bonds = wards_of(db.session, caller.person_id)
    kind = next((each.kind for each in bonds if each.person_id == person_id), None)
    if kind is None:
        raise NoSuchPersonError
    at_ms, target = current().clock.now_ms(), Target(person_id=person_id)
    try:
        authorise(db.session, caller, action, target, at_ms=at_ms, day=day_of(at_ms))
    except DeniedError as refusal:
        raise NoSuchPersonError from refusal
    places = belongings(db.session, person_id)
    if community_id and community_id not in [each.community_id for each in places]:
        raise NoSuchPersonError
    return StoodFor(kind, person_id, _fields_name(person_id), places)


def paper_consents(person_id: str, community_id: str) -> Paper:
    """What a person, or a guardian for them, may sign at the desk of a community."""
    guardians = [each for each in desk_family(person_id).standing if each.kind == GUARDIAN]
    rows, theirs = consent_rows(person_id, community_id), list[ConsentRow]()
    if guardians:
        born = read_person(db.session, person_id).fields.birth_day
        age = age_on(born, day_of(current().clock.now_ms())) if born else None
        theirs = guardian_consent_rows(person_id, age, community_id)
    by_guardian = frozenset(each.purpose.code for each in theirs)
    own = [each for each in rows if each.purpose.code not in by_guardian]
    return Paper(theirs + own, guardians, by_guardian)


def _masked(bonds: list[Bond]) -> list[Kin]:
    return [
        Kin(each.kind, each.person_id, masked_name(_fields_name(each.person_id)), each.since_ms)
        for each in bonds
    ]


def _fields_name(person_id: str) -> str:
    return read_person(db.session, person_id).fields.name
