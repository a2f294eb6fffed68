"""Consents that come together with what they are for: no number is kept without one."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from volunteer_credit.journal.operations.perform import Operation
from volunteer_credit.people.operations.consents import (
    ConsentAsked,
    check_giver,
    check_version,
    record_consent,
)
from volunteer_credit.people.queries.consents import has_consent
from volunteer_credit.people.rules.consent_errors import ConsentNeededError
from volunteer_credit.people.rules.identity import PersonFields
from volunteer_credit.people.rules.purposes import PURPOSES
from volunteer_credit.shared.db import Reader

NOBODY = PersonFields("")
BOUND = {name: purpose.code for purpose in PURPOSES.values() for name in purpose.fields}


@dataclass(frozen=True, slots=True)
class Agreed:
    """What was agreed to. `versions`: by purpose, the version of the text that was shown.

    `guardian_id`: who signed the paper at the desk, where that has to be a guardian.
    """

    versions: Mapping[str, int] = field(default_factory=dict)
    guardian_id: str = ""

    def stored(self) -> dict[str, Any]:
        """As a request is compared with its retry."""
        return {"versions": dict(self.versions), "guardian": self.guardian_id}


NOTHING = Agreed()


@dataclass(frozen=True, slots=True)
class Signed:
    """Whose consents they are, who gave them or wrote them down, and how."""

    person_id: str
    by_person: str
    how: str
    agreed: Agreed


def take_consents(
    operation: Operation, signed: Signed, before: PersonFields, fields: PersonFields
) -> None:
    """Inside the city's operation that keeps these fields: the consents that new numbers need.

    Raises: ConsentNeededError, ConsentTextChangedError, GuardianMustConsentError.
    """
    for name in _given(before, fields):
        code = BOUND[name]
        if has_consent(operation.session, signed.person_id, code):
            continue
        version = signed.agreed.versions.get(code)
        if version is None:
            raise ConsentNeededError(field=name)
        check_version(PURPOSES[code], version)
        asked = ConsentAsked(code, version, guardian_id=signed.agreed.guardian_id)
        check_giver(operation, signed.person_id, signed.by_person, asked, signed.how)
        record_consent(operation, signed.person_id, signed.by_person, asked, signed.how)


def refuse_numbers(fields: PersonFields) -> None:
    """Where nobody can agree to it, keep no number. Raises: ConsentNeededError."""
    for name in _given(NOBODY, fields):
        raise ConsentNeededError(field=name)


def with_consent(
    reader: Reader, person_id: str, before: PersonFields, fields: PersonFields
) -> PersonFields:
    """The fields without the new numbers to which the person does not agree."""
    new = _given(before, fields)
    refused = [name for name in new if not has_consent(reader, person_id, BOUND[name])]
    empty: dict[str, Any] = dict.fromkeys(refused, "")
    return replace(fields, **empty)


def _given(before: PersonFields, fields: PersonFields) -> list[str]:
    old, new = asdict(before), asdict(fields)
    return [name for name in BOUND if new[name] and new[name] != old[name]]
