"""One's own record, read by oneself: nobody's look is written down for that."""

from volunteer_credit.people.operations.authority import authorise
from volunteer_credit.people.operations.look_up import texts_of
from volunteer_credit.people.operations.sealed import read_person
from volunteer_credit.people.operations.sessions import day_of
from volunteer_credit.people.rules.reasons import last_four
from volunteer_credit.shared.caller import Caller
from volunteer_credit.shared.db import db
from volunteer_credit.shared.runtime import current

ID_NUMBER = "id_number"


def own_fields(caller: Caller) -> dict[str, str]:
    """The caller's fields as texts; what was not given is left out. Raises: as `authorise`.

    An ID number stands on no screen whole, as its consent says; the export has it.
    """
    at_ms = current().clock.now_ms()
    authorise(db.session, caller, "self.read", at_ms=at_ms, day=day_of(at_ms))
    return with_masked_number(texts_of(read_person(db.session, caller.person_id)))


def with_masked_number(fields: dict[str, str]) -> dict[str, str]:
    """The same fields, of an ID number the last four digits only."""
    if ID_NUMBER not in fields:
        return fields
    return {**fields, ID_NUMBER: last_four(fields[ID_NUMBER])}


def own_name(caller: Caller) -> str:
    """By what a page greets the caller."""
    return read_person(db.session, caller.person_id).fields.name
