"""Finding a person of one's own community: by a whole number, or by name. Each hit is a look."""

from dataclasses import dataclass

from sqlalchemy import select

from volunteer_credit.journal.operations.perform import perform
from volunteer_credit.journal.rules.requests import CITY, Request
from volunteer_credit.people.models.membership import MemberRow, PlaceRow
from volunteer_credit.people.models.vault import LinkRow
from volunteer_credit.people.operations.authority import acting, authorised
from volunteer_credit.people.operations.digests import check_same, digest, personal_digest
from volunteer_credit.people.operations.look_up import Why, age_of, check_recent, write_looks
from volunteer_credit.people.operations.sealed import Vault, read_person
from volunteer_credit.people.queries.persons import found_by
from volunteer_credit.people.rules.identity import parse_id_number, parse_volunteer_number
from volunteer_credit.people.rules.phones import parse_phone
from volunteer_credit.people.rules.reasons import (
    AGE_ADULT_YEARS,
    HITS_MAX,
    ROLES_FOR_MINORS,
    TERM_LENGTH_MAX,
    SearchTermsError,
    check_reason,
    last_four,
    masked_name,
)
from volunteer_credit.people.rules.roles import Target
from volunteer_credit.shared.caller import Caller
from volunteer_credit.shared.db import Reader, db, retried
from volunteer_credit.shared.errors import ServiceError

SEARCH = "person.search"
ACTIVE = "active"
_READINGS = {
    "phone": parse_phone,
    "id_number": parse_id_number,
    "volunteer_number": parse_volunteer_number,
}


@dataclass(frozen=True, slots=True)
class Terms:
    """What is searched for: one text. `grid_id`: only within a grid, for a grid worker."""

    text: str
    grid_id: str = ""


@dataclass(frozen=True, slots=True)
class Hit:
    """A person found, as far as choosing the right one needs."""

    person_id: str
    masked_name: str
    phone_end: str


@retried
def search(caller: Caller, community_id: str, terms: Terms, why: Why, key: str) -> list[Hit]:
    """Up to 20 members of the community: the phone, ID or volunteer number, or a part of the name.

    Names are looked through one by one, since they lie sealed. Raises: SearchTermsError,
    ReasonMissingError, ReasonNoteError, TooManyLooksError, LookOverError, and as `authorised` and
    `perform`.
    """
    check_reason(why.reason, why.note)
    text = terms.text.strip()
    if not 0 < len(text) <= TERM_LENGTH_MAX:
        raise SearchTermsError
    target = Target(community_id, grid_id=terms.grid_id)
    # What was searched for is somebody's: only the key of who was found may stand for it.
    body = {"community": community_id, "grid": terms.grid_id, "reason": why.reason}
    said = {"text": text, "note": why.note}
    request = Request(acting(caller, SEARCH, CITY, target), key, "search", body)
    found = _found(community_id, text, terms.grid_id)  # many are opened: not under the lock
    with perform(CITY, request) as operation:
        authority = authorised(operation, caller, SEARCH, target)
        session = operation.session
        if not operation.replayed:
            here = members_of(session, community_id, terms.grid_id)
            hits = [each for each in found if each in here][: HITS_MAX * 2]
            if authority.role not in ROLES_FOR_MINORS:
                hits = [each for each in hits if not _is_minor(session, each, operation.day)]
            hits = hits[:HITS_MAX]
            write_looks(operation, authority, SEARCH, hits, why)
            operation.answer([hits, [personal_digest(each, said) for each in hits[:1]]])
        else:
            check_recent(operation, authority, SEARCH, operation.result[0])
            for person_id, kept in zip(*operation.result, strict=False):
                check_same(kept, person_id, said)
        return [_hit(session, each) for each in operation.result[0]]


def _found(community_id: str, text: str, grid_id: str) -> list[str]:
    """Who fits: by a whole number if the text is one, else by name."""
    for kind, parse in _READINGS.items():
        try:
            number = parse(text)
        except ServiceError:
            continue
        persons = found_by(db.session, kind, digest(db.session, kind, number))
        if persons or kind == "phone":
            return persons
    members = sorted(members_of(db.session, community_id, grid_id))
    return [each for each in members if text in read_person(db.session, each).fields.name]


def members_of(reader: Reader, community_id: str, grid_id: str) -> set[str]:
    """The active members of a community, or of one grid of it."""
    query = (
        select(LinkRow.person_id)
        .join(
            MemberRow,
            (MemberRow.community_id == LinkRow.community_id)
            & (MemberRow.account == LinkRow.account),
        )
        .where(LinkRow.community_id == community_id, MemberRow.state == ACTIVE)
    )
    if grid_id:
        query = query.join(
            PlaceRow,
            (PlaceRow.community_id == MemberRow.community_id)
            & (PlaceRow.place_id == MemberRow.place_id),
        ).where((PlaceRow.grid_id == grid_id) | (PlaceRow.place_id == grid_id))
    return set(reader.execute(query).scalars())


def _is_minor(reader: Reader, person_id: str, day: int) -> bool:
    age = age_of(read_person(reader, person_id), day)
    return age is not None and age < AGE_ADULT_YEARS


def _hit(reader: Reader, person_id: str) -> Hit:
    vault: Vault = read_person(reader, person_id)
    phone = vault.fields.phone
    name = masked_name(vault.fields.name)
    return Hit(person_id, name, last_four(phone) if phone else "")
