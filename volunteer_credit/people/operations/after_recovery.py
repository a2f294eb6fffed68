"""What people need when books were recovered, before anybody is let in.

The indexes are in no archive, an old session must not live again, and an old copy of the database
may hold somebody who was erased since: the key is gone for good, and the rows have to follow.
"""

from volunteer_credit.journal.operations.city import city_operators
from volunteer_credit.people.operations.erasing import Ran, erase_restored
from volunteer_credit.people.operations.rebuild import rebuild_indexes
from volunteer_credit.people.operations.session_ends import forget_sessions
from volunteer_credit.shared.db import end_reading


def settle_people() -> Ran:
    """End all sessions, erase again, make the indexes again; what the erasures came to.

    Raises: as `rebuild_indexes` and `erase_restored`.
    """
    end_reading()
    if not city_operators():
        return Ran()  # a city that was never founded has no people
    forget_sessions()
    ran = erase_restored()  # before the indexes, which can't be made again for who has no key
    rebuild_indexes()
    return ran
