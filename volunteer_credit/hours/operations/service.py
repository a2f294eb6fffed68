"""What an entry says of a service, and the commitment to its words."""

from typing import Any

from volunteer_credit.hours.models.sheets import LineRow, SheetRow
from volunteer_credit.journal.operations.commitments import committed
from volunteer_credit.journal.operations.perform import Operation
from volunteer_credit.journal.rules.requests import NewEntry
from volunteer_credit.people.queries.grants import person_of
from volunteer_credit.shared.person_keys import person_keys
from volunteer_credit.shared.person_keys_errors import NoPersonKeyError, PersonErasedError
from volunteer_credit.shared.runtime import current

PURPOSE = "hours"
OPENING_BYTES = 32
CODE = "service"


def service(sheet: SheetRow, line: LineRow) -> dict[str, Any]:
    """A service as an entry writes it: ids, codes and minutes (docs/ledger-format.md, SERVICE)."""
    return {
        "account": line.account,
        "activity": sheet.activity,
        "category": sheet.category,
        "coefficient": sheet.coefficient,
        "flags": line.flags.split(),
        "lead": sheet.lead,
        "minutes": line.minutes,
        "organiser": sheet.organiser,
        "planned_minutes": sheet.planned_minutes,
        "shift": sheet.shift,
    }


def with_words(
    operation: Operation, sheet: SheetRow, line: LineRow, new: NewEntry, ahead: int = 0
) -> NewEntry:
    """The entry with a commitment to the words; what opens it is sealed for the volunteer.

    Once they are erased nobody is left to open it, so nothing is committed to.
    """
    words = {
        "title": sheet.title,
        "place": sheet.place,
        "content": sheet.content,
        "unit": sheet.organiser_name,
    }
    made, kept = committed(operation, new, {"service": words}, ahead)
    payload, opening = kept["service"]
    person_id = person_of(operation.session, operation.community_id, line.account)
    try:
        line.sealed = person_keys(current()).seal(person_id, PURPOSE, opening + payload)
    except (NoPersonKeyError, PersonErasedError):
        return new
    return made


def open_words(person_id: str, sealed: bytes) -> tuple[bytes, bytes]:
    """The opening and the payload of a line's commitment. Raises: as `PersonKeys.open`."""
    plain = person_keys(current()).open(person_id, PURPOSE, sealed)
    return plain[:OPENING_BYTES], plain[OPENING_BYTES:]
