"""Whether a community is there, and whether who works in it belongs to it."""

from volunteer_credit.journal.rules.requests import CITY
from volunteer_credit.people.queries.communities import community
from volunteer_credit.people.queries.links import account_of
from volunteer_credit.projects.rules.errors import NoPlaceHereError, ShiftUnknownError
from volunteer_credit.shared.caller import Caller
from volunteer_credit.shared.db import db


def there(community_id: str) -> str:
    """The community's name. Raises: ShiftUnknownError where there is none."""
    found = community(db.session, community_id)
    if found is None:
        raise ShiftUnknownError
    return found.name


def at_home(caller: Caller, community_id: str) -> Caller:
    """The caller, if their number stands in this community's book. Raises: NoPlaceHereError."""
    number = account_of(db.session, caller.person_id, community_id)
    if community_id == CITY or number is None:
        raise NoPlaceHereError
    return caller
