"""Looking at another's record: never without a reason, and never without a trace that they read."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy.orm import Session

from volunteer_credit.journal.operations.perform import Operation, perform
from volunteer_credit.journal.rules.requests import CITY, Request
from volunteer_credit.people.models.privacy import AccessRow
from volunteer_credit.people.operations.authority import Authority, acting, authorised
from volunteer_credit.people.operations.digests import personal_digest
from volunteer_credit.people.operations.sealed import Vault, read_person
from volunteer_credit.people.queries.accesses import ALERT, looked_at, looks_since
from volunteer_credit.people.rules.ages import age_on
from volunteer_credit.people.rules.reasons import (
    HOUR_MS,
    LOOKS_ALERT,
    LOOKS_MAX,
    RETRY_MS,
    LookOverError,
    TooManyLooksError,
    check_minor,
    check_reason,
    shown_fields,
)
from volunteer_credit.people.rules.roles import Target
from volunteer_credit.shared.caller import Caller
from volunteer_credit.shared.db import after_commit, retried
from volunteer_credit.shared.ids import new_id
from volunteer_credit.shared.person_keys import person_keys
from volunteer_credit.shared.runtime import current

READ = "person.read"

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Why:
    """Why somebody looks: a code of rules/reasons.py and, if need be, a few words."""

    reason: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class LookedUp:
    """What a role sees of a person."""

    access_id: str
    person_id: str
    account: str  # in the community that asked
    role: str
    fields: dict[str, str] = field(default_factory=dict)


@retried
def look_up(caller: Caller, community_id: str, person_id: str, why: Why, key: str) -> LookedUp:
    """Open a person's record for a reason, which is written down for them to read.

    A retry within ten minutes shows the record again, as one look. Raises: ReasonMissingError,
    ReasonNoteError, MinorNotForRoleError, TooManyLooksError, LookOverError, and as `authorised` and
    `perform`.
    """
    check_reason(why.reason, why.note)
    target = Target(community_id, person_id)
    body = {
        "community": community_id,
        "person": person_id,
        "reason": why.reason,
        "note": personal_digest(person_id, {"note": why.note}),
    }
    request = Request(acting(caller, READ, CITY, target), key, "look_up", body)
    with perform(CITY, request) as operation:
        authority = authorised(operation, caller, READ, target)
        vault = read_person(operation.session, person_id)
        check_minor(authority.role, age_of(vault, operation.day))
        if not operation.replayed:
            operation.answer(write_looks(operation, authority, READ, [person_id], why))
        else:
            check_recent(operation, authority, READ, [person_id])
        (access_id,) = operation.result
    account = vault.account(community_id) or ""
    fields = shown_fields(authority.role, texts_of(vault))
    return LookedUp(access_id, person_id, account, authority.role, fields)


def write_looks(
    operation: Operation, authority: Authority, action: str, persons: Sequence[str], why: Why
) -> list[str]:
    """Write down that these persons' records were opened. Raises: TooManyLooksError."""
    session, at_ms = operation.session, operation.at_ms
    before = looks_since(session, authority.person_id, at_ms - HOUR_MS)
    after = before + len(persons)
    if after > LOOKS_MAX:
        raise TooManyLooksError(count=before, seconds=HOUR_MS // 1000)
    made = [_write(session, authority, (action, why), each, at_ms) for each in persons]
    if before <= LOOKS_ALERT < after:
        # About who looked; the inspector reads it in the log of the community.
        alert = (ALERT, Why("too_many"))
        _write(session, authority, alert, authority.person_id, at_ms)
        after_commit(session, lambda: _log.warning("alert: many records opened within an hour"))
    return made


def check_recent(
    operation: Operation, authority: Authority, action: str, persons: Sequence[str]
) -> None:
    """Let a retry show only what was just written down. Raises: LookOverError."""
    since_ms = operation.at_ms - RETRY_MS
    seen = looked_at(operation.session, authority.person_id, action, since_ms)
    if not seen.issuperset(persons):
        raise LookOverError


def _write(
    session: Session, authority: Authority, what: tuple[str, Why], person_id: str, at_ms: int
) -> str:
    action, why = what
    access_id, note = new_id(current().random), why.note.strip()
    keys = person_keys(current())
    session.add(
        AccessRow(
            access_id=access_id,
            person_id=person_id,
            by_person=authority.person_id,
            by_role=authority.role,
            community_id=authority.community_id,
            action=action,
            reason=why.reason,
            sealed_note=keys.seal(person_id, note_of(access_id), note.encode()) if note else None,
            at_ms=at_ms,
        )
    )
    return access_id


def note_of(access_id: str) -> str:
    """What a note is sealed for, under the key of the person looked at: this look and no other."""
    return f"access-note {access_id}"


def age_of(vault: Vault, day: int) -> int | None:
    """How old a person is on a day, YYYYMMDD; None when they did not say."""
    return age_on(vault.fields.birth_day, day) if vault.fields.birth_day else None


def texts_of(vault: Vault) -> dict[str, str]:
    """The fields of a vault row as texts."""
    return {
        name: "、".join(value) if isinstance(value, tuple) else str(value)
        for name, value in vault.fields.stored().items()
    }
