"""What the edge asks of people; wiring hands it down as a `Gate` (web/gate.py)."""

from volunteer_credit.people.operations import faces
from volunteer_credit.people.operations.sessions import caller_of
from volunteer_credit.people.queries.settings import settings_of
from volunteer_credit.shared.caller import Caller
from volunteer_credit.shared.db import db
from volunteer_credit.shared.runtime import current


class PeopleGate:
    """Answers from the rows as they stand; an operation asks again under its lock."""

    def caller(self, token: str, device_id: str, community_id: str = "") -> Caller | None:
        """Whose session this is; None when it is nobody's, or is over."""
        return caller_of(token, device_id, current().clock.now_ms(), community_id)

    def may(self, caller: Caller | None, action: str, community_id: str) -> bool:
        """Whether the caller may do this there; True also where they must step up first."""
        return caller is not None and faces.may(caller, action, community_id)

    def language(self, caller: Caller) -> str | None:
        """`zh` or `en`, when the person has chosen."""
        return settings_of(db.session, caller.person_id)[0] or None

    def is_large_print(self, caller: Caller) -> bool:
        """Whether the person has chosen large print."""
        return settings_of(db.session, caller.person_id)[1]
