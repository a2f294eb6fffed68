"""A new VC_KEY_SECRET: every key is encrypted under it, the books' and the persons'."""

from volunteer_credit.journal.operations.keys import rewrap
from volunteer_credit.shared.db import retried, transaction
from volunteer_credit.shared.person_keys import person_keys
from volunteer_credit.shared.runtime import current


@retried
def _rewrap_books() -> int:
    with transaction() as session:
        return rewrap(session)


def rewrap_all() -> tuple[int, int]:
    """Encrypt all keys under the newest secret; how many of books and how many of persons.

    VC_KEY_SECRET_OLD is needed until then, and for backups made before. Safe to repeat.
    Raises: KeyMissingError, and as `PersonKeys.rewrap`.
    """
    books = _rewrap_books()
    return books, person_keys(current()).rewrap(current().clock.now_ms())
